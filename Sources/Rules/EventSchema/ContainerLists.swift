internal import JSONView
internal import SecurityEvents

extension Container {
    /// The mounts with what stands behind them.
    var mounts: [Mount] {
        switch platform {
        case .kubernetes: KubernetesLists.mounts(self)
        case .docker: []
        }
    }

    /// The ports with what they are bound to.
    var portList: [Port] {
        switch platform {
        case .kubernetes: KubernetesLists.ports(ports)
        case .docker: []
        }
    }

    /// The variables of the environment.
    var variables: [EnvironmentVariable] {
        switch platform {
        case .kubernetes: KubernetesLists.variables(env)
        case .docker: []
        }
    }
}

/// Lists of a PodSpec.
enum KubernetesLists {
    static func mounts(_ container: Container) -> [Mount] {
        guard let asked = container.volumeMounts else { return [] }
        return asked.elements.compactMap { mount in
            guard let name = mount["name"]?.text else { return nil }
            var behind =
                container.volumes.flatMap { find(name, in: $0) }
                ?? Mount(
                    kind: .other, source: nil, target: nil, isReadOnly: false, origin: mount)
            behind.volume = name
            behind.target = mount["mountPath"]?.text
            behind.isReadOnly = behind.isReadOnly || mount["readOnly"]?.bool == true
            behind.propagation = mount["mountPropagation"]?.text
            behind.subPath = mount["subPath"]?.text ?? mount["subPathExpr"]?.text
            return behind
        }
    }

    private static func find(_ name: JSONText, in volumes: JSONValue) -> Mount? {
        for volume in volumes.elements where volume["name"]?.text.map({ $0 == name }) ?? false {
            return self.volume(volume)
        }
        return nil
    }

    static func volumes(_ volumes: JSONValue) -> [Mount] { volumes.elements.compactMap(volume) }

    private static func volume(_ volume: JSONValue) -> Mount? {
        guard let name = volume["name"]?.text else { return nil }
        var made = described(volume)
        made.volume = name
        return made
    }

    private static func described(_ volume: JSONValue) -> Mount {
        func mount(_ kind: Mount.Kind, _ source: JSONValue?, readOnly: Bool = false, _ origin: JSONValue) -> Mount {
            Mount(kind: kind, source: source?.text, target: nil, isReadOnly: readOnly, origin: source ?? origin)
        }
        if let host = volume["hostPath"] {
            var made = mount(.host, host["path"], host)
            made.hostPathType = host["type"]?.text
            return made
        }
        if let secret = volume["secret"] { return mount(.secret, secret["secretName"], secret) }
        if let map = volume["configMap"] { return mount(.configMap, map["name"], map) }
        if let projected = volume["projected"] { return mount(.projected, nil, readOnly: true, projected) }
        if let directory = volume["emptyDir"] { return mount(.emptyDirectory, nil, directory) }
        if let claim = volume["persistentVolumeClaim"] {
            return mount(.volume, claim["claimName"], readOnly: claim["readOnly"]?.bool == true, claim)
        }
        if let ephemeral = volume["ephemeral"] { return mount(.volume, nil, ephemeral) }
        if let plugin = volume["csi"] { return mount(.plugin, plugin["driver"], plugin) }
        if let plugin = volume["nfs"] { return mount(.plugin, plugin["server"], plugin) }
        return mount(.other, nil, volume)
    }

    static func ports(_ ports: JSONValue?) -> [Port] {
        guard let ports else { return [] }
        return ports.elements.map { port in
            var made = Port(
                container: port["containerPort"]?.int64.map { Int($0) }, host: port["hostPort"]?.int64.map { Int($0) },
                origin: port["hostPort"] ?? port)
            made.name = port["name"]?.text
            made.hostIP = port["hostIP"]?.text
            made.transport = port["protocol"]?.text
            return made
        }
    }

    static func variables(_ env: JSONValue?) -> [EnvironmentVariable] {
        guard let env else { return [] }
        return env.elements.compactMap { variable in
            guard let name = variable["name"]?.text else { return nil }
            var from: JSONText?
            if let other = variable["valueFrom"] {
                for member in other.members { from = from ?? member.key }
            }
            return EnvironmentVariable(
                name: name, value: variable["value"]?.text, from: from, origin: variable["value"] ?? variable)
        }
    }
}
