internal import BoundedYAML
internal import JSONView
internal import SecurityEvents
internal import Yams

/// Which requests a constraint is about: `spec.match`.
struct GatekeeperMatch: RequestSelection {
    var kinds: [(groups: [String], kinds: [String])] = []
    var namespaces: [Wildcard] = []
    var excludedNamespaces: [Wildcard] = []
    var name: Wildcard?
    var scope = "*"
    /// Whether the constraint is only about objects that Gatekeeper expands others to, which no request is for.
    var isForExpanded = false
    var labelSelector: LabelSelector?
    var namespaceSelector: LabelSelector?

    /// A constraint is asked about what is made and changed, and about deletions too.
    func match(_ request: AdmissionRequest, _ inventory: PolicyInventory) -> RequestMatch {
        guard !isForExpanded, matchesKind(request.kind), matchesScope(request), matchesNamespace(request),
            matchesName(request)
        else {
            return .no
        }
        var truth = Truth.yes
        if let labelSelector { truth = truth.and(selects(labelSelector, request)) }
        if let namespaceSelector { truth = truth.and(selectsNamespace(namespaceSelector, request, inventory)) }
        return RequestMatch(truth, request.resource, request.kind)
    }

    var resources: Set<String>? { nil }

    private func matchesKind(_ kind: GroupVersionKind) -> Bool {
        kinds.isEmpty
            || kinds.contains { entry in
                (entry.kinds.isEmpty || entry.kinds.contains("*") || entry.kinds.contains(kind.kind))
                    && (entry.groups.isEmpty || entry.groups.contains("*") || entry.groups.contains(kind.group))
            }
    }

    private func matchesScope(_ request: AdmissionRequest) -> Bool {
        let isNamespaced = !request.namespace.isEmpty && !request.isForNamespace
        return scope == "*" || scope.isEmpty || (scope == "Namespaced") == isNamespaced
    }

    private func matchesNamespace(_ request: AdmissionRequest) -> Bool {
        // What belongs to no namespace is never left out.
        if request.namespace.isEmpty { return true }
        return (namespaces.isEmpty || namespaces.contains { $0.matches(request.namespace) })
            && !excludedNamespaces.contains { $0.matches(request.namespace) }
    }

    private func matchesName(_ request: AdmissionRequest) -> Bool {
        guard let name else { return true }
        return [request.object.value, request.oldObject.value].contains { object in
            guard let metadata = object?["metadata"] else { return false }
            return [metadata["name"]?.string, metadata["generateName"]?.string].contains {
                $0.map { name.matches($0) } ?? false
            }
        } || name.matches(request.name)
    }

    private func selects(_ selector: LabelSelector, _ request: AdmissionRequest) -> Truth {
        [request.object, request.oldObject].reduce(Truth.no) { found, part in
            switch part {
            case .object(let object): found.or(selector.selects(KnownLabels(object.texts(at: "metadata", "labels"))))
            case .none: found
            case .unknown(let reason): found.or(selector.selects(KnownLabels([:], others: reason)))
            }
        }
    }

    private func selectsNamespace(
        _ selector: LabelSelector, _ request: AdmissionRequest, _ inventory: PolicyInventory
    ) -> Truth {
        if request.isForNamespace { return selects(selector, request) }
        if request.namespace.isEmpty { return .yes }
        return selector.selects(inventory.labels(ofNamespace: request.namespace))
    }
}

/// Reads `spec.match` of a constraint.
struct GatekeeperMatchReader {
    let text: YAMLText
    var diagnostics: [Diagnostic] = []

    init(_ text: YAMLText) { self.text = text }

    mutating func read(_ node: Node?) -> GatekeeperMatch {
        var match = GatekeeperMatch()
        guard let node, node.null == nil else { return match }
        var fields = YAMLFields(
            node, in: text,
            known: [
                "source", "kinds", "scope", "namespaces", "excludedNamespaces", "labelSelector", "namespaceSelector",
                "name",
            ], what: "match")
        for element in fields.value("kinds")?.sequence.map(Array.init) ?? [] {
            var entry = YAMLFields(element, in: text, known: ["apiGroups", "kinds"], what: "an entry of 'kinds'")
            match.kinds.append((entry.strings("apiGroups"), entry.strings("kinds")))
            diagnostics += entry.diagnostics
        }
        match.namespaces = fields.strings("namespaces").map { Wildcard($0) }
        match.excludedNamespaces = fields.strings("excludedNamespaces").map { Wildcard($0) }
        let name = fields.string("name")
        if !name.isEmpty { match.name = Wildcard(name) }
        match.scope = fields.string("scope")
        match.isForExpanded = fields.string("source") == "Generated"
        var selectors = MatchResourcesReader(text)
        if let selector = fields.value("labelSelector") { match.labelSelector = selectors.selector(selector) }
        if let selector = fields.value("namespaceSelector") { match.namespaceSelector = selectors.selector(selector) }
        diagnostics += fields.diagnostics + selectors.diagnostics
        return match
    }
}
