package import Admission
internal import Synchronization

/// Reviewers for as many threads as ask at once, exchanged as one when the rules are.
///
/// `@unchecked Sendable`: a reviewer belongs to one thread between being taken out and put back, and the list of those
/// that wait is behind a lock.
package final class ReviewerPool: @unchecked Sendable {
    private struct State {
        var rules: GateRules
        var generation = 0
        var waiting: [AdmissionReviewer] = []
    }

    /// More are not kept than a large machine has threads.
    private static let limit = 64

    private let lock = Mutex(())
    private var state: State

    /// Makes a pool.
    ///
    /// - Parameters:
    ///   - rules: all that its reviewers judge by.
    ///   - ready: how many stand ready for the first requests.
    package init(_ rules: GateRules, ready: Int = 2) {
        state = State(rules: rules)
        state.waiting = (0..<ready).map { _ in AdmissionReviewer(rules: rules) }
    }

    /// The rules that the next request is judged by.
    package var rules: GateRules { lock.withLock { _ in state.rules } }

    /// Judges by other rules from the next request on; requests under way are decided by those that they began with.
    package func exchange(for rules: GateRules) {
        // Made before the exchange, so that no request waits for it.
        let made = (0..<2).map { _ in AdmissionReviewer(rules: rules) }
        lock.withLock { _ in
            state.rules = rules
            state.generation += 1
            state.waiting = made
        }
    }

    /// Asks a reviewer.
    package func withReviewer<Answer>(_ ask: (AdmissionReviewer) -> Answer) -> Answer {
        let (taken, rules, generation) = lock.withLock { _ in (state.waiting.popLast(), state.rules, state.generation) }
        let reviewer = taken ?? AdmissionReviewer(rules: rules)
        let answer = ask(reviewer)
        lock.withLock { _ in
            guard generation == state.generation, state.waiting.count < Self.limit else { return }
            state.waiting.append(reviewer)
        }
        return answer
    }
}
