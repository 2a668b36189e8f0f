internal import SecurityEvents

/// Recognizes API objects in a document and names them as their API does.
enum KubernetesObject {
    /// Lists of lists of lists: no tool writes more.
    private static let depthLimit = 8

    /// Whether a document is, or tries to be, an API object.
    static func isOne(_ root: PlacedValue) -> Bool {
        guard let kind = root["kind"]?.text, let version = root["apiVersion"]?.text else { return false }
        return !kind.isEmpty && !version.isEmpty
    }

    /// The objects of a document; the items of lists one by one; items that are no objects are faults.
    static func manifests(
        _ root: PlacedValue, file: String, source: String?, faults: inout [Diagnostic]
    ) -> [Manifest] {
        var found: [Manifest] = []
        collect(root, file: file, source: source, defaultKind: nil, depth: 0, into: &found, &faults)
        return found
    }

    private static func collect(
        _ object: PlacedValue, file: String, source: String?, defaultKind: (kind: String, version: String)?, depth: Int,
        into found: inout [Manifest], _ faults: inout [Diagnostic]
    ) {
        func fault(_ message: String, at place: Place) {
            faults.append(Diagnostic(file: file, line: place.line, column: place.column, message: message))
        }
        guard case .object = object.content else { return fault("an API object must be a mapping", at: object.place) }
        guard let kind = object["kind"]?.text ?? defaultKind?.kind,
            let version = object["apiVersion"]?.text ?? defaultKind?.version, !kind.isEmpty, !version.isEmpty
        else { return fault("no API object: it needs 'apiVersion' and 'kind'", at: object.place) }
        if let items = object.member("items") ?? (kind == "Template" ? object.member("objects") : nil),
            kind == "List" || kind.hasSuffix("List") || kind == "Template"
        {
            guard depth < depthLimit else {
                return fault("lists within lists deeper than \(depthLimit)", at: items.keyPlace)
            }
            if !items.value.isNull, items.value.elements.isEmpty, items.value.content != .array([]) {
                return fault("'\(items.key)' must be a list", at: items.keyPlace)
            }
            // Items of a PodList need not say that they are Pods.
            let inherited = kind == "List" || kind == "Template" ? nil : (String(kind.dropLast(4)), version)
            for item in items.value.elements {
                collect(
                    item, file: file, source: source, defaultKind: inherited, depth: depth + 1, into: &found, &faults)
            }
            return
        }
        if let template = unrendered(object) {
            return fault(
                "a template that is not rendered; render it first: helm template … | tallyman check -", at: template)
        }
        found.append(manifest(object, kind: kind, version: version, file: file, source: source))
    }

    private static func manifest(
        _ object: PlacedValue, kind: String, version: String, file: String, source: String?
    ) -> Manifest {
        let metadata = object["metadata"]
        var identity = Manifest.Identity()
        let parts = version.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        identity.group = parts.count == 2 ? String(parts[0]) : ""
        identity.version = String(parts.last ?? "")
        identity.kind = kind
        identity.resource = KubernetesKinds.resource(of: kind)
        identity.namespace = metadata?["namespace"]?.text
        identity.name = metadata?["name"]?.text
        if kind == "Namespace" { identity.namespace = identity.name }
        let name = identity.name ?? metadata?["generateName"]?.text ?? "(without a name)"
        let label = identity.namespace.map { kind == "Namespace" ? "\(kind) \(name)" : "\(kind) \($0)/\(name)" }
        return Manifest(
            kind: .kubernetes, file: file, line: object.place.line, label: label ?? "\(kind) \(name)", root: object,
            source: source, identity: identity)
    }

    /// The place of a `{{ … }}` where the API could not take one: a name, or an image.
    private static func unrendered(_ object: PlacedValue) -> Place? {
        for path in [["kind"], ["apiVersion"], ["metadata", "name"], ["metadata", "namespace"]] {
            var value: PlacedValue? = object
            for key in path { value = value?[key] }
            if let value, let text = value.text, text.contains("{{") { return value.place }
        }
        return unrenderedImage(object, depth: 0)
    }

    private static func unrenderedImage(_ value: PlacedValue, depth: Int) -> Place? {
        guard depth < 16 else { return nil }
        for member in value.members {
            if member.key == "image", let text = member.value.text, text.contains("{{"),
                text.contains(".Values") || text.contains(".Chart") || text.contains("include ")
            {
                return member.value.place
            }
            if let place = unrenderedImage(member.value, depth: depth + 1) { return place }
        }
        for element in value.elements {
            if let place = unrenderedImage(element, depth: depth + 1) { return place }
        }
        return nil
    }
}
