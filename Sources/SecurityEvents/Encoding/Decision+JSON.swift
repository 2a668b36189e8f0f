public import JSONView

/// The one JSON form of a decision: what the gate prints and what the ledger keeps (`docs/gate.md`).
extension Decision: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("id", id)
            object.member("verdict", verdict.rawValue)
            object.member("reasons", reasons)
            object.member("unjudged", unjudged)
            object.member("exemption", exemption)
            object.key("annotations")
            object.object { written in
                for (key, value) in annotations.sorted(by: { $0.key < $1.key }) { written.member(key, value) }
            }
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        var annotations: [String: String] = [:]
        if let written = json["annotations"] {
            for (key, value) in written.members {
                guard let text = value.string else {
                    throw ReadFault("annotations holds something that is not a string")
                }
                annotations[String(key)] = text
            }
        }
        self.init(
            id: try json.field("id"), verdict: try json.field("verdict", as: Verdict.self),
            reasons: try json.records("reasons", as: Reason.self),
            unjudged: try json.records("unjudged", as: Unjudged.self), exemption: try json.optionalField("exemption"),
            annotations: annotations)
    }
}

extension Decision.Reason: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("origin", origin.rawValue)
            object.member("rule", rule)
            object.member("ruleName", ruleName)
            object.member("level", level.rawValue)
            object.member("mode", mode.rawValue)
            object.member("message", message)
            object.member("container", container)
            object.member("fields", fields)
            object.member("patch", patch)
            object.key("unchanged")
            object.value(isUnchanged)
            object.member("exception", exception)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            origin: try json.field("origin", as: Origin.self), rule: try json.field("rule"),
            ruleName: try json.field("ruleName"), level: try json.field("level", as: Level.self),
            mode: try json.field("mode", as: Decision.Mode.self), message: try json.field("message"),
            container: try json.optionalField("container"), fields: try json.records("fields", as: Evidence.self),
            patch: try json.records("patch", as: Decision.PatchOperation.self),
            isUnchanged: json["unchanged"]?.bool ?? false, exception: try json.optionalField("exception"))
    }
}

/// As RFC 6902 has it, so that a reason's `patch` can be given to `kubectl patch --type json`.
extension Decision.PatchOperation: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("op", operation)
            object.member("path", path)
            if let value {
                object.key("value")
                object.value(json: value)
            }
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            operation: try json.field("op"), path: try json.field("path"),
            value: json["value"].map { value in
                var writer = CompactJSON()
                writer.write(value)
                return String(decoding: writer.bytes, as: UTF8.self)
            })
    }
}

extension Decision.Unjudged: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("cause", cause.rawValue)
            object.member("detail", detail)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(try json.field("cause", as: Cause.self), try json.field("detail"))
    }
}

extension DecisionRecord: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("time", time.description)
            object.member("gate", gate)
            object.member("decision", decision)
            object.member("request", request)
            object.key("dryRun")
            object.value(isDryRun)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        guard let time = try json.timeField("time") else { throw ReadFault("time is missing") }
        self.init(
            time: time, gate: try json.field("gate"), decision: try json.record("decision", as: Decision.self),
            request: try json.record("request", as: EventRecord.self), isDryRun: json["dryRun"]?.bool ?? false)
    }
}
