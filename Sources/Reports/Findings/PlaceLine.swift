import SecurityEvents

/// What and where it was, in one line: workload, container, image, node.
enum PlaceLine {
    static func text(of finding: Finding) -> String {
        var parts: [String] = []
        if let workload = finding.workload { parts += self.parts(of: workload) }
        if let container = finding.container { parts += self.parts(of: container) }
        return parts.isEmpty ? "not known to this source" : parts.joined(separator: ", ")
    }

    static func text(of workload: WorkloadSummary) -> String { parts(of: workload).joined(separator: ", ") }

    static func text(of container: ContainerSummary) -> String { parts(of: container).joined(separator: ", ") }

    private static func parts(of workload: WorkloadSummary) -> [String] {
        let name = [workload.namespace, workload.name].compactMap { $0 }.map(visible).joined(separator: "/")
        let named = [visible(workload.kind), name].filter { !$0.isEmpty }.joined(separator: " ")
        var parts = named.isEmpty ? [] : [named]
        if let owner = workload.owner { parts.append("of \(visible(owner))") }
        if let node = workload.node { parts.append("on node \(visible(node))") }
        if let account = workload.serviceAccount { parts.append("service account \(visible(account))") }
        return parts
    }

    private static func parts(of container: ContainerSummary) -> [String] {
        var parts: [String] = []
        let role = container.role == .main ? "" : "\(container.role.rawValue) "
        // The engine's own short form of an id: enough to find it, short enough to read.
        let id = container.id.map { visible(String($0.prefix(12))) }
        switch (container.name.map(visible), id) {
        case (let name?, let id?): parts.append("\(role)container \(name) (\(id))")
        case (let name?, nil): parts.append("\(role)container \(name)")
        case (nil, let id?): parts.append("\(role)container \(id)")
        case (nil, nil): break
        }
        if let image = container.image { parts.append("image \(visible(image))") }
        return parts
    }
}
