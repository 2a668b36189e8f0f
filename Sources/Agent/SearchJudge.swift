package import Rules
package import SecurityEvents

/// Finds the events that a search asks for.
package struct SearchJudge: Judge {
    private var join = ContainerJoin()
    private var search: CompiledSearch

    /// Judges by a search.
    package init(_ search: consuming CompiledSearch) { self.search = search }

    package mutating func judge(_ event: borrowing Event) -> [Finding] {
        guard event.source.platform == .docker, event.action != .read else { return search.observe(event) }
        var joined = copy event
        join.complete(&joined)
        return search.observe(joined)
    }
}
