internal import JSONView

/// The `ka.*` fields of the k8saudit plugin.
enum AuditFields {
    static let all: [FalcoField] =
        request + target + bindings + roles + pod + services + volumes + response
        + containers("containers") + containers("initContainers") + containers("ephemeralContainers")

    private static let request: [FalcoField] = [
        AuditField.one("ka.auditid", "auditID"),
        AuditField.one("ka.stage", "stage"),
        AuditField.one("ka.auth.decision", "annotations", "authorization.k8s.io/decision"),
        AuditField.one("ka.auth.reason", "annotations", "authorization.k8s.io/reason"),
        AuditField.one("ka.user.name", "user", "username"),
        AuditField.list("ka.user.groups", "user", "groups"),
        AuditField.one("ka.impuser.name", "impersonatedUser", "username"),
        AuditField.one("ka.verb", "verb"),
        AuditField.one("ka.uri", "requestURI"),
        AuditField.special("ka.uri.param", argument: .key) { raw, argument in
            guard case .key(let key)? = argument, let uri = raw["requestURI"], let text = uri.text,
                let value = FalcoQuery.value(of: key, in: String(text))
            else { return .none }
            return .text(value, from: [uri])
        },
        AuditField.one("ka.useragent", "userAgent"),
        // The plugin's own reader looks for it in the wrong place; this is what it is documented to be.
        FalcoField(name: "ka.sourceips", type: .string, isList: true, argument: .index) { raw, argument in
            let addresses = AuditField.elements(raw, [JSONKey("sourceIPs")], argument)
            return addresses.isEmpty ? .none : .values(addresses)
        },
        // Known to the plugins of cloud providers alone; no audit log says it.
        AuditField.special("ka.cluster.name") { _, _ in .none },
    ]

    private static let target: [FalcoField] = [
        AuditField.one("ka.target.name", "objectRef", "name"),
        AuditField.one("ka.target.namespace", "objectRef", "namespace"),
        AuditField.one("ka.target.resource", "objectRef", "resource"),
        AuditField.one("ka.target.subresource", "objectRef", "subresource"),
        AuditField.special("ka.target.pod.name") { raw, _ in
            guard let reference = raw["objectRef"], reference["resource"]?.text.map({ $0 == "pods" }) ?? false else {
                return .none
            }
            let name = reference["name"] ?? raw["responseObject"]?["metadata"]?["name"]
            return name.map { .value($0) } ?? .none
        },
        AuditField.one("ka.req.configmap.name", "objectRef", "name"),
        AuditField.one("ka.req.configmap.obj", "requestObject", "data"),
    ]

    private static let bindings: [FalcoField] = [
        AuditField.list("ka.req.binding.subjects", "requestObject", "subjects"),
        subjects("user_names", kind: "User") { subject in subject["name"]?.string },
        subjects("group_names", kind: "Group") { subject in subject["name"]?.string },
        subjects("serviceaccount_names", kind: "ServiceAccount") { subject in subject["name"]?.string },
        subjects("serviceaccount_ns_names", kind: "ServiceAccount") { subject in
            subject["name"]?.string.map { (subject["namespace"]?.string ?? "") + ":" + $0 }
        },
        AuditField.one("ka.req.binding.role", "requestObject", "roleRef", "name"),
        // Documented to say nothing; it has always said true.
        AuditField.special("ka.req.binding.subject.has_name", argument: .key) { _, _ in .text("true", from: []) },
    ]

    private static func subjects(
        _ name: String, kind: String, _ text: @escaping @Sendable (JSONValue) -> String?
    ) -> FalcoField {
        AuditField.special("ka.req.binding.subjects." + name, isList: true) { raw, _ in
            let subjects = raw["requestObject"]?["subjects"]?.elements.filter { $0["kind"]?.string == kind } ?? []
            let texts = subjects.compactMap(text)
            return texts.isEmpty ? .none : .texts(texts, from: subjects)
        }
    }

