public import JSONView

/// Bounds of what is copied out of an event: a hostile record may carry a name of megabytes.
private enum CopyBounds {
    /// How many bytes of one text are copied.
    static let text = 4096
    /// How many elements of a list are copied.
    static let list = 64
}

extension String {
    /// Copies a text out of its document, cut behind 4 KiB with an ellipsis.
    public init(copying text: JSONText) {
        guard text.count > CopyBounds.text else {
            self.init(text)
            return
        }
        // Never cut within a character: step back over continuation bytes.
        var end = CopyBounds.text
        while end > 0, text.bytes[end] & 0xC0 == 0x80 { end -= 1 }
        self = String(text.prefix(end)) + "…"
    }
}

extension Array where Element == String {
    /// Copies the texts of a JSON array, or one text alone; elements that are no text are left out.
    public init(copying value: JSONValue?) {
        guard let value else {
            self = []
            return
        }
        if let text = value.text {
            self = [String(copying: text)]
            return
        }
        self = []
        for element in value.elements {
            guard count < CopyBounds.list else { break }
            if let text = element.text { append(String(copying: text)) }
        }
    }
}

extension ActorSummary {
    /// Copies an actor out of its event; who stands behind it is not known from one event.
    public init(copying actor: Actor) {
        self.init(
            user: actor.user.map { String(copying: $0) }, uid: actor.uid.map { String(copying: $0) },
            groups: [String](copying: actor.groups), authentication: actor.authentication,
            addresses: [String](copying: actor.addresses), userAgent: actor.userAgent.map { String(copying: $0) },
            impersonatedUser: actor.impersonatedUser.map { String(copying: $0) })
    }
}

extension WorkloadSummary {
    /// Copies a workload out of its event.
    public init(copying workload: borrowing Workload) {
        self.init(
            platform: workload.platform, kind: workload.kind.map { String(copying: $0) } ?? workload.kindName,
            namespace: workload.namespace.map { String(copying: $0) },
            name: (workload.name ?? workload.generateName).map { String(copying: $0) },
            uid: workload.uid.map { String(copying: $0) }, owner: Self.owner(in: workload.owners),
            node: workload.node.map { String(copying: $0) },
            serviceAccount: workload.serviceAccount.map { String(copying: $0) })
    }

    /// Copies what an event was about: its workload, or the object that it touched; nil where it names none.
    ///
    /// The request's target fills in what the object itself leaves out: the namespace, and the name of an object whose
    /// body names none.
    public init?(copying event: borrowing Event) {
        let target = event.target
        if let workload = event.workload {
            self.init(copying: workload)
            namespace = namespace ?? target.namespace.map { String(copying: $0) }
            name = name ?? target.name.map { String(copying: $0) }
            uid = uid ?? target.uid.map { String(copying: $0) }
            return
        }
        guard target.resource != nil || target.name != nil else { return nil }
        self.init(
            platform: event.source.platform, kind: target.resource.map { String(copying: $0) } ?? "",
            namespace: target.namespace.map { String(copying: $0) }, name: target.name.map { String(copying: $0) },
            uid: target.uid.map { String(copying: $0) })
    }

    /// The controlling owner, else the first: `ReplicaSet/web-5d9c`.
    private static func owner(in references: JSONValue?) -> String? {
        guard let references else { return nil }
        var chosen: JSONValue?
        for reference in references.elements {
            if reference["controller"]?.bool == true {
                chosen = reference
                break
            }
            chosen = chosen ?? reference
        }
        guard let chosen, let kind = chosen["kind"]?.text, let name = chosen["name"]?.text else { return nil }
        return "\(String(copying: kind))/\(String(copying: name))"
    }
}

extension ContainerSummary {
    /// Copies a container out of its event.
    public init(copying container: borrowing Container) {
        self.init(
            name: container.name.map { String(copying: $0) }, id: container.id.map { String(copying: $0) },
            image: container.image?.text.map { String(copying: $0) }, role: container.role)
    }
}
