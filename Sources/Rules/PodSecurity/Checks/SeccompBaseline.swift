internal import JSONView

extension PodSecurityCheck {
    /// Where seccomp profiles are named, they are the runtime's own or the node's.
    ///
    /// Before v1.19 the annotations `seccomp.security.alpha.kubernetes.io/pod` and
    /// `container.seccomp.security.alpha.kubernetes.io/*`; from then on `securityContext.seccompProfile.type` of the Pod and of
    /// containers: `RuntimeDefault`, `Localhost` or not set.
    static let seccompBaseline = PodSecurityCheck(
        "seccompProfile_baseline", .baseline,
        [.since(0, annotations), .since(19, types)])

    @Sendable private static func annotations(_ pod: PodSecurityPod) -> PodSecurityOffence? {
        let keys =
            ["seccomp.security.alpha.kubernetes.io/pod"]
            + pod.containers.map { "container.seccomp.security.alpha.kubernetes.io/\($0.name)" }
        let written = Dictionary(pod.annotations.map { ($0.key, $0.value) }) { _, last in last }
        var forbidden: [String: JSONPath] = [:]
        for key in keys {
            guard let value = written[key], value != "runtime/default", value != "docker/default",
                !value.hasPrefix("localhost/")
            else { continue }
            let place = JSONPath([.key("metadata"), .key("annotations"), .key(key)])
            forbidden["\(key)=\(PodSecurityWords.goQuoted(value))"] = place
        }
        guard !forbidden.isEmpty else { return nil }
        let values = PodSecurityWords.set(forbidden.keys)
        return PodSecurityOffence(
            reason: "seccompProfile",
            detail: "forbidden \(PodSecurityWords.plural("annotation", "annotations", values.count)) "
                + values.joined(separator: ", "),
            fields: values.compactMap { forbidden[$0] })
    }

    @Sendable private static func types(_ pod: PodSecurityPod) -> PodSecurityOffence? { SeccompSetters(pod).offence }
}

/// Who names a seccomp profile, and which.
struct SeccompSetters {
    private(set) var podIsForbidden = false
    private(set) var podIsAllowed = false
    private(set) var forbidden: [PodSecurityContainer] = []
    /// Containers that say nothing, which matters where the Pod does not either.
    private(set) var silent: [PodSecurityContainer] = []
    private var types: [String] = []

    init(_ pod: PodSecurityPod) {
        if let type = Self.type(in: pod.securityContext) {
            podIsAllowed = Self.isAllowed(type)
            podIsForbidden = !podIsAllowed
            if podIsForbidden { types.append(type) }
        }
        for container in pod.containers {
            guard let type = Self.type(in: container.securityContext) else {
                silent.append(container)
                continue
            }
            guard !Self.isAllowed(type) else { continue }
            forbidden.append(container)
            types.append(type)
        }
    }

    /// What those do who name a forbidden profile.
    var offence: PodSecurityOffence? {
        guard podIsForbidden || !forbidden.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "seccompProfile",
            detail: "\(PodSecurityWords.setters(pod: podIsForbidden, forbidden)) must not set "
                + "securityContext.seccompProfile.type to \(PodSecurityWords.quoted(PodSecurityWords.set(types)))",
            fields: (podIsForbidden ? [.spec("securityContext", "seccompProfile", "type")] : [])
                + forbidden.map { $0.place(inContext: "seccompProfile", "type") })
    }

    private static func type(in context: JSONValue?) -> String? {
        context?["seccompProfile"].set.map { $0["type"]?.string ?? "" }
    }

    private static func isAllowed(_ type: String) -> Bool { type == "RuntimeDefault" || type == "Localhost" }
}
