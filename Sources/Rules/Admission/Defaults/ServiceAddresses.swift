internal import CEL
internal import JSONView

/// The addresses and ports of Services, which the API server gives out before policies are asked
/// (`k8s.io/kubernetes/pkg/registry/core/service/storage/alloc.go`).
enum ServiceAddresses {
    /// What can be told without the cluster.
    static func known(_ spec: JSONValue) -> [ObjectShape.Member] {
        let address = spec["clusterIP"]?.string ?? ""
        var added: [ObjectShape.Member] = []
        if !address.isEmpty { added.append(("clusterIPs", .array([.text(address)]))) }
        if !address.isEmpty, address != "None" {
            added.append(("ipFamilies", .array([.text(address.contains(":") ? "IPv6" : "IPv4")])))
        }
        let isForNothing = (spec["selector"]?.count ?? 0) == 0
        added.append(
            ("ipFamilyPolicy", .text(address == "None" && isForNothing ? "RequireDualStack" : "SingleStack")))
        return added
    }

    /// A Service whose addresses and ports are unknown where they are not in it; nil where nothing is missing.
    static func withUnknowns(_ service: JSONValue) -> Value? {
        guard let spec = service["spec"], spec.kind == .object else { return nil }
        let type = spec["type"]?.string ?? "ClusterIP"
        guard type != "ExternalName" else { return nil }
        var added: [String] = ["clusterIP", "clusterIPs", "ipFamilies"].filter { spec.member(JSONKey($0)) == nil }
        let isBalanced = type == "LoadBalancer"
        if isBalanced, spec["externalTrafficPolicy"]?.string == "Local", spec["healthCheckNodePort"] == nil {
            added.append("healthCheckNodePort")
        }
        let hasNodePorts =
            type == "NodePort" || isBalanced && spec["allocateLoadBalancerNodePorts"]?.bool ?? true
        let ports = spec["ports"].map { Array($0.elements) } ?? []
        let lacksPorts = hasNodePorts && ports.contains { $0["nodePort"] == nil }
        guard !added.isEmpty || lacksPorts else { return nil }
        let unknown = { (name: String) in
            Value.unknown(["object: the API server gives out 'spec.\(name)', which is not known beforehand"])
        }
        var members = entries(spec)
        for name in added { members.append((.string(name), unknown(name))) }
        if lacksPorts, let position = members.firstIndex(where: { $0.key.asText == "ports" }) {
            members[position].value = .list(
                ListValue(
                    ports.map { port in
                        guard port.kind == .object, port["nodePort"] == nil else { return .json(port) }
                        return .map(MapValue(entries(port) + [(.string("nodePort"), unknown("ports.nodePort"))]))
                    }))
        }
        var whole = entries(service)
        if let position = whole.firstIndex(where: { $0.key.asText == "spec" }) {
            whole[position].value = .map(MapValue(members))
        }
        return .map(MapValue(whole))
    }

    private static func entries(_ object: JSONValue) -> [(key: Value, value: Value)] {
        object.members.map { (.string(String($0.key)), .json($0.value)) }
    }
}
