internal import JSONView

extension PodSecurityCheck {
    /// `/proc` keeps its masks: `securityContext.procMount` of containers is `Default` or not set.
    ///
    /// From v1.35 on, baseline leaves Pods alone that have a user namespace of their own (`hostUsers: false`).
    static let procMount = PodSecurityCheck(
        "procMount", .baseline,
        [
            .since(0, unmasked),
            .since(35, { $0.hasOwnUsers ? nil : unmasked($0) }),
        ])

    /// `/proc` keeps its masks, also in Pods that have a user namespace of their own, from v1.35 on.
    static let procMountRestricted = PodSecurityCheck(
        "procMount_restricted", .restricted, since: 35, overriding: "procMount", unmasked)

    @Sendable private static func unmasked(_ pod: PodSecurityPod) -> PodSecurityOffence? {
        var types: [String] = []
        let containers = pod.containers.filter { container in
            guard let type = container.securityContext?["procMount"].set?.string, type != "Default" else {
                return false
            }
            types.append(type)
            return true
        }
        guard !containers.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "procMount",
            detail: "\(PodSecurityWords.containers(containers)) must not set securityContext.procMount to "
                + PodSecurityWords.quoted(PodSecurityWords.set(types)),
            fields: containers.map { $0.place(inContext: "procMount") })
    }
}
