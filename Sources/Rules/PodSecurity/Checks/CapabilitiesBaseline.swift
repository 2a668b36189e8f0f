internal import JSONView

extension PodSecurityCheck {
    /// No capabilities beyond Docker's default set may be added, nor `NET_RAW`.
    ///
    /// `securityContext.capabilities.add` of containers.
    static let capabilitiesBaseline = PodSecurityCheck("capabilities_baseline", .baseline) { pod in
        let allowed: Set = [
            "AUDIT_WRITE", "CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "MKNOD", "NET_BIND_SERVICE", "SETFCAP",
            "SETGID", "SETPCAP", "SETUID", "SYS_CHROOT",
        ]
        let added = AddedCapabilities(pod) { !allowed.contains($0) }
        guard !added.containers.isEmpty else { return nil }
        return PodSecurityOffence(reason: "non-default capabilities", detail: added.detail, fields: added.fields)
    }
}

/// Capabilities that containers add and must not.
struct AddedCapabilities {
    private(set) var containers: [PodSecurityContainer] = []
    private(set) var fields: [JSONPath] = []
    private var names: [String] = []

    init(_ pod: PodSecurityPod, isForbidden: (String) -> Bool) {
        for container in pod.containers {
            guard let add = container.securityContext?["capabilities"]?["add"] else { continue }
            var isOffending = false
            for (position, capability) in add.elements.enumerated() {
                guard let name = capability.string, isForbidden(name) else { continue }
                names.append(name)
                isOffending = true
                fields.append(JSONPath(container.place(inContext: "capabilities", "add").steps + [.position(position)]))
            }
            if isOffending { containers.append(container) }
        }
    }

    var detail: String {
        "\(PodSecurityWords.containers(containers)) must not include "
            + "\(PodSecurityWords.quoted(PodSecurityWords.set(names))) in securityContext.capabilities.add"
    }
}
