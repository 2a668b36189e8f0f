import JSONView

extension Container {
    /// The mounts of a Kubernetes container, each joined with its volume.
    package func kubernetesMounts() -> [Mount] {
        var found: [Mount] = []
        let volumes = PodVolumes(volumes)
        for mount in volumeMounts.elements {
            let name = mount["name"]?.text
            var made = Mount(
                kind: .other, source: nil, target: mount["mountPath"]?.text,
                isReadOnly: mount["readOnly"]?.bool ?? false, origin: mount)
            if let name, let volume = volumes[name] { made.readSource(of: volume) }
            made.volume = name
            made.propagation = mount["mountPropagation"]?.text
            made.subPath = mount["subPath"]?.text ?? mount["subPathExpr"]?.text
            found.append(made)
        }
        for device in devices.elements {
            var made = Mount(
                kind: .device, source: nil, target: device["devicePath"]?.text, isReadOnly: false, origin: device)
            made.volume = device["name"]?.text
            if let volume = made.volume.flatMap({ volumes[$0] }) {
                made.source = volume["persistentVolumeClaim"]?["claimName"]?.text
            }
            found.append(made)
        }
        return found
    }

    /// The ports of a Kubernetes container.
    package func kubernetesPorts() -> [Port] {
        guard let ports else { return [] }
        return ports.elements.map { value in
            var port = Port(
                container: value["containerPort"]?.int64.map { Int($0) },
                host: value["hostPort"]?.int64.flatMap { $0 == 0 ? nil : Int($0) }, origin: value)
            port.name = value["name"]?.text
            port.hostIP = value["hostIP"]?.text
            port.transport = value["protocol"]?.text
            return port
        }
    }

    /// The variables of a Kubernetes container; whole sources (`envFrom`) come last and have the source's name.
    package func kubernetesEnvironment() -> [EnvironmentVariable] {
        var found: [EnvironmentVariable] = []
        for value in env.elements {
            guard let name = value["name"]?.text else { continue }
            let from = value["valueFrom"].flatMap { source in source.members.first { _ in true }?.key }
            found.append(EnvironmentVariable(name: name, value: value["value"]?.text, from: from, origin: value))
        }
        for source in object["envFrom"].elements {
            for (key, value) in source.members where key.hasSuffix("Ref") {
                guard let name = value["name"]?.text else { continue }
                found.append(EnvironmentVariable(name: name, value: nil, from: key, origin: source))
            }
        }
        return found
    }
}

extension JSONValue? {
    /// The elements of an array that may be missing.
    fileprivate var elements: some Sequence<JSONValue> {
        sequence(state: self?.elements.makeIterator()) { $0?.next() }
    }
}

extension Workload {
    /// The volumes of a Pod that none of some containers mounts.
    package func unmountedVolumes(by containers: [Container]) -> [Mount] {
        guard platform == .kubernetes else { return dockerVolumeMounts() }
        guard let volumes else { return [] }
        var mounted: Set<JSONText> = []
        for container in containers {
            for mount in container.volumeMounts.elements {
                if let name = mount["name"]?.text { mounted.insert(name) }
            }
            for device in container.devices.elements {
                if let name = device["name"]?.text { mounted.insert(name) }
            }
        }
        return volumes.elements.compactMap { volume in
            let name = volume["name"]?.text
            guard name.map({ !mounted.contains($0) }) ?? true else { return nil }
            var made = Mount(kind: .other, source: nil, target: nil, isReadOnly: false, origin: volume)
            made.volume = name
            made.readSource(of: volume)
            return made
        }
    }
}

extension Mount {
    /// Whether the name of a file server is the machine's that mounts, as far as the name tells.
    package static func isLoopback(_ server: JSONText) -> Bool {
        server == "localhost" || server == "::1" || server == "[::1]" || server == "localhost.localdomain"
            || server.hasPrefix("127.") && server.bytes.allSatisfy { $0 == UInt8(ascii: ".") || $0 &- 0x30 < 10 }
    }

    /// Reads what stands behind a volume of a Pod.
    fileprivate mutating func readSource(of volume: JSONValue) {
        for (key, value) in volume.members where value.kind == .object {
            switch key.count {
            case 8 where key == "hostPath":
                (kind, source, origin) = (.host, value["path"]?.text, value["path"] ?? value)
                hostPathType = value["type"]?.text
            case 8 where key == "emptyDir": kind = .emptyDirectory
            case 6 where key == "secret": (kind, source) = (.secret, value["secretName"]?.text)
            case 9 where key == "configMap": (kind, source) = (.configMap, value["name"]?.text)
            case 9 where key == "projected", 11 where key == "downwardAPI": kind = .projected
            case 9 where key == "ephemeral": kind = .volume
            case 21 where key == "persistentVolumeClaim": (kind, source) = (.volume, value["claimName"]?.text)
            case 3 where key == "csi", 10 where key == "flexVolume": (kind, source) = (.plugin, value["driver"]?.text)
            case 3 where key == "nfs":
                // The kubelet mounts in the host's network: what a server there exports is a folder of the host.
                let isOfHost = value["server"]?.text.map(Self.isLoopback) ?? false
                (kind, source, origin) = (isOfHost ? .host : .plugin, value["path"]?.text, value["path"] ?? value)
                if value["readOnly"]?.bool == true { isReadOnly = true }
            case 5 where key == "image":
                (kind, source, isReadOnly) = (.image, value["reference"]?.text, true)
                origin = value["reference"] ?? value
            default: kind = .plugin
            }
            return
        }
    }
}

/// The volumes of a Pod by name.
private struct PodVolumes {
    private let list: JSONValue?
    private var byName: [JSONText: JSONValue] = [:]

    init(_ list: JSONValue?) {
        self.list = list
        guard let list, list.count > 16 else { return }
        for volume in list.elements {
            guard let name = volume["name"]?.text, byName[name] == nil else { continue }
            byName[name] = volume
        }
    }

    subscript(name: JSONText) -> JSONValue? {
        guard let list else { return nil }
        if list.count > 16 { return byName[name] }
        return list.elements.first { volume in volume["name"]?.text.map { $0 == name } ?? false }
    }
}
