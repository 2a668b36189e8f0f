internal import JSONView

extension PodSecurityCheck {
    /// No process may gain more rights than its parent has, from v1.8 on.
    ///
    /// `securityContext.allowPrivilegeEscalation` of each container is `false`. From v1.25 on Pods for Windows are left alone.
    static let allowPrivilegeEscalation = PodSecurityCheck(
        "allowPrivilegeEscalation", .restricted,
        [
            .since(8, escalating),
            .since(25, { $0.isForWindows ? nil : escalating($0) }),
        ])

    @Sendable private static func escalating(_ pod: PodSecurityPod) -> PodSecurityOffence? {
        let containers = pod.containers.filter { $0.securityContext?["allowPrivilegeEscalation"]?.bool != false }
        guard !containers.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "allowPrivilegeEscalation != false",
            detail:
                "\(PodSecurityWords.containers(containers)) must set securityContext.allowPrivilegeEscalation=false",
            fields: containers.map { $0.place(inContext: "allowPrivilegeEscalation") })
    }
}
