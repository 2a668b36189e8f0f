internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Kyverno's policies in CEL: `validate.cel` of ClusterPolicy and Policy, and ValidatingPolicy, with their exceptions.
enum KyvernoLanguage: PolicyLanguage {
    static func takes(_ object: KubernetesDocuments.Object) -> Bool {
        switch object.group {
        case "kyverno.io":
            ["ClusterPolicy", "Policy", "PolicyException", "CleanupPolicy", "ClusterCleanupPolicy"].contains(
                object.kind)
        case "policies.kyverno.io": true
        default: false
        }
    }

    static func read(_ objects: [KubernetesDocuments.Object], into files: inout PolicyFiles) {
        let mine = objects.filter(takes)
        let exceptions = KyvernoExceptions(
            mine.filter { $0.kind == "PolicyException" }, diagnostics: &files.diagnostics)
        for object in mine where object.kind != "PolicyException" {
            switch (object.group, object.kind) {
            case ("kyverno.io", "ClusterPolicy"), ("kyverno.io", "Policy"):
                files.policies += ClusterPolicyReader.read(object, exceptions, diagnostics: &files.diagnostics)
            case (_, "ValidatingPolicy"), (_, "NamespacedValidatingPolicy"):
                files.policies += ValidatingPolicyReader.read(object, exceptions, diagnostics: &files.diagnostics)
            default:
                files.diagnostics.append(
                    object.text.fault(
                        at: object.node["kind"] ?? object.node,
                        "objects of Kyverno's kind \(object.kind) refuse nothing by an object's content alone; "
                            + "only ClusterPolicy and Policy with 'validate.cel', and ValidatingPolicy, are read"))
            }
        }
    }
}

/// Kyverno's PolicyExceptions.
struct KyvernoExceptions {
    private var filters: [(policies: [(name: String, rules: [Wildcard])], filters: KyvernoMatch.Filters)] = []
    /// Conditions in CEL under which a policy is not asked, by the policy's kind and name.
    private(set) var conditions: [String: [String]] = [:]
    /// What a policy is to let pass under conditions, by the policy's kind and name.
    private(set) var allowances: [String: [Allowance]] = [:]

    /// Images and values that an exception lets pass: the policy itself looks for them in `exceptions`.
    struct Allowance {
        var condition: String
        var images: [String]
        var values: [String]

        init(_ condition: String, images: [String], values: [String]) {
            self.condition = condition
            self.images = images
            self.values = values
        }
    }

    /// The expression of `exceptions`: the images and values of all exceptions whose conditions are true.
    static func lists(_ allowances: [Allowance], _ rewrite: (String) -> String) -> String {
        func list(_ part: KeyPath<Allowance, [String]>) -> String {
            allowances.map { allowance in
                let texts = allowance[keyPath: part].map { CELLiteral.text($0) }.joined(separator: ", ")
                return "(\(rewrite(allowance.condition)) ? [\(texts)] : [])"
            }.joined(separator: " + ")
        }
        return "{'allowedImages': \(list(\.images)), 'allowedValues': \(list(\.values))}"
    }

    init(_ objects: [KubernetesDocuments.Object], diagnostics: inout [Diagnostic]) {
        for object in objects {
            guard let spec = object.node["spec"] else { continue }
            if object.group == "policies.kyverno.io" {
                var fields = YAMLFields(
                    spec, in: object.text,
                    known: [
                        "policyRefs", "matchConditions", "images", "allowedValues", "reportResult", "expiresAt",
                        "properties", "evaluationMode",
                    ],
                    what: "the spec")
                let written = (fields.value("matchConditions")?.sequence.map(Array.init) ?? []).compactMap {
                    $0["expression"]?.scalar?.string
                }
                let (images, values) = (fields.strings("images"), fields.strings("allowedValues"))
                diagnostics += fields.diagnostics
                let expiry = fields.string("expiresAt")
                if !expiry.isEmpty, TypedJSON.timestamp(expiry) == nil {
                    fields.fault(at: fields.value("expiresAt"), "'\(expiry)' is no moment of RFC 3339")
                    diagnostics += fields.diagnostics.suffix(1)
                    continue
                }
                let time = PolicyValues.Slot.requestTime.rawValue
                let parts =
                    (expiry.isEmpty ? [] : ["(\(time) <= timestamp(\(CELLiteral.text(expiry))))"])
                    + written.map { "(\($0))" }
                // Without conditions the exception is for everything.
                let condition = parts.isEmpty ? "true" : parts.joined(separator: " && ")
                for reference in fields.value("policyRefs")?.sequence.map(Array.init) ?? [] {
                    guard let name = reference["name"]?.scalar?.string else { continue }
                    let policy = Self.key(reference["kind"]?.scalar?.string ?? "", name)
                    if images.isEmpty, values.isEmpty {
                        conditions[policy, default: []].append("!(\(condition))")
                    } else {
                        allowances[policy, default: []].append(Allowance(condition, images: images, values: values))
                    }
                }
                continue
            }
            var fields = YAMLFields(
                spec, in: object.text, known: ["exceptions", "match", "background", "conditions", "podSecurity"],
                what: "the spec")
            if let written = fields.value("conditions") {
                fields.fault(at: written, "'conditions' of exceptions are not read: they are not CEL")
            }
            diagnostics += fields.diagnostics
            guard let match = fields.value("match") else { continue }
            var reader = KyvernoMatchReader(object.text)
            let found = reader.filters(match, what: "match")
            diagnostics += reader.diagnostics
            let policies = (fields.value("exceptions")?.sequence.map(Array.init) ?? []).map { entry in
                (
                    name: entry["policyName"]?.scalar?.string ?? "",
                    rules: (entry["ruleNames"]?.sequence.map(Array.init) ?? []).compactMap { $0.scalar?.string }
                        .map { Wildcard($0) }
                )
            }
            filters.append((policies, found))
        }
    }

    /// How a policy is named by exceptions: those for a policy of another kind are none of its own.
    static func key(_ kind: String, _ name: String) -> String { "\(kind)/\(name)" }

    /// What a rule is not about.
    func exclusions(policy: String, rule: String) -> [KyvernoMatch.Filters] {
        filters.filter { entry in
            entry.policies.contains { $0.name == policy && $0.rules.contains { $0.matches(rule) } }
        }.map(\.filters)
    }
}
