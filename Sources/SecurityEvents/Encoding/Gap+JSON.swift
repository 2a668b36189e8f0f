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
            if isSuspicious {
                object.key("suspicious")
                object.value(true)
            }
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            source: try json.field("source"), from: try json.timeField("from"), to: try json.timeField("to"),
            reason: try json.field("reason"), estimate: try json.integerField("estimate"),
            isSuspicious: json["suspicious"]?.bool ?? false)
    }
}