    private static let roles: [FalcoField] =
        [AuditField.list("ka.req.role.rules", "requestObject", "rules")]
        + ["apiGroups", "nonResourceURLs", "verbs", "resources"].map {
            AuditField.each("ka.req.role.rules." + $0, of: ["requestObject", "rules"], $0)
        }

    private static let pod: [FalcoField] = [
        AuditField.one("ka.req.pod.host_ipc", "requestObject", "spec", "hostIPC"),
        AuditField.one("ka.req.pod.host_network", "requestObject", "spec", "hostNetwork"),
        AuditField.one("ka.req.container.host_network", "requestObject", "spec", "hostNetwork"),
        AuditField.one("ka.req.pod.host_pid", "requestObject", "spec", "hostPID"),
        AuditField.one("ka.req.pod.run_as_user", "requestObject", "spec", "securityContext", "runAsUser"),
        AuditField.one("ka.req.pod.run_as_group", "requestObject", "spec", "securityContext", "runAsGroup"),
        AuditField.one("ka.req.pod.fs_group", "requestObject", "spec", "securityContext", "fsGroup"),
        AuditField.list(
            "ka.req.pod.supplemental_groups", "requestObject", "spec", "securityContext", "supplementalGroups"),
        AuditField.special("ka.req.container.image") { raw, _ in
            guard case .values(let images) = images(raw, "containers", nil) else { return .none }
            return images.first.map { .value($0) } ?? .none
        },
        AuditField.special("ka.req.container.image.repository") { raw, _ in
            guard case .values(let images) = images(raw, "containers", nil), let first = images.first else {
                return .none
            }
            return .text(repository(first), from: [first])
        },
        AuditField.special("ka.req.container.privileged") { raw, _ in
            guard let containers = raw["requestObject"]?["spec"]?["containers"] else { return .none }
            let flags = containers.elements.compactMap { $0["securityContext"]?["privileged"] }
            let privileged = flags.filter { $0.bool == true }
            return .text(privileged.isEmpty ? "false" : "true", from: privileged.isEmpty ? flags : privileged)
        },
    ]

    private static let services: [FalcoField] = [
        AuditField.one("ka.req.service.type", "requestObject", "spec", "type"),
        AuditField.special("ka.req.service.ports", isList: true, argument: .index) { raw, argument in
            let ports = AuditField.elements(raw, ["requestObject", "spec", "ports"].map { JSONKey($0) }, argument)
            return ports.isEmpty ? .none : .values(ports)
        },
    ]

    private static let volumePath = ["requestObject", "spec", "volumes"]

    private static let volumes: [FalcoField] = [
        AuditField.each("ka.req.pod.volumes.hostpath", of: volumePath, "hostPath", "path"),
        AuditField.each("ka.req.pod.volumes.flexvolume_driver", of: volumePath, "flexVolume", "driver"),
        AuditField.special("ka.req.pod.volumes.volume_type", isList: true, argument: .index) { raw, argument in
            let volumes = AuditField.elements(raw, volumePath.map { JSONKey($0) }, argument)
            let types = volumes.flatMap { volume in volume.members.map { String($0.key) }.filter { $0 != "name" } }
            return types.isEmpty ? .none : .texts(types, from: volumes)
        },
        AuditField.special("ka.req.volume.hostpath", argument: .key) { raw, argument in
            guard case .key(let wanted)? = argument, let volumes = raw["requestObject"]?["spec"]?["volumes"] else {
                return .none
            }
            let prefix = wanted.hasSuffix("*") ? wanted.dropLast() : nil
            let found = volumes.elements.compactMap { $0["hostPath"]?["path"] }.first { path in
                guard let path = path.string else { return false }
                return path == wanted || prefix.map { path.hasPrefix($0) } ?? false
            }
            return .text(found == nil ? "false" : "true", from: found.map { [$0] } ?? [])
        },
    ]

