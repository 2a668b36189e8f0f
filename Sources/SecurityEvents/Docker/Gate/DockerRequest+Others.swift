package import JSONView

/// What a container takes from others of the same engine: their volumes, their namespaces, networks by identifier.
extension DockerRequest {
    /// The containers whose volumes or namespaces the event's container takes, each once.
    package static func others(of event: borrowing Event) -> [String] {
        guard let container = event.containers.first else { return [] }
        var names: [String] = []
        func add(_ name: JSONText?) {
            guard let name, !name.isEmpty else { return }
            let copy = String(copying: name)
            if !names.contains(copy) { names.append(copy) }
        }
        for element in container.volumesFrom.map({ Array($0.elements) }) ?? [] {
            add(DockerMounts.lender(of: element))
        }
        for setting in Self.namespaces { add(event.workload.flatMap { joined($0[keyPath: setting.path].origin) }) }
        return names
    }

    /// The container whose namespace an inspected container joins, by the names of the settings: a chain may go on.
    package static func joined(by inspection: JSONValue) -> [String] {
        Self.namespaces.compactMap { joined(inspection["HostConfig"]?[$0.name]).map { String(copying: $0) } }
    }

    /// Tells the event's container what it takes from others.
    ///
    /// - Parameters:
    ///   - others: the engine's answers about them, by the names that were asked for.
    ///   - event: the event; it keeps what it needs of them.
    ///   - parser: makes that document.
    /// - Throws: why the answers together cannot be kept: nobody may take the container for one that takes nothing.
    package static func lend(
        others: [(name: String, document: JSONDocument)], to event: inout Event, parser: JSONParser
    ) throws(JSONError) {
        guard !event.containers.isEmpty, !others.isEmpty else { return }
        defer { withExtendedLifetime(others.map(\.document)) {} }
        for setting in Self.namespaces {
            guard let origin = event.workload?[keyPath: setting.path].origin, let first = joined(origin),
                leadsToHost(String(copying: first), setting.name, others)
            else { continue }
            event.workload?[keyPath: setting.path] = Setting(true, from: origin)
        }
        guard event.containers[0].volumesFrom != nil, event.containers[0].madeMounts == nil else { return }
        var written = CompactJSON()
        written.write(raw: "[")
        for (position, other) in others.enumerated() {
            written.write(raw: position == 0 ? "{\"Name\":" : ",{\"Name\":")
            written.write(string: other.name.utf8)
            written.write(raw: ",\"Mounts\":")
            if let mounts = other.document.root["Mounts"], mounts.kind == .array {
                written.write(mounts)
            } else {
                written.write(raw: "[]")
            }
            written.write(raw: "}")
        }
        written.write(raw: "]")
        let document = try parser.parse(written.bytes)
        event.attachments.append(.init(label: "VolumesFrom", document: document))
        event.containers[0].lenders = document.root
    }

    /// The networks that a service names, but for the one that is plainly the host's, each once.
    package static func serviceNetworks(of event: borrowing Event) -> [String] {
        guard let workload = event.workload, workload.kindName == "Service", workload.hostNetwork.value != true else {
            return []
        }
        var names: [String] = []
        for target in DockerServiceObject.networkTargets(workload.object) {
            guard let text = target.text, !text.isEmpty else { continue }
            let name = String(copying: text)
            if !names.contains(name) { names.append(name) }
        }
        return names
    }

    /// Tells a service's event that a network that it names is the host's.
    ///
    /// - Parameters:
    ///   - network: the engine's answer about the network.
    ///   - name: how the service names it.
    ///   - event: the event.
    package static func lend(network: JSONDocument, named name: String, to event: inout Event) {
        let root = network.root
        let isHost =
            root["Name"]?.text.map { $0 == "host" } == true || root["Driver"]?.text.map { $0 == "host" } == true
        withExtendedLifetime(network) {}
        guard isHost, let object = event.workload?.object else { return }
        for target in DockerServiceObject.networkTargets(object) where target.string == name {
            event.workload?.hostNetwork = Setting(true, from: target)
        }
    }

    /// Puts what a service was before into the place of what the call's body says.
    ///
    /// - Parameters:
    ///   - service: the engine's answer about the service.
    ///   - event: the event; it keeps the answer.
    /// - Returns: whether the answer says what the service was.
    package static func lend(rollback service: JSONDocument, to event: inout Event) -> Bool {
        guard let previous = service.root["PreviousSpec"], previous.kind == .object else { return false }
        event.attachments.append(.init(label: "Service", document: service))
        let object = DockerServiceObject(specification: previous, id: event.workload?.uid ?? event.target.uid)
        event.workload = object.workload
        event.containers = [object.container]
        return true
    }

    private static var namespaces: [(name: StaticString, path: WritableKeyPath<Workload, Setting<Bool>>)] {
        [("PidMode", \.hostPID), ("IpcMode", \.hostIPC), ("NetworkMode", \.hostNetwork)]
    }

    /// The other container of `container:NAME`.
    private static func joined(_ value: JSONValue?) -> JSONText? {
        guard let mode = value?.text, mode.hasPrefix("container:"), mode.count > 10 else { return nil }
        return mode.dropFirst(10)
    }

    /// Follows from one container to the next whose namespace it joins.
    private static func leadsToHost(
        _ first: String, _ setting: StaticString, _ others: [(name: String, document: JSONDocument)]
    ) -> Bool {
        var name = first
        for _ in 0...others.count {
            guard let mode = others.first(where: { $0.name == name })?.document.root["HostConfig"]?[setting] else {
                return false
            }
            if mode.text.map({ $0 == "host" }) == true { return true }
            guard let next = joined(mode) else { return false }
            name = String(copying: next)
        }
        return false
    }
}
