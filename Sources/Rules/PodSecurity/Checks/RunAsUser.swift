internal import JSONView

extension PodSecurityCheck {
    /// Nothing runs as user 0, from v1.23 on.
    ///
    /// `securityContext.runAsUser` of the Pod and of containers. From v1.35 on Pods are left alone that have a user namespace of
    /// their own (`hostUsers: false`).
    static let runAsUser = PodSecurityCheck(
        "runAsUser", .restricted,
        [
            .since(23, userZero),
            .since(35, { $0.hasOwnUsers ? nil : userZero($0) }),
        ])

    @Sendable private static func userZero(_ pod: PodSecurityPod) -> PodSecurityOffence? {
        let byPod = pod.securityContext?["runAsUser"]?.int64 == 0
        let containers = pod.containers.filter { $0.securityContext?["runAsUser"]?.int64 == 0 }
        guard byPod || !containers.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "runAsUser=0",
            detail: "\(PodSecurityWords.setters(pod: byPod, containers)) must not set runAsUser=0",
            fields: (byPod ? [.spec("securityContext", "runAsUser")] : [])
                + containers.map { $0.place(inContext: "runAsUser") })
    }
}
