internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads `matchConstraints` and `matchResources`.
struct MatchResourcesReader {
    let text: YAMLText
    var diagnostics: [Diagnostic] = []
    /// Whether a rule that names no groups, versions or operations is about all of them, as to Kyverno's command line; the API
    /// server refuses it.
    var fillsIn = false
    /// Whether rules that the API server refuses because they say a thing twice are faults.
    var isStrict = false

    init(_ text: YAMLText) { self.text = text }

    private static let keys = [
        "namespaceSelector", "objectSelector", "resourceRules", "excludeResourceRules", "matchPolicy",
    ]

    mutating func read(_ node: Node, what: String) -> MatchResources {
        var fields = YAMLFields(node, in: text, known: Self.keys, what: what)
        var found = MatchResources()
        if let selector = fields.value("namespaceSelector") { found.namespaceSelector = self.selector(selector) }
        if let selector = fields.value("objectSelector") { found.objectSelector = self.selector(selector) }
        found.resourceRules = rules(fields.value("resourceRules"))
        found.excludeResourceRules = rules(fields.value("excludeResourceRules"))
        switch fields.string("matchPolicy") {
        case "", "Equivalent": break
        case "Exact": found.matchesEquivalents = false
        default: fields.fault(at: fields.value("matchPolicy"), "'matchPolicy' is Equivalent or Exact")
        }
        diagnostics += fields.diagnostics
        return found
    }

    private mutating func rules(_ node: Node?) -> [ResourceRule] {
        guard let node, node.null == nil else { return [] }
        guard let elements = node.sequence else {
            diagnostics.append(text.fault(at: node, "must be a list of rules"))
            return []
        }
        return elements.map { rule($0) }
    }

    private mutating func rule(_ node: Node) -> ResourceRule {
        var fields = YAMLFields(
            node, in: text,
            known: ["apiGroups", "apiVersions", "resources", "operations", "scope", "resourceNames"],
            what: "a resource rule")
        var rule = ResourceRule()
        rule.apiGroups = fields.strings("apiGroups")
        rule.apiVersions = fields.strings("apiVersions")
        rule.resources = fields.strings("resources")
        rule.operations = fields.strings("operations")
        rule.resourceNames = fields.strings("resourceNames")
        if fillsIn {
            if rule.apiGroups.isEmpty { rule.apiGroups = ["*"] }
            if rule.apiVersions.isEmpty { rule.apiVersions = ["*"] }
            if rule.operations.isEmpty { rule.operations = ["*"] }
        }
        for (key, values) in [
            ("apiGroups", rule.apiGroups), ("apiVersions", rule.apiVersions), ("resources", rule.resources),
            ("operations", rule.operations),
        ] where values.isEmpty {
            fields.fault(at: fields.value(key) ?? node, "a resource rule needs '\(key)'")
        }
        for operation in rule.operations
        where operation != "*" && AdmissionRequest.Operation(rawValue: operation) == nil {
            fields.fault(
                at: fields.value("operations"),
                "'\(operation)' is no operation; it is one of CREATE, UPDATE, DELETE, CONNECT, *"
                    + Spelling.hint(for: operation, among: AdmissionRequest.Operation.allCases.map(\.rawValue)))
        }
        if isStrict { RuleLimits.check(rule, at: node, &fields) }
        if let scope: ResourceRule.Scope = fields.word("scope") { rule.scope = scope }
        diagnostics += fields.diagnostics
        return rule
    }

    /// Reads a `metav1.LabelSelector`.
    mutating func selector(_ node: Node) -> LabelSelector {
        var selector = LabelSelector()
        if node.null != nil { return selector }
        var fields = YAMLFields(node, in: text, known: ["matchLabels", "matchExpressions"], what: "a label selector")
        if let labels = fields.value("matchLabels"), labels.null == nil {
            guard let mapping = labels.mapping else {
                fields.fault(at: labels, "'matchLabels' must be a mapping")
                diagnostics += fields.diagnostics
                return selector
            }
            for (key, value) in mapping.sorted(by: { ($0.key.string ?? "") < ($1.key.string ?? "") }) {
                guard let text = value.scalar?.string, !value.isPlainWordOfAnotherType else {
                    fields.fault(at: value, "the value of a label must be a text: put it in quotes")
                    continue
                }
                if isStrict { check(label: key.scalar?.string ?? "", at: key, values: [text], at: value, &fields) }
                selector.requirements.append(
                    LabelSelector.Requirement(key: key.scalar?.string ?? "", operator: .isIn, values: [text]))
            }
        }
        for element in fields.value("matchExpressions")?.sequence.map(Array.init) ?? [] {
            var inner = YAMLFields(element, in: text, known: ["key", "operator", "values"], what: "a match expression")
            let key = inner.string("key", required: true)
            let values = inner.strings("values")
            if isStrict, !key.isEmpty {
                check(label: key, at: inner.value("key"), values: values, at: inner.value("values"), &inner)
            }
            if let word: LabelSelector.Operator = inner.word("operator", required: true) {
                let takesValues = word == .isIn || word == .isNotIn
                if takesValues == values.isEmpty {
                    inner.fault(
                        at: element, "'\(word.rawValue)' \(takesValues ? "needs" : "takes no") 'values'")
                }
                selector.requirements.append(LabelSelector.Requirement(key: key, operator: word, values: values))
            }
            diagnostics += inner.diagnostics
        }
        diagnostics += fields.diagnostics
        return selector
    }

    /// Says what is wrong with a label and its values.
    ///
    /// As `ValidateLabelSelector` does; Kyverno's selectors have wildcards.
    private func check(
        label: String, at place: Node?, values: [String], at valuePlace: Node?, _ fields: inout YAMLFields
    ) {
        for fault in NameRule.qualifiedNameFaults(label) {
            fields.fault(at: place, "the label '\(label)': \(fault)")
        }
        for value in values {
            for fault in NameRule.labelValue.faults(value) {
                fields.fault(at: valuePlace, "the value '\(value)': \(fault)")
            }
        }
    }
}
