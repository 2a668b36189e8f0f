import SecurityEvents

/// Where a gate writes down what it did; it never makes a call wait for a disk.
package protocol GateJournal: Sendable {
    /// Notes that a call made something: the container that was created, and who created it.
    func note(made record: EventRecord)
    /// Notes what was decided.
    func note(_ decision: DecisionRecord)
    /// Notes something that a person should know.
    func note(_ text: String)
    /// Notes that something happened and cannot be told.
    func note(gap reason: String)
}

/// A journal that keeps nothing.
package struct NoJournal: GateJournal {
    /// Makes one.
    package init() {}
    package func note(made record: EventRecord) {}
    package func note(_ decision: DecisionRecord) {}
    package func note(_ text: String) {}
    package func note(gap reason: String) {}
}
