/// A kind as Kyverno's rules name it: `Pod`, `Pod/exec`, `apps/v1/Deployment`, `*/Ingress`, `*`.
struct KindSelector: Sendable, Equatable {
    var group = "*"
    var version = "*"
    var kind: String
    var subresource = ""

    init(_ written: String) {
        let parts = written.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        func isVersion(_ part: String) -> Bool {
            part == "*" || part.hasPrefix("v") && part.dropFirst().first?.isNumber ?? false
        }
        let position = parts.firstIndex { $0.first?.isUppercase ?? false }
        guard let position else {
            kind = parts.first ?? written
            if parts.count > 1 { subresource = parts[1] }
            return
        }
        // A dot may stand for the slash before a subresource.
        let name = parts[position].split(separator: ".", maxSplits: 1)
        kind = name.first.map { String($0) } ?? parts[position]
        if name.count == 2 { subresource = String(name[1]) }
        if position + 1 < parts.count { subresource = parts[(position + 1)...].joined(separator: "/") }
        switch position {
        case 0: break
        case 1: if isVersion(parts[0]) { version = parts[0] } else { group = parts[0] }
        default: (group, version) = (parts[position - 2], parts[position - 1])
        }
    }

    func matches(_ request: AdmissionRequest) -> Bool {
        let isPart = Wildcard(subresource).matches(request.subresource)
        // The request for a part has the part's own kind; Kyverno names the whole object's.
        let kinds = [
            request.kind.kind, APIResources.entry(of: request.resource.resource, group: request.resource.group)?.kind,
        ]
        return isPart && Wildcard(group).matches(request.resource.group)
            && Wildcard(version).matches(request.resource.version)
            && kinds.compactMap { $0 }.contains { Wildcard(kind).matches($0) }
    }

    /// The plural name of the resource; nil where the kind has a wildcard.
    var resource: String? {
        guard !kind.contains("*"), !kind.contains("?") else { return nil }
        return APIResources.entries(named: kind).first?.resource
            ?? APIResources.resource(of: GroupVersionKind(group: group, version: version, kind: kind))
    }
}
