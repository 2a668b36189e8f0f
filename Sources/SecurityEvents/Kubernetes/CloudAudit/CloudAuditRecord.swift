import JSONView

/// The fields of a Cloud Audit Logs entry of Google Kubernetes Engine: a `LogEntry` around a `google.cloud.audit.AuditLog`.
struct CloudAuditRecord {
    private let entry: JSONValue
    private let payload: JSONValue
    /// `io.k8s.core.v1.pods.exec.create`: the group backwards, version, resource, subresource, verb.
    let method: CloudAuditMethod
    /// `core/v1/namespaces/shop/pods/web/exec`: group, version, then what stands in the API's path.
    let path: [JSONText]

    /// Finds the fields.
    ///
    /// - Throws: why the entry is about no request to a Kubernetes API.
    init(_ entry: JSONValue) throws(ReadFault) {
        guard let payload = entry["protoPayload"], payload.kind == .object else {
            throw ReadFault("no protoPayload")
        }
        guard let name = payload["methodName"]?.text, let method = CloudAuditMethod(name) else {
            throw ReadFault("no request to a Kubernetes API, but a record of another Google Cloud service")
        }
        self.entry = entry
        self.payload = payload
        self.method = method
        path = payload["resourceName"]?.text.map { $0.parts(between: UInt8(ascii: "/"), most: 12) } ?? []
    }

    /// Whether an entry's payload looks like one that this reads.
    static func isRecord(_ payload: JSONValue) -> Bool {
        payload["methodName"]?.text.flatMap { CloudAuditMethod($0) } != nil
    }

    var identifier: JSONValue? { entry["insertId"] }
    var time: JSONValue? { entry["timestamp"] ?? payload["timestamp"] ?? entry["receiveTimestamp"] }
    var labels: JSONValue? { entry["labels"] }
    var user: JSONValue? { payload["authenticationInfo"]?["principalEmail"] }
    var request: JSONValue? { body("request") }
    var response: JSONValue? { body("response") }
    var status: JSONValue? { body("status") }
    var userAgent: JSONValue? { payload["requestMetadata"]?["callerSuppliedUserAgent"] }
    var address: JSONText? {
        let metadata = payload["requestMetadata"]
        // Data lakes write the second.
        return (metadata?["callerIp"] ?? metadata?["callerIP"])?.text
    }

    /// Whether the caller had the right; nil where the record does not say.
    var isGranted: Bool? {
        guard let checks = payload["authorizationInfo"], checks.count > 0 else { return nil }
        var known: Bool?
        for check in checks.elements {
            guard let granted = check["granted"]?.bool else { continue }
            if !granted { return false }
            known = true
        }
        return known
    }

    private func body(_ name: StaticString) -> JSONValue? {
        guard let value = payload[name], !value.isNull else { return nil }
        return value
    }

    /// The object that the request was about.
    var target: Target {
        var target = Target()
        target.resource = method.resource
        target.subresource = method.subresource
        guard path.count >= 2 else { return target }
        target.apiGroup = path[0] == "core" ? nil : path[0]
        target.apiVersion = path[1]
        var rest = path.dropFirst(2)
        // A Namespace's own path is that of things in it, one part shorter.
        if rest.count > 2, rest.first.map({ $0 == "namespaces" }) ?? false,
            rest[rest.startIndex + 2] == method.resource
        {
            target.namespace = rest[rest.startIndex + 1]
            rest = rest.dropFirst(2)
        }
        if rest.count > 1, rest.first == method.resource { target.name = rest[rest.startIndex + 1] }
        return target
    }
}

/// A method's name of the Kubernetes API in Cloud Audit Logs.
struct CloudAuditMethod {
    let resource: JSONText
    let subresource: JSONText?
    let verb: JSONText

    /// Takes a name apart; nil where it is of no Kubernetes API.
    ///
    /// Custom resources have their own group in front (`com.example.v1.things.create`), so it is the version in the
    /// middle that tells.
    init?(_ name: JSONText) {
        let parts = name.parts(between: UInt8(ascii: "."), most: 24)
        guard let version = parts.lastIndex(where: Self.isVersion), version > 0 else { return nil }
        let rest = parts[(version + 1)...]
        guard (2...3).contains(rest.count), let resource = rest.first, let verb = rest.last, Self.isVerb(verb) else {
            return nil
        }
        self.resource = resource
        self.verb = verb
        subresource = rest.count == 3 ? rest[rest.startIndex + 1] : nil
    }

    /// Whether a part is `v1`, `v1beta1`, `v2alpha3`.
    private static func isVersion(_ part: JSONText) -> Bool {
        guard part.count >= 2, part.count <= 12, part.hasPrefix("v") else { return false }
        return part.bytes[1] >= UInt8(ascii: "1") && part.bytes[1] <= UInt8(ascii: "9")
    }

    private static func isVerb(_ part: JSONText) -> Bool {
        switch part.count {
        case 3: part == "get"
        case 4: part == "list"
        case 5: part == "watch" || part == "patch"
        case 6: part == "create" || part == "update" || part == "delete"
        case 16: part == "deletecollection"
        default: false
        }
    }
}

extension JSONText {
    /// The parts between a byte; what comes after the last that is allowed is left out.
    fileprivate func parts(between separator: UInt8, most: Int) -> [JSONText] {
        var parts: [JSONText] = []
        var rest = self
        while parts.count < most {
            guard let end = rest.firstIndex(of: separator) else {
                parts.append(rest)
                break
            }
            parts.append(rest.prefix(end))
            rest = rest.dropFirst(end + 1)
        }
        return parts
    }
}
