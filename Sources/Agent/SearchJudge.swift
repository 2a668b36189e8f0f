package import Detection
package import SecurityEvents

/// Shows events to a search that makes a table of them; there are no findings.
package struct SearchJudge: Judge {
    private var join = ContainerJoin()
    private let runner: SearchRunner

    /// Shows events to a search.
    package init(_ runner: SearchRunner) { self.runner = runner }

    package mutating func judge(_ event: borrowing Event) -> [Finding] {
        guard event.source.platform == .docker, event.action != .read else {
            runner.observe(event)
            return []
        }
        var joined = copy event
        join.complete(&joined)
        runner.observe(joined)
        return []
    }
}
