internal import Gate
internal import SecurityEvents
internal import Synchronization

/// Readers for as many threads as read at once; each has memory that it uses again.
///
/// `@unchecked Sendable`: a reader belongs to one thread between being taken out and put back, and the list of those that
/// wait is behind a lock.
final class ReadingPool: @unchecked Sendable {
    private static let limit = 64
    private let lock = Mutex(())
    private var waiting: [ReviewReading] = []

    init() {}

    /// Reads a body.
    func read(
        _ body: [UInt8], templates: [GateFile.TemplatePlace], at now: Timestamp
    ) throws(ReviewReading.Fault) -> ReviewReading.Read {
        var reading = lock.withLock { _ in waiting.popLast() } ?? ReviewReading()
        defer {
            lock.withLock { _ in
                if waiting.count < Self.limit { waiting.append(reading) }
            }
        }
        return try reading.read(body, templates: templates, at: now)
    }
}
