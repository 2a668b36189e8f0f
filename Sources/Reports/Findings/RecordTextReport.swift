public import SecurityEvents

/// What the ledger keeps beside findings, as blocks of aligned lines for a person.
public struct RecordTextReport: Sendable {
    private let styling: Styling

    /// Makes the report.
    public init(styling: Styling = .plain) { self.styling = styling }

    /// Writes a deployment event.
    ///
    /// - Parameter event: what happened.
    /// - Returns: whole lines, an empty one last.
    public func text(of event: EventRecord) -> String {
        var block = LabelledBlock(styling: styling, indentation: "  ", labelWidth: 12)
        block.add(line: styling.paint("\(event.action.rawValue) \(event.outcome.rawValue)", .title))
        block.add("who", [ActorLine.text(of: event.actor)])
        block.add("where", [event.workload.map { PlaceLine.text(of: $0) } ?? "not known to this source"])
        block.add("containers", event.containers.map { PlaceLine.text(of: $0) })
        block.add("request", [[event.verb, event.resource].compactMap { $0 }.map(visible).joined(separator: " ")])
        if event.body != .none { block.add("body", [event.body.rawValue]) }
        let time = event.time?.description ?? "time not known"
        block.add("when", ["\(time), \(event.source.rawValue) at \(visible(event.position.description))"])
        block.add("id", [visible(event.id ?? event.key ?? "")])
        block.add(line: "")
        return block.text
    }

    /// Writes a gap.
    ///
    /// - Parameter gap: the time without an answer.
    /// - Returns: whole lines, an empty one last.
    public func text(of gap: Gap) -> String {
        var block = LabelledBlock(styling: styling, indentation: "  ", labelWidth: 12)
        block.add(line: styling.paint("gap in \(visible(gap.source))", .title))
        block.add("from", [gap.from?.description ?? "not known"])
        block.add("to", [gap.to?.description ?? "not known"])
        block.add("why", [visible(gap.reason)])
        if let estimate = gap.estimate {
            block.add("missing", ["about \(Quantity.count(estimate, "record", "records"))"])
        }
        block.add(line: "")
        return block.text
    }
}
