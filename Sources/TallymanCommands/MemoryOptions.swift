import ArgumentParser
import Detection

/// How much of what was read is remembered.
struct MemoryOptions: ParsableArguments {
    /// More than any log has; what is remembered of each takes about a kilobyte.
    private static let most = 1_000_000_000

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How many workloads are remembered, to know later who deployed them, and in proportion findings, rights and shapes; each takes about 1 kB.",
            valueName: "number"))
    var maxWorkloads = DetectorOptions().workloads

    func validate() throws {
        guard (1...Self.most).contains(maxWorkloads) else {
            throw ValidationError("--max-workloads is a number from 1 to \(Self.most)")
        }
    }

    /// The detector's limits.
    var detector: DetectorOptions { DetectorOptions(workloads: maxWorkloads) }
}
