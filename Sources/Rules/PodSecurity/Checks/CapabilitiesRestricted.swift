internal import JSONView

extension PodSecurityCheck {
    /// Containers drop `ALL` capabilities and add at most `NET_BIND_SERVICE`, from v1.22 on.
    ///
    /// `securityContext.capabilities` of containers. From v1.25 on Pods for Windows are left alone.
    static let capabilitiesRestricted = PodSecurityCheck(
        "capabilities_restricted", .restricted,
        [
            .since(22, overriding: "capabilities_baseline", unrestricted),
            .since(25, overriding: "capabilities_baseline", { $0.isForWindows ? nil : unrestricted($0) }),
        ])

    @Sendable private static func unrestricted(_ pod: PodSecurityPod) -> PodSecurityOffence? {
        let keeping = pod.containers.filter { container in
            let drop = container.securityContext?["capabilities"]?["drop"]
            return !(drop?.elements.contains { $0.text.map { $0 == "ALL" } ?? false } ?? false)
        }
        let added = AddedCapabilities(pod) { $0 != "NET_BIND_SERVICE" }
        var details: [String] = []
        if !keeping.isEmpty {
            details.append(
                "\(PodSecurityWords.containers(keeping)) must set securityContext.capabilities.drop=[\"ALL\"]")
        }
        if !added.containers.isEmpty { details.append(added.detail) }
        guard !details.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "unrestricted capabilities", detail: details.joined(separator: "; "),
            fields: keeping.map { $0.place(inContext: "capabilities", "drop") } + added.fields)
    }
}
