internal import LogLines
internal import SecurityEvents

/// Events that one thread has read and another judges, and what else the reading brought.
///
/// `@unchecked Sendable`: it belongs to one thread at a time. ``ReadAhead`` hands it over through semaphores, and the events'
/// documents with it: who hands a batch over keeps no view on them.
final class EventBatch: @unchecked Sendable {
    /// What positions call the log: a text of its own, for two threads that count references to one text wait for each
    /// other.
    let name: String
    var events: [Event] = []
    /// How many bytes the lines of the events have.
    var size = 0
    /// Lines that could not be read.
    var faults: [LogLineFault] = []
    var diagnostics: [Diagnostic] = []
    /// How many bytes of the input were read when the batch was handed over, and how many events were made.
    var bytesRead: UInt64 = 0
    var eventsRead = 0
    /// What the log came to up to here; nil where a record goes on in the next batch.
    var total: ReadTotal?
    /// Whether the log is at its end.
    var isLast = false

    init(name: String) {
        self.name = String(decoding: Array(name.utf8), as: UTF8.self)
    }

    /// Lets go of what is in it and keeps the room.
    func empty() {
        events.removeAll(keepingCapacity: true)
        size = 0
        faults = []
        diagnostics = []
        total = nil
    }
}

/// What a log, or its beginning, came to.
struct ReadTotal {
    var lines = 0
    /// Bytes of the log, not compressed.
    var bytes: UInt64 = 0
    var statistics = ReadStatistics()

    /// Nothing read.
    init() {}

    init(_ lines: LineReader, _ statistics: ReadStatistics) {
        self.lines = lines.linesRead
        bytes = lines.bytesDecoded
        self.statistics = statistics
    }
}