    private static let response: [FalcoField] = [
        AuditField.one("ka.resp.name", "responseObject", "metadata", "name"),
        AuditField.one("ka.response.code", "responseStatus", "code"),
        AuditField.one("ka.response.reason", "responseStatus", "reason"),
    ]

    // MARK: Containers

    /// The fields of one of a pod's three lists of containers.
    private static func containers(_ list: String) -> [FalcoField] {
        let prefix = "ka.req.pod.\(list)."
        let path = ["requestObject", "spec", list]
        return [
            AuditField.each(prefix + "name", of: path, "name"),
            AuditField.each(prefix + "command", of: path, "command"),
            AuditField.each(prefix + "args", of: path, "args"),
            AuditField.special(prefix + "image", isList: true, argument: .index) { images($0, list, $1) },
            AuditField.special(prefix + "image.repository", isList: true, argument: .index) { raw, argument in
                guard case .values(let images) = images(raw, list, argument) else { return .none }
                return .texts(images.map(repository), from: images)
            },
            AuditField.special(prefix + "host_port", isList: true, argument: .index) { raw, argument in
                let ports = AuditField.elements(raw, path.map { JSONKey($0) }, argument)
                    .flatMap { $0["ports"].map { Array($0.elements) } ?? [] }
                    // Of a pod in the host's network, the container's port is the host's.
                    .compactMap { $0["hostPort"] ?? $0["containerPort"] }
                return ports.isEmpty ? .none : .values(ports)
            },
            AuditField.each(prefix + "privileged", of: path, "securityContext", "privileged"),
            AuditField.each(
                prefix + "allow_privilege_escalation", of: path, "securityContext", "allowPrivilegeEscalation"),
            AuditField.each(prefix + "read_only_fs", of: path, "securityContext", "readOnlyRootFilesystem"),
            AuditField.each(prefix + "run_as_user", of: path, "securityContext", "runAsUser"),
            AuditField.each(prefix + "run_as_group", of: path, "securityContext", "runAsGroup"),
            AuditField.each(prefix + "proc_mount", of: path, "securityContext", "procMount"),
            AuditField.each(prefix + "add_capabilities", of: path, "securityContext", "capabilities", "add"),
            effective(prefix + "eff_run_as_user", list, JSONKey("runAsUser")),
            effective(prefix + "eff_run_as_group", list, JSONKey("runAsGroup")),
        ]
    }

    /// What holds for each container: its own setting, the pod's, or 0.
    private static func effective(_ name: String, _ list: String, _ key: JSONKey) -> FalcoField {
        let containers = ["requestObject", "spec", list].map { JSONKey($0) }
        return AuditField.special(name, isList: true, argument: .index) { raw, argument in
            let ofPod = raw["requestObject"]?["spec"]?["securityContext"]?.member(key)
            let found = AuditField.elements(raw, containers, argument)
                .map { $0["securityContext"]?.member(key) ?? ofPod }
            let texts = found.map { $0.map { $0.string ?? FalcoJSON.compact($0) } ?? "0" }
            return texts.isEmpty ? .none : .texts(texts, from: found.compactMap { $0 })
        }
    }

    /// The images of a list of containers; none where one of them has no image, as the plugin has it.
    private static func images(_ raw: JSONValue, _ list: String, _ argument: FalcoArgument?) -> FalcoReading {
        guard let containers = raw["requestObject"]?["spec"]?.member(JSONKey(list)) else { return .none }
        var elements = Array(containers.elements)
        if case .index(let position)? = argument { elements = containers[position].map { [$0] } ?? [] }
        let images = elements.compactMap { $0["image"] }
        return images.isEmpty || images.count < elements.count ? .none : .values(images)
    }

    /// The part of an image before the first colon and at sign, as the plugin cuts it.
    private static func repository(_ image: JSONValue) -> String {
        let text = image.string ?? FalcoJSON.compact(image)
        return String(text.prefix { $0 != ":" }.prefix { $0 != "@" })
    }
}
