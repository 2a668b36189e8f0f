import JSONView

extension Container {
    /// The mounts of a Docker container: binds, mounts, volumes of others, temporary file systems.
    ///
    /// An inspection's own list of what was mounted counts where there is one.
    package func dockerMounts() -> [Mount] {
        if let madeMounts {
            let made = madeMounts.elements.compactMap(DockerMounts.made).map(withOptions)
            return made.flatMap { DockerMounts.resolve($0, in: volumes) } + dockerTemporary()
        }
        var mounts: [Mount] = []
        if let binds { mounts += binds.elements.compactMap(DockerMounts.bind) }
        if let volumeMounts { mounts += volumeMounts.elements.compactMap(DockerMounts.asked) }
        if let volumesFrom { mounts += volumesFrom.elements.flatMap { DockerMounts.volumesFrom($0, lenders) } }
        if let volumes = object["Volumes"] { mounts += volumes.members.map(DockerMounts.anonymous) }
        return mounts.flatMap { DockerMounts.resolve($0, in: volumes) } + dockerTemporary()
    }

    /// What stands behind a volume, where its options were given when the container was made.
    private func withOptions(_ made: Mount) -> Mount {
        guard made.kind == .volume, let volumeMounts else { return made }
        for asked in volumeMounts.elements.compactMap(DockerMounts.asked) {
            guard let target = asked.target, made.target == target else { continue }
            let hasOptions = asked.kind != .volume || asked.origin["VolumeOptions"]?["DriverConfig"] != nil
            guard hasOptions else { continue }
            var asked = asked
            // One without a name was given one.
            asked.volume = made.volume
            return asked
        }
        return made
    }

    private func dockerTemporary() -> [Mount] {
        guard let tmpfs else { return [] }
        return tmpfs.members.map {
            Mount(kind: .temporary, source: nil, target: $0.key, isReadOnly: false, origin: $0.value)
        }
    }

    /// The ports of a Docker container or Swarm service: bound ones first, then those only exposed.
    package func dockerPorts() -> [Port] {
        var found: [Port] = []
        guard let ports else { return DockerPorts.exposed(object, except: [], publishAll: publishAllPorts) }
        if ports.kind == .array { return ports.elements.map(DockerPorts.service) }
        for (key, bindings) in ports.members { found += DockerPorts.bound(key, bindings) }
        return found + DockerPorts.exposed(object, except: ports.members.map { $0.key }, publishAll: publishAllPorts)
    }

    /// The environment of a Docker container: `NAME=value`.
    package func dockerEnvironment() -> [EnvironmentVariable] {
        guard let env else { return [] }
        return env.elements.compactMap { element in
            guard let text = element.text else { return nil }
            guard let equal = text.firstIndex(of: UInt8(ascii: "=")) else {
                // Without a value the variable is removed, or taken from the client's environment.
                return EnvironmentVariable(name: text, value: nil, from: nil, origin: element)
            }
            return EnvironmentVariable(
                name: text.prefix(equal), value: text.dropFirst(equal + 1), from: nil, origin: element)
        }
    }
}

extension Workload {
    /// What a volume of Docker's stands for, where it is more than a folder of the engine's.
    package func dockerVolumeMounts() -> [Mount] {
        guard platform == .docker, kindName == "Volume", let object else { return [] }
        var mount = Mount(kind: .volume, source: name, target: nil, isReadOnly: false, origin: object)
        mount.volume = name
        return DockerVolumeOptions.behind(object["DriverOpts"] ?? object["Options"], of: object["Driver"], mount)
    }
}
