public import JSONView

/// Lists that are put together when asked for.
extension Container {
    /// What of the outside the container can reach.
    public func mounts() -> [Mount] {
        switch platform {
        case .docker: dockerMounts()
        case .kubernetes: kubernetesMounts()
        case .containerd: ociMounts()
        }
    }

    /// The ports that the container listens on or that lead to it.
    public func portList() -> [Port] {
        switch platform {
        case .docker: dockerPorts()
        case .kubernetes: kubernetesPorts()
        case .containerd: []
        }
    }

    /// The variables that the container starts with.
    public func environment() -> [EnvironmentVariable] {
        switch platform {
        // An OCI specification writes NAME=value as Docker does.
        case .docker, .containerd: dockerEnvironment()
        case .kubernetes: kubernetesEnvironment()
        }
    }

    /// The commands of probes, hooks, health checks and their shell, each an array of words; scripts are texts and no part of it.
    public func furtherCommands() -> [JSONValue] {
        probes.compactMap { probe in
            if probe.kind == .array { return probe }
            let words = probe["exec"]?["command"] ?? probe["Test"]
            return words?.kind == .array ? words : nil
        }
    }
}

// What most containers do not have, told without putting lists together.
extension Container {
    /// Whether a mount may be of the host: false only where none is.
    package var mayMountHost: Bool {
        switch platform {
        case .docker, .containerd: true
        case .kubernetes: volumes.map(Workload.mayHoldHost) ?? false
        }
    }

    /// Whether a part of its confinement may be switched off: false only where none is.
    package var mayBeUnconfined: Bool {
        seccomp.value?.count == 10 || apparmor.value?.count == 10 || selinuxDisabled.value == true
    }

    /// Whether it may open a port of the host: false only where it opens none.
    package var mayOpenHostPort: Bool {
        switch platform {
        case .docker: return true
        case .containerd: return false
        case .kubernetes:
            guard let ports else { return false }
            for port in ports.elements where port["hostPort"] != nil { return true }
            return false
        }
    }

    /// Whether a test holds for the value of some variable.
    package func hasVariable(whose test: (JSONText) -> Bool) -> Bool {
        switch platform {
        case .docker, .containerd: return environment().contains { $0.value.map(test) ?? false }
        case .kubernetes: return env.map { Self.hasVariable($0, whose: test) } ?? false
        }
    }

    /// Whether a test holds for the value of some variable of a container of Kubernetes.
    package static func hasVariable(_ variables: JSONValue, whose test: (JSONText) -> Bool) -> Bool {
        for variable in variables.elements { if let value = variable["value"]?.text, test(value) { return true } }
        return false
    }
}

extension Workload {
    /// Whether one of a Pod's volumes may be of the host: false only where none is.
    package static func mayHoldHost(_ volumes: JSONValue) -> Bool {
        for volume in volumes.elements where volume["hostPath"] != nil || volume["nfs"] != nil { return true }
        return false
    }
}

extension Event {
    /// The images that are mounted as volumes, each once, as written.
    package func volumeImages() -> [JSONText] {
        guard let workload else { return [] }
        guard workload.platform == .kubernetes else {
            return containers.flatMap { $0.mounts() }.filter { $0.kind == .image }.compactMap(\.source)
        }
        guard let volumes = workload.volumes else { return [] }
        return volumes.elements.compactMap { $0["image"]?["reference"]?.text }
    }

    /// The mounts of all containers, and the volumes that none of them mounts.
    public func mounts() -> [Mount] {
        guard let workload else { return [] }
        return containers.flatMap { $0.mounts() } + workload.unmountedVolumes(by: containers)
    }

    /// The ports of all containers.
    public func ports() -> [Port] { containers.flatMap { $0.portList() } }
}
