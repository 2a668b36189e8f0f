internal import JSONView

extension PodSecurityCheck {
    /// No port of the node may be taken: `ports[*].hostPort` of containers.
    ///
    /// In a Pod on the node's network each port is one of the node's; the API server fills that in before it looks.
    static let hostPorts = PodSecurityCheck("hostPorts", .baseline) { pod in
        var containers: [PodSecurityContainer] = []
        var ports: [String] = []
        var fields: [JSONPath] = []
        let isOnHost = !pod.isTemplate && pod.spec["hostNetwork"]?.bool == true
        for container in pod.containers {
            var isOffending = false
            for (position, port) in numbered(container.object["ports"]) {
                var number = port["hostPort"]?.int64 ?? 0
                if number == 0, isOnHost { number = port["containerPort"]?.int64 ?? 0 }
                guard number != 0 else { continue }
                isOffending = true
                ports.append(String(number))
                fields.append(JSONPath((container.place + ["ports"]).steps + [.position(position), .key("hostPort")]))
            }
            if isOffending { containers.append(container) }
        }
        guard !containers.isEmpty else { return nil }
        let numbers = PodSecurityWords.set(ports)
        return PodSecurityOffence(
            reason: "hostPort",
            detail:
                "\(PodSecurityWords.containers(containers)) \(PodSecurityWords.plural("uses", "use", containers.count)) "
                + "\(PodSecurityWords.plural("hostPort", "hostPorts", numbers.count)) \(numbers.joined(separator: ", "))",
            fields: fields)
    }
}
