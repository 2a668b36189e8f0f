internal import CEL
package import SecurityEvents

/// Kubernetes' admission policies as rules: ValidatingAdmissionPolicy, and Kyverno's and Gatekeeper's policies in CEL.
///
/// Each policy becomes, under each of its bindings, a rule whose condition is that the request of the event violates it.
package enum AdmissionPolicyLanguage: RuleLanguage {
    package static let name = "Admission policies"

    package static var constructs: [RuleConstruct] { AdmissionPolicyConstructs.all }

    package static func reads(_ file: RuleFile) -> Bool { KubernetesDocuments.holdsObjects(file.text) }

    package static func compile(
        _ files: [RuleFile], with compiler: ConditionCompiler, diagnostics: inout [Diagnostic]
    ) -> [CompiledRule] {
        let read = PolicyFiles(files)
        diagnostics += read.diagnostics
        let set = AdmissionPolicySet(read.policies, bindings: read.bindings, unbound: .deny)
        if read.policies.isEmpty, !read.diagnostics.contains(where: { $0.severity == .error }), let first = files.first
        {
            diagnostics.append(Diagnostic(file: first.name, line: 1, column: 1, message: "no policy in these files"))
        }
        for policy in set.unboundPolicies {
            diagnostics.append(
                Diagnostic(
                    .warning, file: policy.file, line: policy.line,
                    message:
                        "nothing binds the policy '\(policy.name)': it is judged as if it were bound everywhere with Deny"
                ))
        }
        for binding in set.danglingBindings {
            diagnostics.append(
                Diagnostic(
                    .warning, file: binding.file, line: binding.line,
                    message: "the policy '\(binding.policyName)' of this binding is not among the files"))
        }
        let inventory = read.inventory(isComplete: false)
        return set.policies.indices.flatMap { position in
            set.bindings(of: set.policies[position]).compactMap { binding in
                rule(position, binding, set, inventory, compiler, &diagnostics)
            }
        }
    }

    private static func rule(
        _ position: Int, _ binding: PolicyBinding, _ set: AdmissionPolicySet, _ inventory: PolicyInventory,
        _ compiler: ConditionCompiler, _ diagnostics: inout [Diagnostic]
    ) -> CompiledRule? {
        let policy = set.policies[position]
        let parts = [policy.origin.rawValue, policy.name, policy.rule, binding.name].filter { !$0.isEmpty }
        let key = compiler.policies.add(
            PolicyRegistry.Entry(set: set, position: position, binding: binding.name, inventory: inventory),
            named: parts.joined(separator: "/"))
        var envelope = Rule(identifiedBy: key)
        envelope.title = "\(policy.origin.rawValue) '\(policy.name)' would refuse this"
        envelope.description = policy.explanation
        envelope.level = binding.actions.contains(.deny) ? .medium : .low
        envelope.file = policy.file
        envelope.condition = policy.validations.map(\.text).joined(separator: "\n")
        envelope.logsource = Rule.LogSource(product: "kubernetes")
        do {
            let quoted = PolicySourceText.literal(key)
            let condition = try compiler.compileCondition("event.violatesPolicy(\(quoted))")
            let message = try compiler.compile("event.policyMessage(\(quoted))")
            var requirement = Requirement.any
            requirement.sources = Requirement.bits([SourceType.kubernetesAudit, .kubernetesAdmission])
            // A container of Docker's is asked about as the Pod that would run it.
            let isAboutPods = policy.selection.resources?.contains("pods") ?? true
            if isAboutPods {
                requirement.sources |= Requirement.bits([SourceType.dockerAuthorization, .dockerDaemon, .dockerInspect])
            }
            if let resources = policy.selection.resources {
                requirement.texts[.resource] = isAboutPods ? resources.union(["containers"]) : resources
            }
            return CompiledRule(
                rule: envelope, condition: condition, levels: [], message: MessageTemplate(parts: [.value(message)]),
                fields: [], requirement: requirement, in: compiler.environment)
        } catch {
            diagnostics.append(
                Diagnostic(
                    file: policy.file, line: policy.line, message: error.all.first?.message ?? "does not compile"))
            return nil
        }
    }
}

/// Texts as CEL writes them.
enum PolicySourceText {
    static func literal(_ text: String) -> String {
        var written = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"", "\\": written += "\\\(scalar)"
            case _ where scalar.value < 0x20 || scalar.value == 0x7F:
                let digits = String(scalar.value, radix: 16)
                written += "\\x" + (digits.count < 2 ? "0" : "") + digits
            default: written.unicodeScalars.append(scalar)
            }
        }
        return written + "\""
    }
}

extension Rule {
    /// An envelope for a rule that has no id of its own: it is made of a name, and is the same for the same name.
    fileprivate init(identifiedBy name: String) {
        let digits = Array(Fingerprint(name).hexadecimal)
        let cuts = [0..<8, 8..<12, 12..<16, 16..<20, 20..<32]
        self.init(
            id: cuts.map { String(digits[$0]) }.joined(separator: "-"), name: name, title: name, status: "stable",
            description: "", references: [], author: "", date: "", modified: "", level: .medium, tags: [],
            logsource: LogSource(), falsePositives: [], remediation: nil, condition: "", file: "", page: nil)
    }
}
