internal import EventSources
package import Ledger
internal import Synchronization

/// Whether the agent lives, and whether it does its work.
package final class AgentHealth: Sendable {
    /// How a source does.
    private enum SourceState: Equatable {
        /// Nothing was heard of it.
        case awaited
        case followed
        /// It cannot be reached; why.
        case lost(String)
    }

    private struct State {
        var isFollowing = false
        /// The sources by their names.
        var sources: [String: SourceState] = [:]
        /// What else a person should know.
        var remarks: [String] = []
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

    func begins(_ items: SourceItems, of sources: [String] = []) {
        state.withLock { state in
            state.isFollowing = true
            state.sources = Dictionary(sources.map { ($0, .awaited) }) { first, _ in first }
            state.load = { items.load }
            state.capacity = items.capacity
        }
    }

    /// Takes note of what a source says of itself.
    func note(_ notice: SourceNotice) {
        guard let isFollowing = notice.isFollowing else { return }
        state.withLock { $0.sources[notice.source] = isFollowing ? .followed : .lost(notice.message) }
    }

    /// Keeps something that a person should know for as long as the agent runs.
    func remark(_ text: String) { state.withLock { $0.remarks.append(text) } }

    /// What a person should know who asks whether the agent is ready: sources that cannot be reached now, and why.
    var remarks: [String] {
        state.withLock { state in
            let lost = state.sources.sorted { $0.key < $1.key }.compactMap { name, source -> String? in
                if case .lost(let reason) = source { "not followed: \(name): \(reason)" } else { nil }
            }
            return lost + state.remarks
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
        let (isFollowing, isStopping, awaited) = state.withLock { state in
            (state.isFollowing, state.isStopping, state.sources.filter { $0.value == .awaited }.keys.sorted())
        }
        if isStopping { return "stopping" }
        if !isFollowing { return "starting" }
        // One that said why it cannot be reached is waited for no longer: others are to be heard meanwhile, and an audit
        // webhook behind a Service gets batches only while this agent is ready.
        guard awaited.isEmpty else { return "starting: nothing was heard yet of " + awaited.joined(separator: ", ") }
        if let trouble = ledger?.trouble { return "the ledger takes no entries: \(trouble)" }
        return nil
    }
}
