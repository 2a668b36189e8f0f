public import JSONView

/// Lists that are put together when asked for.
extension Container {
    /// What of the outside the container can reach.
    public func mounts() -> [Mount] {
        switch platform {
        case .docker: dockerMounts()
        case .kubernetes: kubernetesMounts()
        }
    }

    /// The ports that the container listens on or that lead to it.
    public func portList() -> [Port] {
        switch platform {
        case .docker: dockerPorts()
        case .kubernetes: kubernetesPorts()
        }
    }

    /// The variables that the container starts with.
    public func environment() -> [EnvironmentVariable] {
        switch platform {
        case .docker: dockerEnvironment()
        case .kubernetes: kubernetesEnvironment()
        }
    }

    /// The commands of probes, hooks and health checks, each an array of words.
    public func furtherCommands() -> [JSONValue] {
        probes.compactMap { probe in
            let words = probe["exec"]?["command"] ?? probe["Test"]
            return words?.kind == .array ? words : nil
        }
    }
}

extension Event {
    /// The mounts of all containers, and the volumes that none of them mounts.
    public func mounts() -> [Mount] {
        guard let workload else { return [] }
        return containers.flatMap { $0.mounts() } + workload.unmountedVolumes(by: containers)
    }

    /// The ports of all containers.
    public func ports() -> [Port] { containers.flatMap { $0.portList() } }
}
