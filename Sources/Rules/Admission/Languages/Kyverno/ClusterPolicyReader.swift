internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads the rules with `validate.cel` of a Kyverno ClusterPolicy or Policy.
struct ClusterPolicyReader: KyvernoReader {
    let object: KubernetesDocuments.Object
    private let exceptions: KyvernoExceptions
    var diagnostics: [Diagnostic] = []
    private var failureAction = PolicyBinding.Action.audit
    private var failurePolicy = AdmissionPolicy.FailurePolicy.fail

    static let specKeys = [
        "rules", "validationFailureAction", "validationFailureActionOverrides", "background", "failurePolicy",
        "webhookTimeoutSeconds", "applyRules", "admission", "emitWarning", "webhookConfiguration", "schemaValidation",
        "mutateExistingOnPolicyUpdate", "generateExisting", "generateExistingOnPolicyUpdate", "useServerSideApply",
    ]

    init(object: KubernetesDocuments.Object, exceptions: KyvernoExceptions) {
        self.object = object
        self.exceptions = exceptions
    }

    mutating func policies(spec node: Node) -> [AdmissionPolicy] {
        var spec = YAMLFields(node, in: object.text, known: Self.specKeys, what: "the spec")
        if spec.string("validationFailureAction").lowercased() == "enforce" { failureAction = .deny }
        failurePolicy = spec.word("failurePolicy") ?? .fail
        let rules = spec.value("rules")?.sequence.map(Array.init) ?? []
        if rules.isEmpty { spec.fault(at: node, "'rules' is missing or empty") }
        diagnostics += spec.diagnostics
        let controllers = controllers(rules)
        return rules.flatMap { policies(of: $0, controllers) }
    }

    /// The kinds that rules about Pods are made for as well; none where Kyverno makes none.
    private func controllers(_ rules: [Node]) -> [String] {
        let annotation = object.node["metadata"]?["annotations"]?["pod-policies.kyverno.io/autogen-controllers"]
        let written = annotation?.scalar?.string ?? "all"
        if written == "none" { return [] }
        for rule in rules {
            for side in [rule["match"], rule["exclude"]] {
                guard let side else { continue }
                let filters = (side["any"]?.sequence ?? side["all"]?.sequence).map(Array.init) ?? [side]
                for filter in filters where !Self.allowsAutogen(filter["resources"]) { return [] }
            }
        }
        return written.split(separator: ",").map { String($0) }
    }

    private static func allowsAutogen(_ resources: Node?) -> Bool {
        guard let resources else { return true }
        let kinds = resources["kinds"]?.sequence?.compactMap { $0.scalar?.string } ?? []
        let pods = kinds.filter { KindSelector($0).kind == "Pod" }
        return resources["name"] == nil && resources["names"] == nil && resources["selector"] == nil
            && resources["annotations"] == nil && (pods.isEmpty || kinds.count == 1)
    }

