internal import JSONView

extension PodSecurityCheck {
    /// Each container runs under a seccomp profile that is named, from v1.19 on.
    ///
    /// `securityContext.seccompProfile.type` is `RuntimeDefault` or `Localhost`, for the Pod or for each container. From v1.25 on
    /// Pods for Windows are left alone.
    static let seccompRestricted = PodSecurityCheck(
        "seccompProfile_restricted", .restricted,
        [
            .since(19, overriding: "seccompProfile_baseline", named),
            .since(25, overriding: "seccompProfile_baseline", { $0.isForWindows ? nil : named($0) }),
        ])

    @Sendable private static func named(_ pod: PodSecurityPod) -> PodSecurityOffence? {
        let setters = SeccompSetters(pod)
        if let offence = setters.offence { return offence }
        guard !setters.podIsAllowed, !setters.silent.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "seccompProfile",
            detail: "pod or \(PodSecurityWords.containers(setters.silent)) must set "
                + "securityContext.seccompProfile.type to \"RuntimeDefault\" or \"Localhost\"",
            fields: setters.silent.map { $0.place(inContext: "seccompProfile", "type") })
    }
}
