internal import JSONView
internal import SecurityEvents

/// A Docker container as the Pod that would run it, so that policies about Pods can be asked about it.
///
/// Only what both platforms know and mean alike is written: privileges, namespaces of the host, mounts, ports, variables. What
/// Docker has and Pods have not (devices, runtimes) is not there to be asked about.
enum DockerPod {
    /// The Pod as JSON; nil where the event makes no container, or its body is not known.
    static func json(of event: borrowing Event) -> [UInt8]? {
        guard event.source.platform == .docker, event.action == .create, event.body == .present,
            let workload = event.workload, !event.containers.isEmpty
        else { return nil }
        var writer = JSONWriter()
        writer.object { pod in
            pod.member("apiVersion", "v1")
            pod.member("kind", "Pod")
            pod.key("metadata")
            pod.object { metadata in
                if let name = workload.name { metadata.member("name", String(name)) }
                for (key, value) in [("labels", workload.labels), ("annotations", workload.annotations)] {
                    guard let value, value.kind == .object, value.count > 0 else { continue }
                    metadata.key(key)
                    metadata.copy(value)
                }
            }
            pod.key("spec")
            write(workload, event.containers, to: &pod)
        }
        return writer.bytes
    }

    private static func write(_ workload: Workload, _ containers: [Container], to writer: inout JSONWriter) {
        let mounts = containers.map { $0.mounts() }
        writer.object { spec in
            for (key, setting) in [
                ("hostNetwork", workload.hostNetwork), ("hostPID", workload.hostPID), ("hostIPC", workload.hostIPC),
            ] where setting.value == true {
                spec.key(key)
                spec.value(true)
            }
            if let users = workload.hostUsers.value {
                spec.key("hostUsers")
                spec.value(users)
            }
            spec.key("containers")
            spec.array { array in
                for (number, container) in containers.enumerated() {
                    write(container, mounts[number], number, to: &array)
                }
            }
            spec.key("volumes")
            spec.array { volumes in
                for (number, list) in mounts.enumerated() {
                    for (position, mount) in list.enumerated() {
                        volumes.object { write(volume: mount, name(number, position), to: &$0) }
                    }
                }
            }
        }
    }

    private static func name(_ container: Int, _ position: Int) -> String { "volume-\(container)-\(position)" }

    private static func write(volume mount: Mount, _ name: String, to volume: inout JSONWriter) {
        volume.member("name", name)
        switch mount.kind {
        case .host, .device:
            volume.key("hostPath")
            volume.object { $0.member("path", mount.source.map { String($0) } ?? "") }
        case .volume, .plugin, .other:
            volume.key("persistentVolumeClaim")
            volume.object { $0.member("claimName", mount.source.map { String($0) } ?? "") }
        default:
            volume.key("emptyDir")
            volume.object { _ in }
        }
    }

    private static func write(_ container: Container, _ mounts: [Mount], _ number: Int, to array: inout JSONWriter) {
        array.object { writer in
            writer.member("name", container.name.map { String($0) } ?? "container")
            if let image = container.image?.string { writer.member("image", image) }
            for (key, value) in [("command", container.command), ("args", container.args)] {
                guard let value else { continue }
                writer.member(key, value.string.map { [$0] } ?? value.elements.compactMap(\.string))
            }
            writer.key("env")
            writer.array { env in
                for variable in container.environment() {
                    env.object {
                        $0.member("name", String(variable.name))
                        if let value = variable.value { $0.member("value", String(value)) }
                    }
                }
            }
            writer.key("ports")
            writer.array { ports in
                for port in container.portList() {
                    ports.object {
                        if let inner = port.container { $0.member("containerPort", inner) }
                        if let outer = port.host { $0.member("hostPort", outer) }
                        if let address = port.hostIP, !address.isEmpty { $0.member("hostIP", String(address)) }
                        if let transport = port.transport { $0.member("protocol", String(transport).uppercased()) }
                    }
                }
            }
            writer.key("volumeMounts")
            writer.array { list in
                for (position, mount) in mounts.enumerated() {
                    list.object {
                        $0.member("name", name(number, position))
                        $0.member("mountPath", mount.target.map { String($0) } ?? "")
                        if mount.isReadOnly {
                            $0.key("readOnly")
                            $0.value(true)
                        }
                    }
                }
            }
            writer.key("securityContext")
            writer.object { write(context: container, to: &$0) }
        }
    }

    private static func write(context container: Container, to writer: inout JSONWriter) {
        for (key, value) in [
            ("privileged", container.privileged), ("readOnlyRootFilesystem", container.readOnlyRootFilesystem),
            ("allowPrivilegeEscalation", container.allowPrivilegeEscalation),
        ] {
            guard let bool = value?.bool else { continue }
            writer.key(key)
            writer.value(bool)
        }
        if let user = container.user?.string.flatMap({ Int64($0.prefix { $0 != ":" }) }) {
            writer.key("runAsUser")
            writer.value(user)
        }
        if container.unmaskedPaths.value == true { writer.member("procMount", "Unmasked") }
        if let profile = container.seccomp.value, profile == "unconfined" {
            writer.key("seccompProfile")
            writer.object { $0.member("type", "Unconfined") }
        }
        if let profile = container.apparmor.value, profile == "unconfined" {
            writer.key("appArmorProfile")
            writer.object { $0.member("type", "Unconfined") }
        }
        if container.selinuxDisabled.value == true {
            // Type enforcement without separation is what Docker's `label=disable` gives.
            writer.key("seLinuxOptions")
            writer.object { $0.member("type", "spc_t") }
        }
        let (added, dropped) = (capabilities(container.capabilitiesAdded), capabilities(container.capabilitiesDropped))
        guard !added.isEmpty || !dropped.isEmpty else { return }
        writer.key("capabilities")
        writer.object {
            if !added.isEmpty { $0.member("add", added) }
            if !dropped.isEmpty { $0.member("drop", dropped) }
        }
    }

    /// Names as Kubernetes spells them: upper case, without `CAP_`.
    private static func capabilities(_ value: JSONValue?) -> [String] {
        (value?.string.map { [$0] } ?? value.texts).map { name in
            let upper = name.uppercased()
            return upper.hasPrefix("CAP_") ? String(upper.dropFirst(4)) : upper
        }
    }
}