    private mutating func policies(of rule: Node, _ controllers: [String]) -> [AdmissionPolicy] {
        var fields = YAMLFields(
            rule, in: object.text,
            known: [
                "name", "match", "exclude", "celPreconditions", "validate", "skipBackgroundRequests",
                "reportProperties",
                "context", "preconditions", "mutate", "generate", "verifyImages", "imageExtractors",
            ], what: "a rule")
        let name = fields.string("name", required: true)
        guard let validate = fields.value("validate"), let cel = validate["cel"] else {
            let other = ["mutate", "generate", "verifyImages"].first { fields.value($0) != nil }
            fields.fault(
                at: other.flatMap { fields.value($0) } ?? fields.value("validate") ?? rule,
                other.map { "a rule that does '\($0)' finds nothing; only rules with 'validate.cel' are read" }
                    ?? "only 'validate.cel' is read; write the condition as a CEL expression")
            diagnostics += fields.diagnostics
            return []
        }
        for key in ["context", "preconditions"] {
            if let written = fields.value(key) {
                fields.fault(at: written, "'\(key)' is not CEL; use 'celPreconditions' or 'variables'")
            }
        }
        var check = YAMLFields(
            validate, in: object.text,
            known: ["cel", "message", "failureAction", "failureActionOverrides", "allowExistingViolations"],
            what: "validate")
        var action = failureAction
        switch check.string("failureAction").lowercased() {
        case "enforce": action = .deny
        case "audit": action = .audit
        default: break
        }
        guard let matchNode = fields.value("match") else {
            fields.fault(at: rule, "'match' is missing")
            diagnostics += fields.diagnostics + check.diagnostics
            return []
        }
        var matcher = KyvernoMatchReader(object.text)
        var match = KyvernoMatch()
        match.match = matcher.filters(matchNode, what: "match")
        if let written = fields.value("exclude"), written.null == nil {
            match.exclude = [matcher.filters(written, what: "exclude")]
        }
        match.exclude += exceptions.exclusions(policy: object.name, rule: name)
        if object.kind == "Policy" {
            match.namespace = object.node["metadata"]?["namespace"]?.scalar?.string ?? "default"
        }
        diagnostics += fields.diagnostics + check.diagnostics + matcher.diagnostics
        guard (fields.diagnostics + check.diagnostics + matcher.diagnostics).allSatisfy({ $0.severity != .error })
        else {
            return []
        }
        let body = (cel, fields.value("celPreconditions"))
        var policies = policy(name, match, body, action, rewrite: { $0 }).map { [$0] } ?? []
        guard !policies.isEmpty else { return [] }
        let isAboutPods = match.match.filters.contains {
            $0.kinds.contains { $0.kind == "Pod" && $0.subresource.isEmpty }
        }
        guard isAboutPods, !controllers.isEmpty else { return policies }
        for target in Autogen.targets(controllers) {
            let shifted = Self.shift(match, to: target.kinds)
            let made = policy("\(target.prefix)-\(name)", shifted, body, action) {
                Autogen.rewrite($0, for: target, keepsNames: false)
            }
            if let made { policies.append(made) }
        }
        return policies
    }

    /// The same rule about other kinds than Pods.
    private static func shift(_ match: KyvernoMatch, to kinds: [String]) -> KyvernoMatch {
        func shift(_ filters: KyvernoMatch.Filters) -> KyvernoMatch.Filters {
            var filters = filters
            for position in filters.filters.indices
            where filters.filters[position].kinds.contains(where: { $0.kind == "Pod" }) {
                filters.filters[position].kinds = kinds.map { KindSelector($0) }
            }
            return filters
        }
        var shifted = match
        shifted.match = shift(match.match)
        shifted.exclude = match.exclude.map(shift)
        return shifted
    }

    private mutating func policy(
        _ rule: String, _ match: KyvernoMatch, _ body: (cel: Node, preconditions: Node?),
        _ action: PolicyBinding.Action,
        rewrite: @escaping (String) -> String
    ) -> AdmissionPolicy? {
        var cel = YAMLFields(
            body.cel, in: object.text,
            known: ["expressions", "variables", "auditAnnotations", "paramKind", "paramRef", "generate"], what: "cel")
        let paramKind = cel.value("paramKind").map {
            GroupVersionKind(
                apiVersion: $0["apiVersion"]?.scalar?.string ?? "", kind: $0["kind"]?.scalar?.string ?? "")
        }
        var binding = PolicyBinding(
            name: object.name, policyName: object.name, actions: [action], file: object.text.file, line: object.line)
        if let written = cel.value("paramRef") {
            var reader = ParamRefReader(object.text)
            binding.paramRef = reader.read(written, defaultAction: "Deny")
            cel.diagnostics += reader.diagnostics
        }
        var reader = PolicyBodyReader(object.text, hasParameters: paramKind != nil)
        reader.rewrite = rewrite
        var keys = PolicyBodyReader.Keys()
        keys.validations = "expressions"
        let policy = reader.policy(
            named: object.name, origin: object.kind == "Policy" ? .kyvernoPolicy : .kyvernoClusterPolicy,
            line: object.line, selection: match, spec: cel, keys: keys, conditions: body.preconditions)
        let found = cel.diagnostics + reader.diagnostics
        // What a rule made of another gets wrong was wrong there already, or is wrong only there.
        let isMade = rule.hasPrefix("autogen-")
        diagnostics +=
            isMade
            ? found.map {
                Diagnostic(.warning, file: $0.file, line: $0.line, column: $0.column, message: "\(rule): \($0.message)")
            } : found
        guard var policy, !found.contains(where: { $0.severity == .error }) else { return nil }
        policy.rule = rule
        policy.paramKind = paramKind
        policy.failurePolicy = failurePolicy
        policy.ownBinding = binding
        return policy
    }
}
