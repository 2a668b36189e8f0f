public import JSONView

extension EventRecord: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("key", key)
            object.member("id", id)
            object.member("source", source.rawValue)
            object.member("position", position)
            object.member("time", time?.description)
            object.member("action", action.rawValue)
            object.member("outcome", outcome.rawValue)
            object.member("verb", verb)
            object.member("resource", resource)
            object.member("actor", actor)
            object.member("workload", workload)
            object.member("containers", containers)
            object.member("body", body.rawValue)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            key: try json.optionalField("key"), id: try json.optionalField("id"),
            source: try json.field("source", as: SourceType.self),
            position: try json.record("position", as: SourcePosition.self), time: try json.timeField("time"),
            action: try json.field("action", as: Action.self), outcome: try json.field("outcome", as: Outcome.self),
            verb: try json.optionalField("verb"), resource: try json.optionalField("resource"),
            actor: try json.record("actor", as: ActorSummary.self),
            workload: try json.optionalRecord("workload", as: WorkloadSummary.self),
            containers: try json.records("containers", as: ContainerSummary.self),
            body: try json.field("body", as: BodyState.self))
    }
}
