internal import JSONView

extension PodSecurityCheck {
    /// A Pod must not share the node's namespaces: `hostNetwork`, `hostPID`, `hostIPC`.
    static let hostNamespaces = PodSecurityCheck("hostNamespaces", .baseline) { pod in
        let shared = ["hostNetwork", "hostPID", "hostIPC"].filter { pod.spec.member(JSONKey($0))?.bool == true }
        guard !shared.isEmpty else { return nil }
        return PodSecurityOffence(
            reason: "host namespaces", detail: shared.map { "\($0)=true" }.joined(separator: ", "),
            fields: shared.map { .spec($0) })
    }
}
