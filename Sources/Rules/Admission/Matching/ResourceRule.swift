/// A rule about which requests are meant (`admissionregistration.k8s.io/v1` NamedRuleWithOperations).
struct ResourceRule: Sendable, Equatable {
    enum Scope: String, CaseIterable, Sendable {
        case all = "*", cluster = "Cluster", namespaced = "Namespaced"
    }

    var apiGroups: [String] = []
    var apiVersions: [String] = []
    /// Plural names: `pods`, `pods/exec`, `pods/*`, `*/scale`, `*` (without subresources), `*/*`.
    var resources: [String] = []
    var operations: [String] = []
    var scope = Scope.all
    /// Names of objects; any where it is empty.
    var resourceNames: [String] = []

    /// Whether a request is meant, if it were for another resource of the same objects.
    func matches(_ request: AdmissionRequest, as resource: GroupVersionResource) -> Bool {
        matchesScope(request, resource)
            && Self.names(operations, request.operation.rawValue)
            && Self.names(apiGroups, resource.group) && Self.names(apiVersions, resource.version)
            && names(resource.resource, request.subresource)
    }

    /// Whether the rule would be about the resource if the version were another.
    func namesAnotherVersion(of resource: GroupVersionResource, _ request: AdmissionRequest) -> Bool {
        matchesScope(request, resource)
            && Self.names(operations, request.operation.rawValue)
            && Self.names(apiGroups, resource.group) && !Self.names(apiVersions, resource.version)
            && names(resource.resource, request.subresource)
    }

    func matchesName(_ request: AdmissionRequest) -> Bool {
        resourceNames.isEmpty || resourceNames.contains(request.name)
    }

    private func matchesScope(_ request: AdmissionRequest, _ resource: GroupVersionResource) -> Bool {
        // Namespaces themselves belong to the cluster.
        let isNamespace = resource == GroupVersionResource(group: "", version: "v1", resource: "namespaces")
        switch scope {
        case .all: return true
        case .namespaced: return !isNamespace && !request.namespace.isEmpty
        case .cluster: return isNamespace || request.namespace.isEmpty
        }
    }

    private func names(_ resource: String, _ subresource: String) -> Bool {
        resources.contains { written in
            guard let slash = written.utf8.firstIndex(of: UInt8(ascii: "/")) else {
                return subresource.isEmpty && (written == resource || written == "*")
            }
            let (name, part) = (written[..<slash], written[written.utf8.index(after: slash)...])
            return (name == "*" || name == resource) && (part == "*" || part == subresource)
        }
    }

    private static func names(_ items: [String], _ asked: String) -> Bool {
        items.contains { $0 == "*" || $0 == asked }
    }
}
