import JSONView

extension PodReading {
    /// Reads a PodSpec: the workload's settings and its containers.
    mutating func readPodSpec(_ spec: JSONValue) {
        workload.spec = spec
        var main: JSONValue?
        var initial: JSONValue?
        var ephemeral: JSONValue?
        podSecurity = PodSecurity()
        profiles = Self.profiles(in: workload.templateAnnotations ?? workload.annotations)
        for (key, value) in spec.members {
            switch key.count {
            case 7 where key == "volumes": workload.volumes = value.array(&faults)
            case 7 where key == "hostPID": workload.hostPID = Setting(value.bool(&faults), from: value)
            case 7 where key == "hostIPC": workload.hostIPC = Setting(value.bool(&faults), from: value)
            case 8 where key == "nodeName": workload.node = value.text(&faults)
            case 8 where key == "affinity": workload.affinity = value.object(&faults)
            case 9 where key == "hostUsers": workload.hostUsers = Setting(value.bool(&faults), from: value)
            case 10 where key == "containers": main = value.array(&faults)
            case 11 where key == "hostNetwork": workload.hostNetwork = Setting(value.bool(&faults), from: value)
            case 11 where key == "tolerations": workload.tolerations = value.array(&faults)
            case 12 where key == "nodeSelector": workload.nodeSelector = value.object(&faults)
            case 13 where key == "restartPolicy": workload.restartPolicy = value.text(&faults)
            case 14 where key == "initContainers": initial = value.array(&faults)
            case 14 where key == "serviceAccount":
                if workload.serviceAccount == nil { workload.serviceAccount = value.text(&faults) }
            case 15 where key == "securityContext": podSecurity.read(value, &faults)
            case 16 where key == "runtimeClassName": workload.runtimeClass = value.text(&faults)
            case 17 where key == "priorityClassName": workload.priorityClass = value.text(&faults)
            case 18 where key == "serviceAccountName":
                workload.serviceAccount = value.text(&faults) ?? workload.serviceAccount
            case 19 where key == "ephemeralContainers": ephemeral = value.array(&faults)
            case 21 where key == "shareProcessNamespace": workload.shareProcessNamespace = value
            case 21 where key == "activeDeadlineSeconds": workload.activeDeadlineSeconds = value
            case 28 where key == "automountServiceAccountToken": workload.automountServiceAccountToken = value
            default: break
            }
        }
        containers.reserveCapacity(
            min(Self.containerLimit, (main?.count ?? 0) + (initial?.count ?? 0) + (ephemeral?.count ?? 0)))
        if let main { readContainers(main, role: .main) }
        if let initial { readContainers(initial, role: .`init`) }
        if let ephemeral { readContainers(ephemeral, role: .ephemeral) }
    }

    /// Reads an array of containers of one role.
    mutating func readContainers(_ list: JSONValue, role: Container.Role) {
        for element in list.elements { readContainer(element, role: role) }
    }

    /// Reads one container.
    mutating func readContainer(_ value: JSONValue, role: Container.Role) {
        guard let object = value.object(&faults) else { return }
        guard containers.count < Self.containerLimit else {
            if !isCut { faults.note(object, expected: "at most 1024 containers") }
            isCut = true
            return
        }
        var container = Container(platform: .kubernetes, role: role, object: object)
        guard container.readKubernetes(&faults) else { return }
        podSecurity.complete(&container)
        container.volumes = workload.volumes
        if !profiles.isEmpty { completeFromAnnotations(&container) }
        containers.append(container)
    }

    /// The annotations that keep profiles in clusters before 1.19 (seccomp) and 1.30 (AppArmor).
    private static func profiles(in annotations: JSONValue?) -> [(key: JSONText, value: JSONValue)] {
        var found: [(key: JSONText, value: JSONValue)] = []
        guard let annotations else { return found }
        for member in annotations.members where member.key.hasPrefix("container.") || member.key.hasPrefix("seccomp.") {
            guard found.count < containerLimit * 2 else { break }
            found.append(member)
        }
        return found
    }

    /// Fills in the profiles that annotations keep.
    private func completeFromAnnotations(_ container: inout Container) {
        guard let name = container.name else { return }
        for (key, value) in profiles {
            if container.apparmor.value == nil, key.hasPrefix("container.apparmor.security.beta.kubernetes.io/"),
                key.dropFirst(47) == name
            {
                container.apparmor = Setting(value.text, from: value)
            } else if container.seccomp.value == nil,
                key == "seccomp.security.alpha.kubernetes.io/pod"
                    || key.hasPrefix("container.seccomp.security.alpha.kubernetes.io/") && key.dropFirst(47) == name
            {
                container.seccomp = Setting(value.text, from: value)
            }
        }
    }
}
