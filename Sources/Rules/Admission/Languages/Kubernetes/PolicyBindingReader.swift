internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads a ValidatingAdmissionPolicyBinding.
struct PolicyBindingReader {
    private let object: KubernetesDocuments.Object
    private var diagnostics: [Diagnostic] = []

    private init(_ object: KubernetesDocuments.Object) { self.object = object }

    /// Reads an object.
    static func read(_ object: KubernetesDocuments.Object, diagnostics: inout [Diagnostic]) -> PolicyBinding? {
        var reader = PolicyBindingReader(object)
        let binding = reader.binding()
        diagnostics += reader.diagnostics
        return reader.diagnostics.contains { $0.severity == .error } ? nil : binding
    }

    private mutating func binding() -> PolicyBinding? {
        var top = YAMLFields(
            object.node, in: object.text, known: ["apiVersion", "kind", "metadata", "spec"],
            what: "a ValidatingAdmissionPolicyBinding")
        object.checkName(&top)
        guard let node = top.value("spec") else {
            top.fault(at: object.node, "'spec' is missing")
            diagnostics += top.diagnostics
            return nil
        }
        var spec = YAMLFields(
            node, in: object.text, known: ["policyName", "paramRef", "matchResources", "validationActions"],
            what: "the spec")
        let policyName = spec.string("policyName", required: true)
        for fault in policyName.isEmpty ? [] : NameRule.dns1123Subdomain.faults(policyName) {
            spec.fault(at: spec.value("policyName"), "'policyName' '\(policyName)': \(fault)")
        }
        var actions: [PolicyBinding.Action] = []
        for word in spec.strings("validationActions") {
            if let action = PolicyBinding.Action(rawValue: word) {
                if actions.contains(action) {
                    spec.fault(at: spec.value("validationActions"), "'\(word)' stands twice in 'validationActions'")
                }
                actions.append(action)
            } else {
                spec.fault(
                    at: spec.value("validationActions"),
                    "'\(word)' is no validation action; it is one of Deny, Warn, Audit"
                        + Spelling.hint(for: word, among: PolicyBinding.Action.allCases.map(\.rawValue)))
            }
        }
        if actions.isEmpty, object.apiVersion.hasSuffix("/v1alpha1") {
            // The first version had no actions: every violation was refused.
            actions = [.deny]
        } else if actions.isEmpty {
            spec.fault(at: spec.value("validationActions") ?? node, "'validationActions' is missing or empty")
        } else if actions.contains(.deny), actions.contains(.warn) {
            spec.fault(at: spec.value("validationActions"), "'Deny' and 'Warn' may not be used together")
        }
        var binding = PolicyBinding(
            name: object.name, policyName: policyName, actions: actions, file: object.text.file, line: object.line)
        if let written = spec.value("matchResources"), written.null == nil {
            var matcher = MatchResourcesReader(object.text)
            matcher.isStrict = true
            binding.matchResources = matcher.read(written, what: "matchResources")
            diagnostics += matcher.diagnostics
        }
        if let written = spec.value("paramRef"), written.null == nil {
            var reader = ParamRefReader(object.text)
            // The first version knows no such field and refuses.
            let isFirst = object.apiVersion.hasSuffix("/v1alpha1")
            binding.paramRef = reader.read(written, defaultAction: isFirst ? "Deny" : nil)
            diagnostics += reader.diagnostics
        }
        diagnostics += top.diagnostics + spec.diagnostics
        return binding
    }
}
