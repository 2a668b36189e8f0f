import Foundation
import PlatformAPIs

/// What following a journal needs of it; `SystemJournal` has it, and tests play it.
package protocol JournalAPI: Sendable {
    /// One reading of the journal.
    associatedtype Reading: JournalReading

    /// Opens the journal.
    ///
    /// - Parameter place: where to begin.
    /// - Returns: a reading that goes on for as long as entries come.
    /// - Throws: why it cannot be read.
    func open(from place: JournalPlace) throws -> Reading
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
    /// The machine that entries have to be of; nil where the journal has only one.
    private let machine: String?

    /// Names a journal.
    ///
    /// - Parameters:
    ///   - command: the program.
    ///   - options: which journal: `["--directory", "/var/log/journal"]`.
    ///   - unit: the unit that the engine runs as.
    ///   - machine: the machine that entries have to be of, as `/etc/machine-id` has it; nil for any.
    package init(
        command: String = "journalctl", options: [String] = [], unit: String = "docker.service", machine: String? = nil
    ) {
        self.command = command
        self.options = options
        self.unit = unit
        self.machine = machine
    }

    /// The journal of this machine.
    package static var own: SystemJournal {
        let text = try? String(contentsOfFile: "/etc/machine-id", encoding: .utf8)
        let machine = text.map { $0.filter(\.isHexDigit) }
        return SystemJournal(machine: machine?.count == 32 ? machine : nil)
    }

    /// What `journalctl` is asked for.
    ///
    /// - Parameter place: where to begin.
    /// - Returns: its arguments.
    func arguments(from place: JournalPlace) -> [String] {
        let beginning =
            switch place {
            case .entry(let cursor): "--cursor=\(cursor)"
            case .moment(let moment): "--since=@\(JournalPlace.seconds(moment))"
            }
        let own = machine.map { ["_MACHINE_ID=\($0)"] } ?? []
        // Only what the journal itself knows of a sender: anybody may call themselves dockerd.
        let matches =
            ["_SYSTEMD_UNIT=\(unit)"] + own
            + ["+", "MESSAGE_ID=\(Self.droppedMessage)", "OBJECT_SYSTEMD_UNIT=\(unit)"] + own
        // All that there is since then, which following alone would cut to ten lines, and to this boot unless journals
        // are merged: what came before the machine started again would be missing. Merged journals may be other
        // machines' as well.
        return ["--output=export", "--follow", "--no-pager", "--quiet"] + options
            + ["--merge", beginning, "--no-tail"] + matches
    }

    /// Starts `journalctl`.
    ///
    /// - Parameter place: where to begin.
    /// - Returns: the program.
    /// - Throws: `RunningProgram.Failure`.
    package func open(from place: JournalPlace) throws -> RunningProgram {
        try RunningProgram(command, arguments(from: place))
    }
}
