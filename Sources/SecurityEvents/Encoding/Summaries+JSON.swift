public import JSONView

extension SourcePosition: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("file", name)
            object.member("line", line)
            object.member("item", item)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        guard let line = try json.integerField("line") else { throw ReadFault("line is missing") }
        self.init(name: try json.field("file"), line: line, item: try json.integerField("item") ?? 0)
    }
}

extension ActorSummary: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("user", user)
            object.member("uid", uid)
            object.member("groups", groups)
            object.member("authentication", authentication.rawValue)
            object.member("addresses", addresses)
            object.member("userAgent", userAgent)
            object.member("impersonatedUser", impersonatedUser)
            object.member("onBehalfOf", onBehalfOf)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            user: try json.optionalField("user"), uid: try json.optionalField("uid"),
            groups: try json.textsField("groups"),
            authentication: try json.field("authentication", as: Authentication.self),
            addresses: try json.textsField("addresses"), userAgent: try json.optionalField("userAgent"),
            impersonatedUser: try json.optionalField("impersonatedUser"),
            onBehalfOf: try json.optionalField("onBehalfOf"))
    }
}

extension WorkloadSummary: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("platform", platform.rawValue)
            object.member("kind", kind)
            object.member("namespace", namespace)
            object.member("name", name)
            object.member("uid", uid)
            object.member("owner", owner)
            object.member("node", node)
            object.member("serviceAccount", serviceAccount)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            platform: try json.field("platform", as: Platform.self), kind: try json.field("kind"),
            namespace: try json.optionalField("namespace"), name: try json.optionalField("name"),
            uid: try json.optionalField("uid"), owner: try json.optionalField("owner"),
            node: try json.optionalField("node"), serviceAccount: try json.optionalField("serviceAccount"))
    }
}

extension ContainerSummary: JSONRecord {
    public func write(to writer: inout JSONWriter) {
        writer.object { object in
            object.member("name", name)
            object.member("id", id)
            object.member("image", image)
            object.member("role", role.rawValue)
        }
    }

    public init(json: JSONValue) throws(ReadFault) {
        self.init(
            name: try json.optionalField("name"), id: try json.optionalField("id"),
            image: try json.optionalField("image"), role: try json.field("role", as: Container.Role.self))
    }
}
