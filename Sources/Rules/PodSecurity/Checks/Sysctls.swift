internal import JSONView

extension PodSecurityCheck {
    /// Only sysctls that reach no further than the Pod: `spec.securityContext.sysctls[*].name`.
    ///
    /// More of them became safe in v1.27, v1.29 and v1.32.
    static let sysctls = PodSecurityCheck(
        "sysctls", .baseline,
        [
            .since(0, { look(at: $0, since: 0) }),
            .since(27, { look(at: $0, since: 27) }),
            .since(29, { look(at: $0, since: 29) }),
            .since(32, { look(at: $0, since: 32) }),
        ])

    private static let names: [(since: Int, name: String)] = [
        (0, "kernel.shm_rmid_forced"), (0, "net.ipv4.ip_local_port_range"), (0, "net.ipv4.tcp_syncookies"),
        (0, "net.ipv4.ping_group_range"), (0, "net.ipv4.ip_unprivileged_port_start"),
        (27, "net.ipv4.ip_local_reserved_ports"),
        (29, "net.ipv4.tcp_keepalive_time"), (29, "net.ipv4.tcp_fin_timeout"), (29, "net.ipv4.tcp_keepalive_intvl"),
        (29, "net.ipv4.tcp_keepalive_probes"),
        (32, "net.ipv4.tcp_rmem"), (32, "net.ipv4.tcp_wmem"),
    ]

    private static func look(at pod: PodSecurityPod, since minor: Int) -> PodSecurityOffence? {
        guard let sysctls = pod.securityContext?["sysctls"] else { return nil }
        var forbidden: [String] = []
        var fields: [JSONPath] = []
        for (position, sysctl) in sysctls.elements.enumerated() {
            let name = sysctl["name"]?.string ?? ""
            guard !names.contains(where: { $0.since <= minor && $0.name == name }) else { continue }
            forbidden.append(name)
            let place = JSONPath.spec("securityContext", "sysctls").steps + [.position(position), .key("name")]
            fields.append(JSONPath(place))
        }
        guard !forbidden.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "forbidden sysctls", detail: forbidden.joined(separator: ", "), fields: fields)
    }
}
