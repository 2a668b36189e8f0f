package import Rules
internal import SecurityEvents
internal import Synchronization

/// Where rules that were loaded again wait for the judge, who takes them between two events.
package final class RuleDesk: Sendable {
    private let isWaiting = Atomic(false)
    private let library = Mutex<RuleLibrary?>(nil)

    /// Makes an empty desk.
    package init() {}

    /// Lays rules down; those that were laid down before and not taken are replaced.
    ///
    /// - Parameter rules: the rules and lists.
    package func put(_ rules: RuleLibrary) {
        library.withLock { $0 = rules }
        isWaiting.store(true, ordering: .releasing)
    }

    /// Takes the rules that wait; nil, at the cost of one look, where none do.
    func take() -> RuleLibrary? {
        guard isWaiting.load(ordering: .acquiring) else { return nil }
        return library.withLock { library in
            isWaiting.store(false, ordering: .releasing)
            defer { library = nil }
            return library
        }
    }
}
