import PlatformAPIs

/// What following a journal needs of it; `SystemJournal` has it, and tests play it.
package protocol JournalAPI: Sendable {
    /// One reading of the journal.
    associatedtype Reading: JournalReading

    /// Opens the journal.
    ///
    /// - Parameter cursor: the entry to begin with; nil for those that come from now on.
    /// - Returns: a reading that goes on for as long as entries come.
    /// - Throws: why it cannot be read.
    func open(from cursor: String?) throws -> Reading
}

/// A journal that is being read.
package protocol JournalReading: Sendable {
    /// Gives the next piece of the journal, as `journalctl -o export` writes it.
    ///
    /// - Returns: some bytes.
    /// - Throws: why there are no more, or `CancellationError`.
    func read() async throws -> [UInt8]
}

extension RunningProgram: JournalReading {}

/// The system's journal, read by `journalctl`, which knows how.
package struct SystemJournal: JournalAPI {
    /// What journald says of entries that it did not take, as they came too fast.
    static let droppedMessage = "a596d6fe7bfa4994828e72309e95d61e"

    private let command: String
    private let options: [String]
    private let unit: String

    /// Names a journal.
    ///
    /// - Parameters:
    ///   - command: the program.
    ///   - options: which journal: `["--directory", "/var/log/journal"]`.
    ///   - unit: the unit that the engine runs as.
    package init(command: String = "journalctl", options: [String] = [], unit: String = "docker.service") {
        self.command = command
        self.options = options
        self.unit = unit
    }

    /// Starts `journalctl`.
    ///
    /// - Parameter cursor: the entry to begin with; nil for those that come from now on.
    /// - Returns: the program.
    /// - Throws: `RunningProgram.Failure`.
    package func open(from cursor: String?) throws -> RunningProgram {
        // With a cursor all that there is since then, which following alone would cut to ten lines.
        let place = cursor.map { ["--cursor=\($0)", "--no-tail"] } ?? ["--lines=0"]
        // Only what the journal itself knows of a sender: anybody may call themselves dockerd.
        let matches = [
            "_SYSTEMD_UNIT=\(unit)", "+", "MESSAGE_ID=\(Self.droppedMessage)", "OBJECT_SYSTEMD_UNIT=\(unit)",
        ]
        return try RunningProgram(
            command, ["--output=export", "--follow", "--no-pager", "--quiet"] + options + place + matches)
    }
}
