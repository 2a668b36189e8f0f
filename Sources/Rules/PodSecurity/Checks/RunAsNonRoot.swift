internal import JSONView

extension PodSecurityCheck {
    /// Containers do not run as root.
    ///
    /// `securityContext.runAsNonRoot` is `true` for the Pod or for each container, and `false` nowhere. From v1.35 on Pods are left
    /// alone that have a user namespace of their own (`hostUsers: false`).
    static let runAsNonRoot = PodSecurityCheck(
        "runAsNonRoot", .restricted,
        [
            .since(0, mayBeRoot),
            .since(35, { $0.hasOwnUsers ? nil : mayBeRoot($0) }),
        ])

    @Sendable private static func mayBeRoot(_ pod: PodSecurityPod) -> PodSecurityOffence? {
        let byPod = pod.securityContext?["runAsNonRoot"]?.bool
        var refusing: [PodSecurityContainer] = []
        var silent: [PodSecurityContainer] = []
        for container in pod.containers {
            switch container.securityContext?["runAsNonRoot"]?.bool {
            case false: refusing.append(container)
            case nil where byPod != true: silent.append(container)
            default: continue
            }
        }
        if byPod == false || !refusing.isEmpty {
            return PodSecurityOffence(
                reason: "runAsNonRoot != true",
                detail: "\(PodSecurityWords.setters(pod: byPod == false, refusing)) must not set "
                    + "securityContext.runAsNonRoot=false",
                fields: (byPod == false ? [.spec("securityContext", "runAsNonRoot")] : [])
                    + refusing.map { $0.place(inContext: "runAsNonRoot") })
        }
        guard !silent.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "runAsNonRoot != true",
            detail: "pod or \(PodSecurityWords.containers(silent)) must set securityContext.runAsNonRoot=true",
            fields: silent.map { $0.place(inContext: "runAsNonRoot") })
    }
}
