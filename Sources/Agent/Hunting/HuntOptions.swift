package import Reports
package import SecurityEvents

/// What to read and what to keep.
package struct HuntOptions: Sendable {
    /// The format of all input; recognized record by record unless given.
    package var format: LogFormat?
    /// Findings of events before this moment are left out; events without a time are kept.
    package var since: Timestamp?
    /// Findings of events from this moment on are left out.
    package var until: Timestamp?
    /// Findings below are left out.
    package var level = Level.informational

    /// Whether the process ends when the hunt does.
    ///
    /// What was remembered is left to the system then, which is quicker than giving it back piece by piece.
    package var endsProcess = false

    /// Whether a log is read on a thread of its own while what was read before is judged.
    ///
    /// It takes a little more work in all and about half of the time, so it is done where there is a second processor.
    package var readsAhead = Processors.available > 1

    /// Reads everything and keeps everything.
    package init() {}
}

/// How far the work is.
package struct HuntProgress: Sendable {
    package var input: String
    /// Bytes of the input read, and its size where it has one.
    package var bytes: UInt64
    package var total: UInt64?
    package var events: Int
    package var findings: Int
}

/// What became of the work.
package struct HuntResult: Sendable {
    package var summary = RunSummary()
    /// Inputs that could not be read, or not to their end.
    package var unreadable: [Diagnostic] = []
    /// Inputs of which something was read and nothing understood.
    package var unrecognized: [String] = []
    /// What was read and could not be judged, and why.
    package var reservations: [String] = []
}
