/// The kind of an object: group, version and kind, as `apiVersion` and `kind` spell it.
public struct GroupVersionKind: Hashable, Sendable, CustomStringConvertible {
    public var group: String
    public var version: String
    public var kind: String

    /// Names a kind.
    public init(group: String, version: String, kind: String) {
        self.group = group
        self.version = version
        self.kind = kind
    }

    /// Reads `apps/v1` or `v1`.
    public init(apiVersion: String, kind: String) {
        let parts = apiVersion.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        self.init(
            group: parts.count == 2 ? String(parts[0]) : "", version: parts.last.map { String($0) } ?? "", kind: kind)
    }

    /// `apps/v1` or `v1`.
    public var apiVersion: String { group.isEmpty ? version : "\(group)/\(version)" }

    /// `apps/v1, Kind=Deployment`, as Kubernetes' messages have it.
    public var description: String { "\(apiVersion), Kind=\(kind)" }
}

/// A resource of the API: group, version and plural name.
public struct GroupVersionResource: Hashable, Sendable {
    public var group: String
    public var version: String
    public var resource: String

    /// Names a resource.
    public init(group: String, version: String, resource: String) {
        self.group = group
        self.version = version
        self.resource = resource
    }

    /// `deployments.apps`, or the plural name alone in the core group.
    public var qualifiedName: String { group.isEmpty ? resource : "\(resource).\(group)" }
}
