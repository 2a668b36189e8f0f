public import JSONView

/// The one JSON form of a finding: what reports print and what the ledger keeps (`docs/finding.md`).
extension Finding: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", id)
            object.member("rule", rule)
            object.member("ruleName", ruleName)
            object.member("title", title)
            object.member("level", level.rawValue)
            object.member("time", time?.description)
            object.member("source", source.rawValue)
            object.member("position", position)
            object.member("action", action.rawValue)
            object.member("outcome", outcome.rawValue)
            object.member("message", message)
            object.member("actor", actor)
            object.member("workload", workload)
            object.member("container", container)
            object.member("evidence", evidence)
            object.member("tags", tags)
            object.member("falsePositives", falsePositives)
            object.member("remediation", remediation)
            object.member("correlation", correlation)
            object.member("filled", filled)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            id: try json.field("id"), rule: try json.field("rule"), ruleName: try json.field("ruleName"),
            title: try json.field("title"), level: try json.field("level", as: Level.self),
            time: try json.timeField("time"), source: try json.field("source", as: SourceType.self),
            position: try json.record("position", as: SourcePosition.self),
            action: try json.field("action", as: Action.self), outcome: try json.field("outcome", as: Outcome.self),
            message: try json.field("message"), actor: try json.record("actor", as: ActorSummary.self),
            workload: try json.optionalRecord("workload", as: WorkloadSummary.self),
            container: try json.optionalRecord("container", as: ContainerSummary.self),
            evidence: try json.records("evidence", as: Evidence.self), tags: try json.textsField("tags"),
            falsePositives: try json.textsField("falsePositives"), remediation: try json.optionalField("remediation"),
            correlation: try json.optionalRecord("correlation", as: CorrelationSummary.self))
        // Older versions did not write it.
        if json["filled"] != nil { filled = try json.textsField("filled") }
    }
}

extension Evidence: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("path", path)
            object.member("value", value)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(path: try json.field("path"), value: try json.field("value"))
    }
}
