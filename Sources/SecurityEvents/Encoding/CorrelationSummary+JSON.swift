public import JSONView

extension CorrelationSummary: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("type", type)
            object.key("value")
            object.value(value)
            object.member("groupBy", groupBy)
            object.member("timespan", timespan)
            object.member("count", count)
            object.member("first", first?.description)
            object.member("last", last?.description)
            object.member("events", events)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        guard let value = json["value"]?.double else { throw ReadFault("value is missing or no number") }
        self.init(
            type: try json.field("type"), value: value, groupBy: try json.records("groupBy", as: Key.self),
            timespan: try json.integerField("timespan"), count: try json.integerField("count") ?? 0,
            first: try json.timeField("first"), last: try json.timeField("last"),
            events: try json.records("events", as: Member.self))
    }
}

extension CorrelationSummary.Key: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("name", name)
            object.member("value", value)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(name: try json.field("name"), value: try json.field("value"))
    }
}

extension CorrelationSummary.Member: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("rule", rule)
            object.member("position", position)
            object.member("time", time?.description)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            rule: try json.field("rule"), position: try json.record("position", as: SourcePosition.self),
            time: try json.timeField("time"))
    }
}
