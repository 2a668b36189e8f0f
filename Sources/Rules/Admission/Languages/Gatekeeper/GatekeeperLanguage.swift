internal import BoundedYAML
internal import CEL
internal import JSONView
internal import SecurityEvents
internal import Yams

/// Gatekeeper's ConstraintTemplates in CEL (`K8sNativeValidation`) and the constraints that use them.
enum GatekeeperLanguage: PolicyLanguage {
    static func takes(_ object: KubernetesDocuments.Object) -> Bool {
        object.group == "templates.gatekeeper.sh" || object.group == "constraints.gatekeeper.sh"
    }

    static func read(_ objects: [KubernetesDocuments.Object], into files: inout PolicyFiles) {
        var templates: [String: KubernetesDocuments.Object] = [:]
        for object in objects where object.group == "templates.gatekeeper.sh" {
            guard let kind = object.node["spec"]?["crd"]?["spec"]?["names"]?["kind"]?.scalar?.string else {
                files.diagnostics.append(
                    object.text.fault(at: object.node, "'spec.crd.spec.names.kind' is missing"))
                continue
            }
            templates[kind] = object
        }
        var used: Set<String> = []
        for object in objects where object.group == "constraints.gatekeeper.sh" {
            guard let template = templates[object.kind] else {
                files.diagnostics.append(
                    object.text.fault(
                        at: object.node,
                        "there is no ConstraintTemplate for '\(object.kind)' among the files"
                            + Spelling.hint(for: object.kind, among: templates.keys)))
                continue
            }
            used.insert(object.kind)
            if let policy = ConstraintReader.read(object, of: template, diagnostics: &files.diagnostics) {
                files.policies.append(policy)
            }
        }
        // A template without constraints refuses nothing; it is still checked.
        for (kind, template) in templates.sorted(by: { $0.key < $1.key }) where !used.contains(kind) {
            ConstraintReader.check(template, diagnostics: &files.diagnostics)
            files.diagnostics.append(
                template.text.fault(
                    .warning, at: template.node, "no constraint uses the template '\(kind)': it refuses nothing"))
        }
    }
}

/// Makes a policy of a constraint and its template.
struct ConstraintReader {
    private static let engine = "K8sNativeValidation"

    /// Variables that Gatekeeper defines for each template.
    private static let builtIn = [
        (
            name: "anyObject",
            expression:
                #"has(request.operation) && request.operation == "DELETE" && object == null ? oldObject : object"#
        ),
        (
            name: "params",
            expression: "!has(params.spec) ? null : !has(params.spec.parameters) ? null: params.spec.parameters"
        ),
    ]

    static func read(
        _ constraint: KubernetesDocuments.Object, of template: KubernetesDocuments.Object,
        diagnostics: inout [Diagnostic]
    ) -> AdmissionPolicy? {
        guard let body = body(of: template, diagnostics: &diagnostics) else { return nil }
        var reader = GatekeeperMatchReader(constraint.text)
        let spec = constraint.node["spec"]
        let match = reader.read(spec?["match"])
        diagnostics += reader.diagnostics
        guard let document = Self.document(of: constraint, template), reader.diagnostics.isEmpty else { return nil }
        var policy = body
        policy.selection = match
        policy.file = constraint.text.file
        policy.line = constraint.line
        policy.name = constraint.kind
        policy.ownParameter = InventoryObject(document)
        let actions = actions(of: spec)
        // A constraint that acts at other places only does nothing at admission.
        guard !actions.isEmpty else { return nil }
        policy.ownBinding = PolicyBinding(
            name: constraint.name, policyName: constraint.kind, actions: actions, file: constraint.text.file,
            line: constraint.line)
        return policy
    }

    /// A constraint as JSON, its parameters completed by the schema of its template.
    private static func document(
        of constraint: KubernetesDocuments.Object, _ template: KubernetesDocuments.Object
    ) -> JSONDocument? {
        guard let written = try? JSONParser().parse(YAMLJSON.text(of: constraint.node)) else { return nil }
        let schema = template.node["spec"]?["crd"]?["spec"]?["validation"]?["openAPIV3Schema"]
        guard let schema, let shape = try? JSONParser().parse(YAMLJSON.text(of: schema)) else { return written }
        var writer = JSONWriter()
        withExtendedLifetime((written, shape)) {
            SchemaDefaults.write(constraint: written.root, parameters: shape.root, to: &writer)
        }
        return try? JSONParser().parse(writer.bytes)
    }

    /// What a constraint does at admission: its own action, or those of `scopedEnforcementActions` for the webhook.
    private static func actions(of spec: Node?) -> [PolicyBinding.Action] {
        func action(_ word: String) -> PolicyBinding.Action {
            switch word {
            case "warn": .warn
            case "dryrun": .audit
            default: .deny
            }
        }
        let word = spec?["enforcementAction"]?.scalar?.string ?? "deny"
        guard word == "scoped" else { return [action(word)] }
        let admission: Set = ["*", "validation.gatekeeper.sh", "vap.k8s.io"]
        let scoped = spec?["scopedEnforcementActions"]?.sequence.map(Array.init) ?? []
        let found = scoped.filter { entry in
            let points = entry["enforcementPoints"]?.sequence.map(Array.init) ?? []
            return points.contains { $0["name"]?.scalar.map { admission.contains($0.string) } ?? false }
        }.map { action($0["action"]?.scalar?.string ?? "deny") }
        return PolicyBinding.Action.allCases.filter(found.contains)
    }

    /// Reports what is wrong with a template.
    static func check(_ template: KubernetesDocuments.Object, diagnostics: inout [Diagnostic]) {
        _ = body(of: template, diagnostics: &diagnostics)
    }

    private static func body(
        of template: KubernetesDocuments.Object, diagnostics: inout [Diagnostic]
    ) -> AdmissionPolicy? {
        guard let target = template.node["spec"]?["targets"]?.sequence?.first else {
            diagnostics.append(template.text.fault(at: template.node, "'spec.targets' is missing"))
            return nil
        }
        let codes = target["code"]?.sequence.map(Array.init) ?? []
        guard let source = codes.first(where: { $0["engine"]?.scalar?.string == engine })?["source"] else {
            diagnostics.append(
                template.text.fault(
                    at: target, "the template is in Rego only; only the engine \(engine) (CEL) is read"))
            return nil
        }
        var fields = YAMLFields(
            source, in: template.text,
            known: ["validations", "failurePolicy", "matchCondition", "matchConditions", "variables", "generateVAP"],
            what: "the source")
        let failurePolicy: AdmissionPolicy.FailurePolicy? = fields.word("failurePolicy")
        var reader = PolicyBodyReader(template.text, hasParameters: true)
        reader.hasAuthorizer = false
        reader.builtIn = builtIn
        var keys = PolicyBodyReader.Keys()
        keys.matchConditions = fields.value("matchCondition") == nil ? "matchConditions" : "matchCondition"
        keys.validation = ["expression", "message", "messageExpression"]
        let policy = reader.policy(
            named: template.name, origin: .constraintTemplate, line: template.line, selection: MatchResources(),
            spec: fields, keys: keys)
        let found = fields.diagnostics + reader.diagnostics
        diagnostics += found
        guard var policy, !found.contains(where: { $0.severity == .error }) else { return nil }
        policy.failurePolicy = failurePolicy ?? .fail
        policy.budget = Kubernetes.perCallLimit
        return policy
    }
}
