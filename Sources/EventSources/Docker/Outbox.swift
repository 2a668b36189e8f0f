import PlatformAPIs
import SecurityEvents
import Synchronization

/// What a live source has to tell and nobody has taken yet.
///
/// Events don't wait for room, as the engine would drop others meanwhile: what finds no room is counted, and told as a
/// gap at its place as soon as there is room again.
final class Outbox: Sendable {
    private struct Loss {
        var count = 0
        var since: Timestamp?
    }

    private let name: String
    private let time: SourceTime
    private let channel: BoundedChannel<SourceItem>
    private let loss = Mutex(Loss())
    private let inspections = Atomic(0)

    init(name: String, capacity: Int, time: SourceTime) {
        self.name = name
        self.time = time
        channel = BoundedChannel(capacity: capacity) { $0.cost }
    }

    /// Puts an item in without waiting, or counts it as lost.
    func put(_ item: SourceItem) {
        loss.withLock { loss in
            if tell(&loss), channel.offer(item) { return }
            if loss.count == 0 { loss.since = time.now() }
            loss.count += 1
        }
    }

    /// Numbers an inspection; they are told side by side and belong to one source.
    func nextInspection() -> Int { inspections.wrappingAdd(1, ordering: .relaxed).newValue }

    /// Puts an item in, and waits for room.
    func send(_ item: SourceItem) async throws { try await channel.send(item) }

    /// Takes the next item, and waits for it.
    func next() async throws -> SourceItem? {
        loss.withLock { _ = tell(&$0) }
        return try await channel.next()
    }

    /// Says that no more items will come.
    func finish(throwing error: any Error) { channel.finish(throwing: error) }

    /// Tells what was lost.
    ///
    /// - Returns: whether nothing is left to tell.
    private func tell(_ loss: inout Loss) -> Bool {
        guard loss.count > 0 else { return true }
        let reason = "events came faster than they could be judged"
        let gap = Gap(source: name, from: loss.since, to: time.now(), reason: reason, estimate: loss.count)
        guard channel.offer(.gap(gap)) else { return false }
        loss = Loss()
        return true
    }
}
