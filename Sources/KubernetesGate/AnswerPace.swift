internal import Synchronization

/// Whether answers come so fast that the thread that reads requests may make them itself.
///
/// One slow answer there holds up everybody whom that thread reads; the next ones are handed on.
final class AnswerPace: Sendable {
    /// An answer that took longer was slow: about thirty of the usual ones.
    static let limit = Duration.milliseconds(10)
    /// How many answers are handed on behind a slow one.
    static let penance = 100

    private let left = Atomic<Int>(0)

    /// Whether the next answer is to be handed on.
    var isSlow: Bool { left.load(ordering: .relaxed) > 0 }

    /// Notes how long an answer took.
    func note(_ time: Duration) {
        if time > Self.limit {
            left.store(Self.penance, ordering: .relaxed)
        } else if isSlow {
            // Threads that count at once may count one twice or not at all; nothing depends on it.
            left.subtract(1, ordering: .relaxed)
        }
    }
}
