internal import JSONView

/// Which requests a rule of a Kyverno policy is about: `match` and `exclude`.
struct KyvernoMatch: RequestSelection, Equatable {
    /// One of the filters below `any` or `all`.
    struct Filter: Sendable, Equatable {
        var kinds: [KindSelector] = []
        var names: [Wildcard] = []
        var namespaces: [Wildcard] = []
        var annotations: [(key: Wildcard, value: Wildcard)] = []
        var selector: LabelSelector?
        var namespaceSelector: LabelSelector?
        var operations: [String] = []
        var subjects: [Subject] = []
        /// Roles that the user must have, which nobody here knows.
        var roles: [String] = []
        /// Whether there is anything to ask for.
        var isEmpty = true

        static func == (left: Filter, right: Filter) -> Bool {
            left.kinds == right.kinds && left.names == right.names && left.namespaces == right.namespaces
                && left.annotations.elementsEqual(right.annotations) { $0.key == $1.key && $0.value == $1.value }
                && left.selector == right.selector && left.namespaceSelector == right.namespaceSelector
                && left.operations == right.operations && left.subjects == right.subjects && left.roles == right.roles
        }
    }

    struct Subject: Sendable, Equatable {
        var kind: String
        var name: String
        var namespace: String
    }

    /// Filters of which one is enough, or all are needed.
    struct Filters: Sendable, Equatable {
        var filters: [Filter] = []
        var needsAll = false

        func truth(_ request: AdmissionRequest, _ inventory: PolicyInventory, isMatch: Bool) -> Truth {
            guard !filters.isEmpty else { return .no }
            return filters.reduce(needsAll ? Truth.yes : .no) { found, filter in
                let truth = filter.truth(request, inventory, isMatch: isMatch)
                return needsAll ? found.and(truth) : found.or(truth)
            }
        }
    }

    var match = Filters()
    var exclude: [Filters] = []
    /// The namespace of a policy that is only about its own; empty for all.
    var namespace = ""

    func match(_ request: AdmissionRequest, _ inventory: PolicyInventory) -> RequestMatch {
        if !namespace.isEmpty, request.namespace != namespace { return .no }
        let meant = match.truth(request, inventory, isMatch: true)
        if meant == .no { return .no }
        let excluded = exclude.reduce(Truth.no) { $0.or($1.truth(request, inventory, isMatch: false)) }
        return RequestMatch(meant.and(excluded.negated), request.resource, request.kind)
    }

    var resources: Set<String>? {
        var named: Set<String> = []
        for filter in match.filters {
            guard !filter.kinds.isEmpty else { return nil }
            for kind in filter.kinds {
                guard let resource = kind.resource else { return nil }
                named.insert(resource)
            }
        }
        return named
    }
}

extension KyvernoMatch.Filter {
    /// Operations that a rule is about that names none.
    private static let ordinaryOperations = ["CREATE", "UPDATE", "CONNECT"]

    func truth(_ request: AdmissionRequest, _ inventory: PolicyInventory, isMatch: Bool) -> Truth {
        if isEmpty { return .no }
        if !kinds.isEmpty, !kinds.contains(where: { $0.matches(request) }) { return .no }
        let wanted = operations.isEmpty && isMatch ? Self.ordinaryOperations : operations
        if !wanted.isEmpty, !wanted.contains(request.operation.rawValue), !wanted.contains("*") { return .no }
        if !namespaces.isEmpty, !namespaces.contains(where: { $0.matches(request.namespace) }) { return .no }
        var truth = Truth.yes
        if !names.isEmpty {
            let name = request.name.isEmpty ? generatedName(request) : request.name
            truth = truth.and(Truth(names.contains { $0.matches(name) }))
        }
        if let selector { truth = truth.and(labels(request).map { Self.selects(selector, $0) } ?? .no) }
        if let namespaceSelector { truth = truth.and(selects(namespaceSelector, request, inventory)) }
        if !annotations.isEmpty { truth = truth.and(hasAnnotations(request)) }
        if !subjects.isEmpty || !roles.isEmpty { truth = truth.and(isAskedBy(request)) }
        return truth
    }

    private func generatedName(_ request: AdmissionRequest) -> String {
        (request.object.value ?? request.oldObject.value)?["metadata"]?["generateName"]?.string ?? ""
    }

    /// What the object says; of a deletion, what was there.
    private func part(_ request: AdmissionRequest) -> AdmissionRequest.Part {
        if case .none = request.object { return request.oldObject }
        return request.object
    }

    private func labels(_ request: AdmissionRequest) -> KnownLabels? {
        switch part(request) {
        case .object(let object): KnownLabels(object.texts(at: "metadata", "labels"))
        case .none: nil
        case .unknown(let reason): KnownLabels([:], others: reason)
        }
    }

    private func selects(
        _ selector: LabelSelector, _ request: AdmissionRequest, _ inventory: PolicyInventory
    ) -> Truth {
        if request.isForNamespace { return labels(request).map { Self.selects(selector, $0) } ?? .no }
        if request.namespace.isEmpty { return .no }
        return Self.selects(selector, inventory.labels(ofNamespace: request.namespace))
    }

    /// Kyverno's selectors may have wildcards in the keys and values of `matchLabels`.
    private static func selects(_ selector: LabelSelector, _ labels: KnownLabels) -> Truth {
        var plain = LabelSelector()
        var truth = Truth.yes
        for requirement in selector.requirements {
            let texts = [requirement.key] + requirement.values
            guard requirement.operator == .isIn, requirement.values.count == 1,
                texts.contains(where: { $0.contains("*") || $0.contains("?") })
            else {
                plain.requirements.append(requirement)
                continue
            }
            let (key, value) = (Wildcard(texts[0]), Wildcard(texts[1]))
            if labels.values.contains(where: { key.matches($0.key) && value.matches($0.value) }) { continue }
            truth = truth.and(labels.others.map { .unknown($0) } ?? .no)
        }
        return truth.and(plain.selects(labels))
    }

    private func hasAnnotations(_ request: AdmissionRequest) -> Truth {
        guard let object = part(request).value else { return .unknown("the object is not known") }
        let written = object.texts(at: "metadata", "annotations")
        return Truth(
            annotations.allSatisfy { wanted in
                written.contains { wanted.key.matches($0.key) && wanted.value.matches($0.value) }
            })
    }

    private func isAskedBy(_ request: AdmissionRequest) -> Truth {
        guard let user = request.user else { return .unknown("nobody knows who asks") }
        var truth: Truth = roles.isEmpty ? .no : .unknown("the roles of the user are not known")
        for subject in subjects {
            let isMeant: Bool =
                switch subject.kind {
                case "ServiceAccount": user.username == "system:serviceaccount:\(subject.namespace):\(subject.name)"
                case "Group": user.groups.contains { Wildcard(subject.name).matches($0) }
                default: Wildcard(subject.name).matches(user.username)
                }
            truth = Truth(isMeant).or(truth)
        }
        return truth
    }
}
