internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads a ValidatingAdmissionPolicy (`admissionregistration.k8s.io/v1`, `v1beta1`, `v1alpha1`).
struct ValidatingAdmissionPolicyReader {
    private let object: KubernetesDocuments.Object
    private var expressions: ExpressionReader
    private var diagnostics: [Diagnostic] = []

    init(_ object: KubernetesDocuments.Object) {
        self.object = object
        expressions = ExpressionReader(object.text)
    }

    static let specKeys = [
        "paramKind", "matchConstraints", "validations", "failurePolicy", "auditAnnotations", "matchConditions",
        "variables",
    ]
    static let reasons = ["Unauthorized", "Forbidden", "Invalid", "RequestEntityTooLarge"]

    /// Reads an object.
    ///
    /// - Parameters:
    ///   - object: the object.
    ///   - diagnostics: what is wrong with it; a policy with a fault is left out.
    /// - Returns: the policy; nil where it is faulty.
    static func read(
        _ object: KubernetesDocuments.Object, diagnostics: inout [Diagnostic]
    ) -> AdmissionPolicy? {
        var reader = ValidatingAdmissionPolicyReader(object)
        let policy = reader.policy()
        let found = reader.diagnostics + reader.expressions.diagnostics
        diagnostics += found
        return found.contains { $0.severity == .error } ? nil : policy
    }

    private mutating func policy() -> AdmissionPolicy? {
        var top = YAMLFields(
            object.node, in: object.text, known: ["apiVersion", "kind", "metadata", "spec", "status"],
            what: "a ValidatingAdmissionPolicy")
        object.checkName(&top)
        guard let node = top.value("spec") else {
            top.fault(at: object.node, "'spec' is missing")
            diagnostics += top.diagnostics
            return nil
        }
        diagnostics += top.diagnostics
        var spec = YAMLFields(node, in: object.text, known: Self.specKeys, what: "the spec")
        defer { diagnostics += spec.diagnostics }
        let paramKind = spec.value("paramKind").flatMap { readParamKind($0) }
        var matcher = MatchResourcesReader(object.text)
        matcher.isStrict = true
        let constraints: MatchResources
        if let written = spec.value("matchConstraints"), written.null == nil {
            constraints = matcher.read(written, what: "matchConstraints")
            if constraints.resourceRules.isEmpty {
                spec.fault(at: written, "'matchConstraints' needs at least one of 'resourceRules'")
            }
        } else {
            constraints = MatchResources()
            spec.fault(at: node, "'matchConstraints' is missing")
        }
        diagnostics += matcher.diagnostics
        let failurePolicy: AdmissionPolicy.FailurePolicy? = spec.word("failurePolicy")
        var body = PolicyBodyReader(object.text, hasParameters: paramKind != nil)
        body.limits = PolicyLimits(policyName: object.name)
        body.conditionsSeeVariables = false
        guard
            var policy = body.policy(
                named: object.name, origin: .validatingAdmissionPolicy, line: object.line,
                selection: constraints, spec: spec)
        else {
            diagnostics += body.diagnostics
            return nil
        }
        if policy.validations.isEmpty, policy.auditAnnotations.isEmpty, body.diagnostics.isEmpty {
            spec.fault(at: node, "'validations' or 'auditAnnotations' must have an entry")
        }
        diagnostics += body.diagnostics
        policy.paramKind = paramKind
        policy.failurePolicy = failurePolicy ?? .fail
        return policy
    }

    private mutating func readParamKind(_ node: Node) -> GroupVersionKind? {
        if node.null != nil { return nil }
        var fields = YAMLFields(node, in: object.text, known: ["apiVersion", "kind"], what: "paramKind")
        let kind = GroupVersionKind(
            apiVersion: fields.string("apiVersion", required: true), kind: fields.string("kind", required: true))
        let (version, word) = (fields.string("apiVersion"), kind.kind)
        for fault in version.isEmpty ? [] : PolicyLimits.groupVersionFaults(version) {
            fields.fault(at: fields.value("apiVersion"), "'\(version)': \(fault)")
        }
        for fault in word.isEmpty ? [] : PolicyLimits.kindFaults(word) {
            fields.fault(at: fields.value("kind"), "'\(word)': \(fault)")
        }
        diagnostics += fields.diagnostics
        return kind
    }
}

extension KubernetesDocuments.Object {
    /// Says what is wrong with the object's name, by the API server's rule for policies and bindings.
    func checkName(_ top: inout YAMLFields) {
        let place = top.value("metadata")?["name"] ?? top.value("metadata") ?? node
        if name.isEmpty {
            top.fault(at: place, "'metadata.name' is missing")
            return
        }
        for fault in NameRule.dns1123Subdomain.faults(name) { top.fault(at: place, "the name '\(name)': \(fault)") }
    }
}
