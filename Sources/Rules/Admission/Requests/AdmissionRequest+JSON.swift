internal import JSONView

extension AdmissionRequest {
    /// The variable `request` as JSON: what is empty is left out, as the API server leaves it out.
    ///
    /// - Parameters:
    ///   - resource: the resource that a policy matched it as.
    ///   - kind: the kind that a policy matched it as.
    /// - Returns: one object.
    func json(as resource: GroupVersionResource, _ kind: GroupVersionKind) -> [UInt8] {
        var writer = JSONWriter()
        writer.object { request in
            request.member("uid", "")
            request.key("kind")
            Self.write(kind, to: &request)
            request.key("resource")
            Self.write(resource, to: &request)
            if !subresource.isEmpty { request.member("subResource", subresource) }
            request.key("requestKind")
            Self.write(self.kind, to: &request)
            request.key("requestResource")
            Self.write(self.resource, to: &request)
            if !subresource.isEmpty { request.member("requestSubResource", subresource) }
            if !name.isEmpty { request.member("name", name) }
            if !namespace.isEmpty { request.member("namespace", namespace) }
            request.member("operation", operation.rawValue)
            request.key("userInfo")
            request.object { user in self.user?.write(to: &user) }
            request.key("dryRun")
            request.value(isDryRun)
            request.key("options")
            if let options { request.copy(options) } else { Self.writeOptions(operation, to: &request) }
        }
        return writer.bytes
    }

    private static func write(_ kind: GroupVersionKind, to writer: inout JSONWriter) {
        writer.object {
            $0.member("group", kind.group)
            $0.member("version", kind.version)
            $0.member("kind", kind.kind)
        }
    }

    private static func write(_ resource: GroupVersionResource, to writer: inout JSONWriter) {
        writer.object {
            $0.member("group", resource.group)
            $0.member("version", resource.version)
            $0.member("resource", resource.resource)
        }
    }

    private static func writeOptions(_ operation: Operation, to writer: inout JSONWriter) {
        let kind: String? =
            switch operation {
            case .create: "CreateOptions"
            case .update: "UpdateOptions"
            case .delete: "DeleteOptions"
            case .connect: nil
            }
        guard let kind else { return writer.null() }
        writer.object {
            $0.member("kind", kind)
            $0.member("apiVersion", "meta.k8s.io/v1")
        }
    }
}

extension AdmissionRequest.UserInfo {
    fileprivate func write(to writer: inout JSONWriter) {
        if !username.isEmpty { writer.member("username", username) }
        if !uid.isEmpty { writer.member("uid", uid) }
        if !groups.isEmpty { writer.member("groups", groups) }
        guard !extra.isEmpty else { return }
        writer.key("extra")
        writer.object { writer in
            for (key, values) in extra.sorted(by: { $0.key < $1.key }) { writer.member(key, values) }
        }
    }
}

extension JSONWriter {
    /// Writes a value as it stands in another document.
    mutating func copy(_ value: JSONValue) {
        switch value.kind {
        case .null: null()
        case .bool: self.value(value.bool ?? false)
        case .int64: self.value(value.int64 ?? 0)
        case .uint64: self.value(value.double ?? 0)
        case .double, .bigNumber: self.value(value.double ?? 0)
        case .string: self.value(value.string ?? "")
        case .array: array { writer in for element in value.elements { writer.copy(element) } }
        case .object:
            object { writer in
                for (key, member) in value.members {
                    writer.key(String(key))
                    writer.copy(member)
                }
            }
        }
    }
}
