internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads a Kyverno ValidatingPolicy (`policies.kyverno.io`), which is a ValidatingAdmissionPolicy with more around it.
struct ValidatingPolicyReader: KyvernoReader {
    let object: KubernetesDocuments.Object
    private let exceptions: KyvernoExceptions
    var diagnostics: [Diagnostic] = []

    static let specKeys = [
        "matchConstraints", "matchConditions", "variables", "validations", "failurePolicy", "auditAnnotations",
        "validationActions", "validationAction", "evaluation", "autogen", "webhookConfiguration", "generation",
    ]

    init(object: KubernetesDocuments.Object, exceptions: KyvernoExceptions) {
        self.object = object
        self.exceptions = exceptions
    }

    mutating func policies(spec node: Node) -> [AdmissionPolicy] {
        var spec = YAMLFields(node, in: object.text, known: Self.specKeys, what: "the spec")
        if let mode = node["evaluation"]?["mode"], let word = mode.scalar?.string, word != "Kubernetes" {
            spec.fault(at: mode, "the evaluation mode '\(word)' is about no Kubernetes requests")
        }
        var matcher = MatchResourcesReader(object.text)
        matcher.fillsIn = true
        var constraints = MatchResources()
        if let written = spec.value("matchConstraints"), written.null == nil {
            constraints = matcher.read(written, what: "matchConstraints")
        } else {
            spec.fault(at: node, "'matchConstraints' is missing")
        }
        let failurePolicy: AdmissionPolicy.FailurePolicy? = spec.word("failurePolicy")
        let words = spec.strings("validationActions") + spec.strings("validationAction")
        var actions = words.compactMap { PolicyBinding.Action(rawValue: $0) }
        if actions.isEmpty { actions = [.deny] }
        let faults = spec.diagnostics + matcher.diagnostics
        diagnostics += faults
        guard !faults.contains(where: { $0.severity == .error }) else { return [] }
        var namespace = ""
        if object.kind == "NamespacedValidatingPolicy" {
            namespace = object.node["metadata"]?["namespace"]?.scalar?.string ?? "default"
        }
        let own = policy("", constraints, spec, namespace) { $0 }
        var made: [AdmissionPolicy] = own.map { [$0] } ?? []
        if !made.isEmpty, Self.isAboutPodsOnly(constraints) {
            for target in Autogen.targets(controllers(node)) {
                let shifted = Self.shift(constraints, to: target.kinds)
                let policy = policy(target.prefix, shifted, spec, namespace) {
                    Autogen.rewrite($0, for: target, keepsNames: true)
                }
                if let policy { made.append(policy) }
            }
        }
        return made.map { policy in
            var policy = policy
            policy.failurePolicy = failurePolicy ?? .fail
            policy.ownBinding = PolicyBinding(
                name: object.name, policyName: object.name, actions: actions, file: object.text.file, line: object.line)
            return policy
        }
    }

    private func controllers(_ spec: Node) -> [String] {
        // Replication controllers are not among those that a ValidatingPolicy is made for.
        let all = ["daemonsets", "deployments", "jobs", "replicasets", "statefulsets", "cronjobs"]
        let configured = spec["autogen"] ?? spec["generation"]
        guard let written = configured?["podControllers"]?["controllers"]?.sequence else { return all }
        return written.compactMap { $0.scalar?.string }
    }

    /// Whether a policy is about Pods and nothing else, which is when Kyverno makes others of it.
    private static func isAboutPodsOnly(_ constraints: MatchResources) -> Bool {
        guard constraints.namespaceSelector.isEmpty, constraints.objectSelector.isEmpty,
            constraints.excludeResourceRules.isEmpty, constraints.resourceRules.count == 1
        else { return false }
        let rule = constraints.resourceRules[0]
        return rule.resourceNames.isEmpty && rule.apiGroups == [""] && rule.apiVersions == ["v1"]
            && rule.resources == ["pods"]
    }

    private static func shift(_ constraints: MatchResources, to kinds: [String]) -> MatchResources {
        var shifted = constraints
        shifted.resourceRules = kinds.compactMap { APIResources.entries(named: $0).first }.map { entry in
            var rule = constraints.resourceRules[0]
            rule.apiGroups = [entry.group]
            rule.resources = [entry.resource]
            return rule
        }
        return shifted
    }

    /// Says why a function of Kyverno's is not there.
    private static func explained(_ fault: Diagnostic) -> Diagnostic {
        let absent = ["image", "http", "globalContext", "Post", "time"]
        guard absent.contains(where: { fault.message.hasPrefix("undeclared reference to '\($0)'") }) else {
            return fault
        }
        var fault = fault
        fault.message +=
            ": what asks a registry, a server or a clock is not supported; use resource.Get of what the inventory has"
        return fault
    }

    private mutating func policy(
        _ rule: String, _ constraints: MatchResources, _ spec: YAMLFields, _ namespace: String,
        rewrite: @escaping (String) -> String
    ) -> AdmissionPolicy? {
        var reader = PolicyBodyReader(object.text, hasParameters: false)
        reader.rewrite = rewrite
        reader.libraries = KyvernoLibrary.libraries
        reader.extraVariables = KyvernoLibrary.variables
        reader.allowsDynamicTruth = true
        // Kyverno judges them before it has the variables.
        reader.conditionsSeeVariables = false
        var keys = PolicyBodyReader.Keys()
        keys.validation.append("identifier")
        let selection: any RequestSelection =
            namespace.isEmpty ? constraints : NamespacedSelection(inner: constraints, namespace: namespace)
        let policy = reader.policy(
            named: object.name, origin: .kyvernoValidatingPolicy, line: object.line, selection: selection, spec: spec,
            keys: keys, exceptions: exceptions.conditions[KyvernoExceptions.key(object.kind, object.name)] ?? [])
        let found = reader.diagnostics.map(Self.explained)
        diagnostics +=
            rule.isEmpty
            ? found
            : found.map {
                Diagnostic(.warning, file: $0.file, line: $0.line, column: $0.column, message: "\(rule): \($0.message)")
            }
        guard var policy, !found.contains(where: { $0.severity == .error }) else { return nil }
        policy.rule = rule
        let allowances = exceptions.allowances[KyvernoExceptions.key(object.kind, object.name)] ?? []
        if !allowances.isEmpty {
            policy.allowances = reader.lists(
                KyvernoExceptions.lists(allowances, rewrite), at: spec.node, in: policy.variables.environment)
            diagnostics += reader.diagnostics.dropFirst(found.count)
        }
        return policy
    }
}

/// A selection within one namespace.
struct NamespacedSelection: RequestSelection {
    var inner: MatchResources
    var namespace: String

    func match(_ request: AdmissionRequest, _ inventory: PolicyInventory) -> RequestMatch {
        request.namespace == namespace && !request.isForNamespace ? inner.match(request, inventory) : .no
    }

    var resources: Set<String>? { inner.resources }
}
