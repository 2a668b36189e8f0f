internal import EventSources
package import Ledger
internal import Synchronization

/// Whether the agent lives, and whether it does its work.
package final class AgentHealth: Sendable {
    private struct State {
        var isFollowing = false
        var isStopping = false
        /// When the pipeline took something last, or found nothing to take.
        var load: (@Sendable () -> (items: Int, bytes: Int))?
        var capacity = 0
        /// How many items the pipeline took, and when that number was seen to change last.
        var taken = 0
        var seen = (taken: -1, at: ContinuousClock.now)
    }

    private let state = Mutex(State())
    /// How long the pipeline may work on one item while others wait before it counts as stuck.
    private let patience: Duration

    /// Begins: not ready yet.
    ///
    /// - Parameter patience: how long one item may take while others wait.
    package init(patience: Duration = .seconds(60)) { self.patience = patience }

    func begins(_ items: SourceItems) {
        state.withLock { state in
            state.isFollowing = true
            state.load = { items.load }
            state.capacity = items.capacity
        }
    }

    func took() { state.withLock { $0.taken += 1 } }

    /// Notes that the agent was asked to stop.
    package func stops() { state.withLock { $0.isStopping = true } }

    /// What waits to be judged.
    package var queue: (items: Int, bytes: Int, capacity: Int) {
        let (load, capacity) = state.withLock { ($0.load, $0.capacity) }
        let now = load?() ?? (items: 0, bytes: 0)
        return (now.items, now.bytes, capacity)
    }

    /// Why the process should be started anew; nil where it lives.
    ///
    /// Asked now and then, it sees whether anything moved since it was asked before.
    package func ailment(at now: ContinuousClock.Instant = .now) -> String? {
        let waiting = queue.items
        return state.withLock { state in
            if state.taken != state.seen.taken || waiting == 0 { state.seen = (state.taken, now) }
            guard state.isFollowing, !state.isStopping, now - state.seen.at > patience else { return nil }
            return "\(waiting) items wait, and none was judged for \(patience)"
        }
    }

    /// Why the agent is not ready; nil where it is.
    ///
    /// - Parameter ledger: how the ledger does; nil where there is none.
    /// - Returns: why, in a few words.
    package func obstacle(ledger: LedgerWriter.State?) -> String? {
        let (isFollowing, isStopping) = state.withLock { ($0.isFollowing, $0.isStopping) }
        if isStopping { return "stopping" }
        if !isFollowing { return "starting" }
        if let trouble = ledger?.trouble { return "the ledger takes no entries: \(trouble)" }
        return nil
    }
}
