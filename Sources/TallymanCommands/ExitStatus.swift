/// What the process says to its caller; the one place where the numbers stand.
enum ExitStatus: Int32, Error {
    /// The work was done, and nothing at or above `--fail-on` was found.
    case clean = 0
    /// The work was done, and something at or above `--fail-on` was found.
    case findings = 1
    /// The work could not be done, or not all of it: bad arguments, unreadable input, faulty rules.
    case couldNotWork = 2

    static let explanation = "0 clean, 1 findings at or above --fail-on, 2 could not do the work."
}
