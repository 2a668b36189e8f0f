public import JSONView

extension Gap: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("source", source)
            object.member("from", from?.description)
            object.member("to", to?.description)
            object.member("reason", reason)
            object.member("estimate", estimate)
            // Absent in what older versions wrote.
            if let suspicion {
                object.key("suspicious")
                object.value(true)
                object.member("suspicion", suspicion.rawValue)
            }
            if let key { object.member("key", key) }
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            source: try json.field("source"), from: try json.timeField("from"), to: try json.timeField("to"),
            reason: try json.field("reason"), estimate: try json.integerField("estimate"),
            suspicion: try Self.suspicion(json), key: json["key"]?.string)
    }

    private static func suspicion(_ json: JSONValue) throws(ReadFault) -> Suspicion? {
        guard json["suspicious"]?.bool == true else { return nil }
        // Older versions knew one reason for it.
        guard let word = json["suspicion"]?.string else { return .logCut }
        guard let known = Suspicion(rawValue: word) else { throw ReadFault("'\(word)' is no suspicion of a gap") }
        return known
    }
}
