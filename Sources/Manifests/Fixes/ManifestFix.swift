package import JSONView

/// Which change of a file takes a finding's reason away without changing what the program can do on purpose.
///
/// The table speaks of fields and values, not of rules: whatever rule names such a field in its evidence, the change is
/// the same. A field is here only where the better value is the platform's own default or what the standards prescribe;
/// where a program may rightly need the field (a host path, a port, the host's network), there is no entry.
package enum ManifestFix {
    /// A field, the value that is wrong and the one that is right.
    private struct Entry {
        /// The end of the field's path, positions left out.
        var path: [String]
        var wrong: PlacedValue.Content
        var right: String
        /// When the change would only break the program: the container's (or Pod's) description is asked.
        var unless: @Sendable (PlacedValue) -> Bool = { _ in false }
    }

    private static let kubernetes: [Entry] = [
        Entry(path: ["securityContext", "privileged"], wrong: .bool(true), right: "false"),
        Entry(
            path: ["securityContext", "allowPrivilegeEscalation"], wrong: .bool(true), right: "false",
            unless: { addsSysAdmin($0) }),
        Entry(path: ["spec", "hostIPC"], wrong: .bool(true), right: "false"),
        Entry(path: ["spec", "hostNetwork"], wrong: .bool(true), right: "false", unless: { needsHostNetwork($0) }),
        Entry(path: ["seccompProfile", "type"], wrong: .text("Unconfined"), right: "RuntimeDefault"),
        Entry(path: ["appArmorProfile", "type"], wrong: .text("Unconfined"), right: "RuntimeDefault"),
        Entry(path: ["securityContext", "procMount"], wrong: .text("Unmasked"), right: "Default"),
    ]

    private static let engine: [Entry] = [
        Entry(path: ["HostConfig", "Privileged"], wrong: .bool(true), right: "false")
    ]

    /// Options of the engine that switch protection off and need only go.
    private static let needlessOptions: Set = [
        "seccomp=unconfined", "seccomp:unconfined", "apparmor=unconfined", "apparmor:unconfined", "label=disable",
        "label:disable",
    ]

    /// The changes for a finding.
    ///
    /// - Parameters:
    ///   - evidence: the paths of its evidence.
    ///   - manifest: what it is about.
    /// - Returns: the changes; none where no safe one is known.
    package static func edits(for evidence: [String], of manifest: Manifest) -> Set<TextEdit> {
        guard manifest.kind == .kubernetes || manifest.kind == .compose, !manifest.isIncluded else { return [] }
        var edits: Set<TextEdit> = []
        for text in evidence {
            guard let path = JSONPath(text), path.steps.starts(with: manifest.pathPrefix) else { continue }
            let inner = JSONPath(Array(path.steps.dropFirst(manifest.pathPrefix.count)))
            let found = manifest.root.find(inner)
            guard found.isWhole, let edit = edit(of: inner, found, manifest) else { continue }
            edits.insert(edit)
        }
        return edits
    }

    private static func edit(of path: JSONPath, _ found: PlacedValue.Found, _ manifest: Manifest) -> TextEdit? {
        let keys = path.steps.compactMap { step -> String? in if case .key(let key) = step { key } else { nil } }
        if manifest.kind == .compose, keys.suffix(2) == ["HostConfig", "SecurityOpt"], let option = found.value.text,
            needlessOptions.contains(option)
        {
            return .remove(line: found.value.place.line)
        }
        guard let right = value(at: path, in: manifest.root, isEngine: manifest.kind != .kubernetes) else { return nil }
        return .replace(at: found.value.place, old: found.value.content, new: right)
    }

    /// The value that should stand in the place of a wrong one.
    ///
    /// - Parameters:
    ///   - path: the field, seen from the object.
    ///   - root: the object: an API object, or the engine's create body.
    ///   - isEngine: whether it is the engine's.
    /// - Returns: the right value as YAML; nil where no safe one is known.
    package static func value(at path: JSONPath, in root: PlacedValue, isEngine: Bool) -> String? {
        let found = root.find(path)
        guard found.isWhole else { return nil }
        let keys = path.steps.compactMap { step -> String? in if case .key(let key) = step { key } else { nil } }
        for entry in isEngine ? engine : kubernetes {
            guard keys.suffix(entry.path.count) == entry.path[...], found.value.content == entry.wrong else { continue }
            let owner = root.find(JSONPath(Array(path.steps.dropLast(entry.path.count)))).value
            return entry.unless(owner) ? nil : entry.right
        }
        return nil
    }

    /// Whether an option of the engine switches protection off and need only go.
    package static func isNeedless(option: String) -> Bool { needlessOptions.contains(option) }

    /// The API refuses `allowPrivilegeEscalation: false` beside CAP_SYS_ADMIN.
    private static func addsSysAdmin(_ container: PlacedValue) -> Bool {
        let added = container["securityContext"]?["capabilities"]?["add"]?.elements.compactMap(\.text) ?? []
        return added.contains { $0 == "SYS_ADMIN" || $0 == "CAP_SYS_ADMIN" || $0 == "ALL" }
    }

    /// Whether a Pod shows signs of using the host's network: a port bound there, a DNS policy for it, rights over it.
    private static func needsHostNetwork(_ owner: PlacedValue) -> Bool {
        let pod = owner["spec"] ?? owner
        if pod["dnsPolicy"]?.text == "ClusterFirstWithHostNet" { return true }
        let containers = ["containers", "initContainers"].flatMap { pod[$0]?.elements ?? [] }
        return containers.contains { container in
            if container["ports"]?.elements.contains(where: { $0["hostPort"] != nil }) == true { return true }
            let rights = container["securityContext"]?["capabilities"]?["add"]?.elements.compactMap(\.text) ?? []
            return rights.contains { $0.hasPrefix("NET_") || $0.hasPrefix("CAP_NET_") || $0 == "ALL" }
                || container["securityContext"]?["privileged"]?.content == .bool(true)
        }
    }
}
