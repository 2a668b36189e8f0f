/// Which requests a policy or a binding is about (`admissionregistration.k8s.io/v1` MatchResources).
struct MatchResources: Sendable, Equatable {
    var namespaceSelector = LabelSelector()
    var objectSelector = LabelSelector()
    var resourceRules: [ResourceRule] = []
    var excludeResourceRules: [ResourceRule] = []
    /// Whether a rule about one version of a resource is about the others too.
    var matchesEquivalents = true

    /// Everything.
    init() {}

    /// Decides as the API server's matcher does.
    func match(_ request: AdmissionRequest, _ inventory: PolicyInventory) -> RequestMatch {
        let namespaces = selectsNamespace(request, inventory)
        if namespaces == .no { return .no }
        let objects = selectsObject(request)
        if objects == .no { return .no }
        let excluded = rules(excludeResourceRules, request)
        switch excluded.truth {
        case .yes: return .no
        case .unknown, .no: break
        }
        let matched: RequestMatch =
            resourceRules.isEmpty
            ? RequestMatch(.yes, request.resource, request.kind) : rules(resourceRules, request)
        if matched.truth == .no { return .no }
        return RequestMatch(
            matched.truth.and(excluded.truth.negated).and(namespaces).and(objects), matched.resource, matched.kind)
    }

    private func selectsNamespace(_ request: AdmissionRequest, _ inventory: PolicyInventory) -> Truth {
        if namespaceSelector.isEmpty { return .yes }
        // What belongs to no namespace is never left out, except Namespaces.
        if request.namespace.isEmpty, !request.isForNamespace { return .yes }
        if request.isForNamespace, request.subresource.isEmpty,
            request.operation == .create || request.operation == .update
        {
            return namespaceSelector.selects(Self.labels(of: request.object, "the object is not known") ?? .init([:]))
        }
        return namespaceSelector.selects(inventory.labels(ofNamespace: request.namespace))
    }

    private func selectsObject(_ request: AdmissionRequest) -> Truth {
        if objectSelector.isEmpty { return .yes }
        // What is asked of a connection (PodExecOptions) has no metadata, and so no labels that could be selected.
        if request.operation == .connect { return .no }
        return [(request.object, "the object is not known"), (request.oldObject, "the old object is not known")]
            .reduce(.no) { found, part in
                guard let labels = Self.labels(of: part.0, part.1) else { return found }
                return found.or(objectSelector.selects(labels))
            }
    }

    /// The labels of an object; nil where there is no object.
    private static func labels(of part: AdmissionRequest.Part, _ reason: String) -> KnownLabels? {
        switch part {
        case .none: nil
        case .unknown(let why): KnownLabels([:], others: why.isEmpty ? reason : why)
        case .object(let object): KnownLabels(object.texts(at: "metadata", "labels"))
        }
    }

    private func rules(_ rules: [ResourceRule], _ request: AdmissionRequest) -> RequestMatch {
        if rules.isEmpty { return .no }
        for rule in rules where rule.matches(request, as: request.resource) && rule.matchesName(request) {
            return RequestMatch(isShown(request, as: request.resource, request.kind), request.resource, request.kind)
        }
        guard matchesEquivalents else { return .no }
        if let shown = request.shownAs,
            rules.contains(where: { $0.matches(request, as: shown.resource) && $0.matchesName(request) })
        {
            return RequestMatch(.yes, shown.resource, shown.kind)
        }
        guard let entry = APIResources.entry(of: request.resource.resource, group: request.resource.group) else {
            // Of a custom resource nobody here knows the versions that are served.
            let other = rules.contains {
                $0.namesAnotherVersion(of: request.resource, request) && $0.matchesName(request)
            }
            return other
                ? RequestMatch(
                    .unknown("whether \(request.resource.qualifiedName) is served in the version that the rules name"),
                    request.resource, request.kind)
                : .no
        }
        for rule in rules {
            for version in entry.versions {
                let other = GroupVersionResource(group: entry.group, version: version, resource: entry.resource)
                guard other != request.resource, rule.matches(request, as: other), rule.matchesName(request) else {
                    continue
                }
                let kind = GroupVersionKind(group: entry.group, version: version, kind: request.kind.kind)
                let truth: Truth =
                    entry.hasOneShape
                    ? .yes : .unknown("\(request.kind.apiVersion) is not converted to \(kind.apiVersion)")
                return RequestMatch(truth, other, kind)
            }
        }
        return .no
    }

    /// Whether the object of a request is shown in a version, or in one of the same shape.
    private func isShown(
        _ request: AdmissionRequest, as resource: GroupVersionResource, _ kind: GroupVersionKind
    ) -> Truth {
        guard let shown = request.shownAs, shown.resource != resource,
            !(APIResources.entry(of: resource.resource, group: resource.group)?.hasOneShape ?? false)
        else { return .yes }
        return .unknown("\(shown.kind.apiVersion) is not converted to \(kind.apiVersion)")
    }
}

/// Whether a request is meant, and as which resource and kind.
struct RequestMatch: Sendable {
    var truth: Truth
    var resource: GroupVersionResource?
    var kind: GroupVersionKind?

    static let no = RequestMatch(.no)

    init(_ truth: Truth, _ resource: GroupVersionResource? = nil, _ kind: GroupVersionKind? = nil) {
        self.truth = truth
        self.resource = resource
        self.kind = kind
    }
}
