import JSONView

/// The entry with the names of Kubernetes' own audit events beside its own, so that rules which know those find them.
///
/// Rules of the field ask for `verb`, `objectRef.resource`, `requestObject.spec`: what a `LogEntry` says of them is written out
/// under these names. What it does not say (groups, the command of an exec) stays missing.
extension CloudAuditRecord {
    /// Names of audit events, and what an entry has for them as it is.
    private var places: [(name: StaticString, value: JSONValue?)] {
        [
            ("auditID", identifier), ("requestObject", request), ("responseObject", response), ("annotations", labels),
            ("requestReceivedTimestamp", time), ("stageTimestamp", time), ("userAgent", userAgent),
        ]
    }

    /// Writes the entry with those names.
    ///
    /// - Parameters:
    ///   - entry: the whole entry.
    ///   - statusCode: the status of the answer, where it is known.
    /// - Returns: the text of an object that has both.
    func audit(of entry: JSONValue, statusCode: Int?) -> [UInt8] {
        var output = CompactJSON()
        output.write(raw: #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","stage":"ResponseComplete","level":"#)
        output.write(
            raw: response != nil ? #""RequestResponse""# : request != nil ? #""Request""# : #""Metadata""#)
        output.write(raw: #","verb":"#)
        output.write(string: method.verb.bytes)
        output.write(raw: #","requestURI":"#)
        output.write(string: uri)
        for (name, value) in places {
            guard let value else { continue }
            output.write(raw: ",\"")
            output.write(raw: name)
            output.write(raw: "\":")
            output.write(value)
        }
        if let user {
            output.write(raw: #","user":{"username":"#)
            output.write(user)
            output.write(raw: "}")
        }
        if let address {
            output.write(raw: #","sourceIPs":["#)
            output.write(string: address.bytes)
            output.write(raw: "]")
        }
        if let statusCode {
            output.write(raw: #","responseStatus":{"code":"#)
            output.write(number: statusCode)
            output.write(raw: "}")
        }
        writeTarget(to: &output)
        for member in entry.members where !Self.isAuditName(member.key) {
            output.write(raw: ",")
            output.write(string: member.key.bytes)
            output.write(raw: ":")
            output.write(member.value)
        }
        output.write(raw: "}")
        return output.bytes
    }

    private func writeTarget(to output: inout CompactJSON) {
        let target = target
        let members: [(StaticString, JSONText?)] = [
            ("resource", target.resource), ("subresource", target.subresource), ("namespace", target.namespace),
            ("name", target.name), ("apiGroup", target.apiGroup), ("apiVersion", target.apiVersion),
        ]
        var separator: StaticString = #","objectRef":{""#
        for (name, value) in members {
            guard let value else { continue }
            output.write(raw: separator)
            output.write(raw: name)
            output.write(raw: "\":")
            output.write(string: value.bytes)
            separator = ",\""
        }
        output.write(raw: "}")
    }

    /// The path of the API, without a query.
    private var uri: [UInt8] {
        guard path.count >= 2 else { return [] }
        var uri = Array((path[0] == "core" ? "/api" : "/apis").utf8)
        for part in path.dropFirst(path[0] == "core" ? 1 : 0) {
            uri.append(UInt8(ascii: "/"))
            uri += part.bytes
        }
        return uri
    }

    /// Whether an entry's own member would stand beside one that was written.
    private static func isAuditName(_ key: JSONText) -> Bool {
        let names: [StaticString] = [
            "kind", "apiVersion", "stage", "level", "verb", "requestURI", "auditID", "requestObject", "responseObject",
            "annotations", "requestReceivedTimestamp", "stageTimestamp", "userAgent", "user", "sourceIPs",
            "responseStatus", "objectRef",
        ]
        return names.contains { key == $0 }
    }
}
