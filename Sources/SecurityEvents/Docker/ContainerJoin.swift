public import JSONView

/// Joins what different records say of one container.
///
/// A create request and its answer, the engine's log and events, an inspection: each knows a part. Give it all events in
/// the order in which they are read, whatever files they come from; later ones are completed with what earlier ones
/// said. What it keeps is bounded, the least recently used is forgotten.
public struct ContainerJoin {
    private let parser = JSONParser()
    private var registry: ContainerRegistry
    private var unclaimed = UnclaimedCreates()
    private var volumes = KnownVolumes()

    /// Makes a join that knows no containers.
    ///
    /// - Parameters:
    ///   - containerLimit: how many containers are remembered.
    ///   - byteLimit: how many bytes of create bodies and inspections are kept.
    public init(containerLimit: Int = 100_000, byteLimit: Int = 64 << 20) {
        registry = ContainerRegistry(limit: containerLimit, byteLimit: byteLimit)
    }

    /// How many containers are known.
    public var count: Int { registry.count }

    /// Adds to an event what is known of its container, and remembers what the event says.
    ///
    /// - Parameter event: any event; only those about Docker's containers are looked at.
    public mutating func complete(_ event: inout Event) {
        guard event.source.platform == .docker, let resource = event.target.resource else { return }
        if resource == "volumes" { volumes.learn(event) }
        guard resource == "containers" || resource == "exec", event.workload != nil || event.execution != nil else {
            return
        }
        defer { volumes.lend(to: &event, parser) }
        guard let known = container(of: event) else {
            if describesContainer(event) { unclaimed.add(event, parser) }
            return
        }
        learn(known, event)
        lend(known, to: &event)
    }

    /// The user who created a container.
    ///
    /// - Parameter id: the identifier, an unambiguous beginning of it, or the name.
    /// - Returns: nil where no record says.
    public func deployer(of id: JSONText) -> String? { registry.find(id)?.deployer }

    /// The user who created a container.
    ///
    /// - Parameter id: the identifier, an unambiguous beginning of it, or the name.
    /// - Returns: nil where no record says.
    public func deployer(of id: String) -> String? {
        var copy = id
        return copy.withUTF8 { bytes in
            bytes.baseAddress.flatMap { deployer(of: JSONText(start: $0, count: bytes.count)) }
        }
    }

    /// When a container was created; nil where no record says.
    public func creationTime(of id: JSONText) -> Timestamp? { registry.find(id)?.created }

    private mutating func container(of event: borrowing Event) -> KnownContainer? {
        for text in [event.workload?.uid, event.target.uid] {
            guard let text, let key = ContainerKey(text) else { continue }
            return registry.obtain(key)
        }
        // The name that a new container asks for is not that of an old one.
        guard !makes(event) else { return nil }
        for text in [event.target.name, event.target.uid] {
            guard let text, let known = registry.find(text.withoutSlash) else { continue }
            return registry.obtain(known.key)
        }
        return nil
    }

    /// Whether an event tells of a container's making, or of one that was found as it was made.
    private func makes(_ event: borrowing Event) -> Bool { event.action == .create || event.action == .found }

    private func describesContainer(_ event: borrowing Event) -> Bool {
        makes(event) && event.body == .present && event.workload?.object != nil && !event.containers.isEmpty
            && event.outcome != .denied && event.outcome != .failed
    }

    private mutating func learn(_ known: KnownContainer, _ event: borrowing Event) {
        if let name = event.workload?.name ?? event.target.name, name.count <= 256,
            !ContainerIdentifier.isHexadecimal(name) || makes(event)
        {
            registry.name(known, String(name.withoutSlash))
        }
        if let subresource = event.target.subresource, subresource == "rename", event.outcome == .succeeded,
            let uri = event.target.requestURI
        {
            let call = DockerCall(method: JSONText("POST"), uri: uri, parser: parser)
            withExtendedLifetime(call) {
                guard let name = call.parameter("name"), name.count <= 256 else { return }
                registry.name(known, String(name))
            }
        }
        if known.image == nil, let image = event.containers.first?.image?.text, image.count <= 1024 {
            known.image = String(image)
        }
        guard makes(event) else { return }
        known.created = known.created ?? event.time
        if known.deployer == nil { known.deployer = event.actor.user.map { String($0) } }
        if describesContainer(event), let description = ContainerDescription(event, parser: parser) {
            registry.describe(known, description)
        } else if known.description == nil, let description = unclaimed.claim(known) {
            registry.describe(known, description)
            known.deployer = known.deployer ?? description.deployer
        }
    }

    private func lend(_ known: KnownContainer, to event: inout Event) {
        // An event with a body of its own knows best what it does.
        guard let description = known.description, event.body != .present || !makes(event) else { return }
        event.attachments.append(.init(label: ContainerDescription.label, document: description.document))
        event.target.uid = event.target.uid.flatMap { ContainerKey($0) == nil ? nil : $0 } ?? description.workload.uid
        event.target.name = event.target.name ?? description.workload.name
        if let own = event.containers.first, own.image == nil || event.body == .present {
            // Host settings given when an old engine starts a container: the rest is as it was created.
            fill(&event, from: description)
            return
        }
        let own = event.workload
        var workload = description.workload
        workload.uid = own?.uid ?? workload.uid
        workload.name = own?.name ?? workload.name
        workload.restartPolicy = own?.restartPolicy ?? workload.restartPolicy
        var container = description.container
        container.id = workload.uid
        container.name = workload.name
        event.workload = workload
        event.containers = [container]
    }

    private func fill(_ event: inout Event, from description: ContainerDescription) {
        let created = description.container
        var container = event.containers[0]
        container.image = container.image ?? created.image
        container.imageID = container.imageID ?? created.imageID
        container.command = container.command ?? created.command
        container.args = container.args ?? created.args
        container.env = container.env ?? created.env
        container.user = container.user ?? created.user
        event.containers[0] = container
        guard var workload = event.workload else { return }
        workload.labels = workload.labels ?? description.workload.labels
        workload.uid = workload.uid ?? description.workload.uid
        workload.name = workload.name ?? description.workload.name
        event.workload = workload
    }
}

extension JSONText {
    /// The engine writes a container's name with a slash in front.
    fileprivate var withoutSlash: JSONText { hasPrefix("/") ? dropFirst(1) : self }
}
