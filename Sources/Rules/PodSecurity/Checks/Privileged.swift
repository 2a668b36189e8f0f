internal import JSONView

extension PodSecurityCheck {
    /// No container may be privileged: `securityContext.privileged`.
    static let privileged = PodSecurityCheck("privileged", .baseline) { pod in
        let containers = pod.containers.filter { $0.securityContext?["privileged"]?.bool == true }
        guard !containers.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "privileged",
            detail: "\(PodSecurityWords.containers(containers)) must not set securityContext.privileged=true",
            fields: containers.map { $0.place(inContext: "privileged") })
    }
}
