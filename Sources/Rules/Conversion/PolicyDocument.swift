internal import CEL
internal import SecurityEvents

/// Rules in the languages that others read.
package enum RuleConversion {
    /// The variables of a policy, each of which may use those before it.
    static let variables: [(name: String, expression: String)] = [
        (
            "podSpec",
            "object.kind == 'Pod' ? object.spec : object.kind == 'CronJob' ? object.spec.jobTemplate.spec.template.spec"
                + " : object.kind == 'PodTemplate' ? object.template.spec : object.spec.template.spec"
        ),
        (
            "containers",
            "variables.podSpec.?containers.orValue([]) + variables.podSpec.?initContainers.orValue([])"
                + " + variables.podSpec.?ephemeralContainers.orValue([])"
        ),
        ("hostPathVolumes", "variables.podSpec.?volumes.orValue([]).filter(v, has(v.hostPath))"),
    ]

    /// A ValidatingAdmissionPolicy and its binding (admissionregistration.k8s.io/v1), as YAML.
    ///
    /// - Parameters:
    ///   - rule: the rule.
    ///   - lists: the lists that it uses.
    /// - Returns: two documents, with what is lost as comments before them.
    /// - Throws: why the rule cannot be a policy.
    package static func policy(_ rule: CompiledRule, lists: RuleLists) throws(PolicyConversion.Refusal) -> String {
        let converted = try PolicyConversion(rule, lists: lists)
        let name =
            "tallyman-"
            + rule.rule.name.lowercased().map { $0.isLetter && $0.isASCII || $0.isNumber && $0.isASCII ? $0 : "-" }
        let lost = converted.lost.map { "# lost: \(oneLine($0))\n" }.joined()
        let definitions = variables.map {
            "    - name: \($0.name)\n      expression: \(quoted($0.expression))\n"
        }.joined()
        return """
            # \(oneLine(rule.rule.title))
            # Made of the rule \(oneLine(rule.rule.name)) (\(rule.rule.id)). Begin with validationActions: [Warn, Audit].
            # lost: kinds of custom resources that embed Pods are not matched; those that their controllers make are
            \(lost)apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata:
              name: \(quoted(name))
              annotations:
                tallyman.dev/rule: \(quoted(rule.rule.id))
            spec:
              failurePolicy: Fail
              matchConstraints:
                resourceRules:
                  - apiGroups: [""]
                    apiVersions: ["v1"]
                    operations: ["CREATE", "UPDATE"]
                    resources: ["pods", "pods/ephemeralcontainers", "replicationcontrollers", "podtemplates"]
                  - apiGroups: ["apps"]
                    apiVersions: ["v1"]
                    operations: ["CREATE", "UPDATE"]
                    resources: ["deployments", "daemonsets", "statefulsets", "replicasets"]
                  - apiGroups: ["batch"]
                    apiVersions: ["v1"]
                    operations: ["CREATE", "UPDATE"]
                    resources: ["jobs", "cronjobs"]
              variables:
            \(definitions)  validations:
                - message: \(quoted(rule.rule.title))
                  expression: \(quoted(converted.validation))
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata:
              name: \(quoted(name))
            spec:
              policyName: \(quoted(name))
              validationActions: ["Deny"]

            """
    }

    /// The condition in CEL over the normalized event.
    package static func expression(_ rule: CompiledRule) throws(PolicyConversion.Refusal) -> String {
        guard rule.aggregation == nil else {
            throw PolicyConversion.Refusal(reason: "it counts events, which one expression cannot say")
        }
        return rule.condition.root.text + "\n"
    }

    /// A Sigma rule over Kubernetes' audit log; where selections cannot say the condition, Sigma's envelope with it in CEL.
    package static func sigma(_ rule: CompiledRule, lists: RuleLists) throws(PolicyConversion.Refusal) -> String {
        let condition = try expression(rule).dropLast()
        let about = rule.rule
        let selections: SigmaConversion?
        var text: String
        do throws(PolicyConversion.Refusal) {
            let made = try SigmaConversion(rule, lists: lists)
            selections = made
            text = made.lost.map { "# lost: \(oneLine($0))\n" }.joined()
        } catch {
            selections = nil
            text =
                "# lost: 'detection: {cel: …}' is Tallyman's; other programs read Sigma's own selections only (\(oneLine(error.reason)))\n"
        }
        text += "title: \(quoted(about.title))\nid: \(about.id)\n"
        if !about.status.isEmpty { text += "status: \(about.status)\n" }
        if !about.description.isEmpty { text += "description: \(quoted(about.description))\n" }
        if !about.tags.isEmpty { text += "tags:\n" + about.tags.map { "  - \($0)\n" }.joined() }
        text += "level: \(about.level.rawValue)\nlogsource:\n"
        let source =
            selections == nil ? about.logsource : Rule.LogSource(category: nil, product: "kubernetes", service: "audit")
        for (key, value) in [("category", source.category), ("product", source.product), ("service", source.service)] {
            if let value { text += "  \(key): \(quoted(value))\n" }
        }
        if source == Rule.LogSource() { text += "  category: application\n" }
        if let selections {
            text += selections.detection
            if !about.falsePositives.isEmpty {
                text += "falsepositives:\n" + about.falsePositives.map { "  - \(quoted($0))\n" }.joined()
            }
            return text
        }
        text +=
            "detection:\n  cel: \(quoted(String(condition)))\nmessage: \(quoted(about.title.replacing("{", with: "{{").replacing("}", with: "}}")))\n"
        if !about.falsePositives.isEmpty {
            text += "falsepositives:\n" + about.falsePositives.map { "  - \(quoted($0))\n" }.joined()
        }
        return text
    }

    /// A text as YAML's single quotes write it, on one line.
    private static func quoted(_ text: String) -> String { "'" + oneLine(text).replacing("'", with: "''") + "'" }

    private static func oneLine(_ text: String) -> String {
        String(
            text.map { $0.isNewline || $0.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F } ? " " : $0 })
    }
}
