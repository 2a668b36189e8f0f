internal import CEL
internal import SecurityEvents

/// Looks at the condition of one rule.
struct RuleConditionLint {
    private let rule: CompiledRule
    private let judge: AuditItemJudge
    /// Whether all that the rule is asked about are audit records, whose fields are known.
    private let isAboutAudit: Bool

    init(_ rule: CompiledRule) {
        self.rule = rule
        judge = AuditItemJudge(resources: rule.requirement.resources)
        isAboutAudit =
            rule.requirement.sources == Requirement.bit(SourceType.kubernetesAudit)
            || rule.rule.logsource.service == "audit"
    }

    func check(_ reporter: inout RuleReporter) {
        if isAboutAudit {
            for item in SigmaItem.all(in: rule.condition.root) {
                for fault in judge.faults(item) {
                    let value = fault.message.first == "'" ? fault.message.dropFirst().split(separator: "'").first : nil
                    reporter.add(
                        fault.check, .warning, field: item.field,
                        value: fault.check == .unknownField ? nil : value.map(String.init), fault.message)
                }
            }
            checkVerbs(&reporter)
        }
        let verdict = ConditionVerdict.judge(rule.condition.root, atom: atom)
        switch verdict.truth {
        case .never:
            let reasons = verdict.reasons.isEmpty ? ["its parts exclude each other"] : unique(verdict.reasons)
            reporter.add(
                .neverFires, .error, at: "detection", "can never be true: \(reasons.joined(separator: "; "))")
        case .always:
            reporter.add(.alwaysTrue, .error, at: "detection", "is true of every event")
        case .open:
            if rule.requirement.sources == 0 || rule.requirement.actions == 0 {
                reporter.add(
                    .neverFires, .error, at: "detection",
                    "can never be true: no source has events of the kind that it asks for")
            }
        }
        checkSelections(&reporter)
    }

    private func atom(_ node: Expression) -> ConditionVerdict {
        guard isAboutAudit, let item = SigmaItem(node) else { return .open }
        return judge.verdict(item)
    }

    private func unique(_ texts: [String]) -> [String] {
        var found: [String] = []
        for text in texts where !found.contains(text) { found.append(text) }
        return found
    }

    /// Commands, terminals and tunnels are opened with `get` over WebSockets and with `create` over SPDY.
    private func checkVerbs(_ reporter: inout RuleReporter) {
        let items = SigmaItem.all(in: rule.condition.root)
        let parts = items.filter { $0.field == "objectRef.subresource" }.flatMap { $0.exactTexts ?? [] }
        let verbs = items.filter { $0.field == "verb" }.map { $0.exactTexts ?? [] }
        guard let part = ["exec", "attach", "portforward"].first(where: parts.contains), !verbs.isEmpty else { return }
        for given in verbs where given.contains("create") != given.contains("get") {
            let missing = given.contains("create") ? "get" : "create"
            reporter.add(
                .narrowVerb, .warning, field: "verb",
                "'\(part)' is audited as get over WebSockets, which kubectl uses, and as create over SPDY; add '\(missing)'"
            )
        }
    }

    private func checkSelections(_ reporter: inout RuleReporter) {
        guard let (names, condition) = reporter.selections else { return }
        let words = condition.split { " ()\n\t".contains($0) }.map(String.init)
        for name in names where !words.contains(name) {
            let isMeant = zip(words, words.dropFirst()).contains { quantified in
                guard quantified.0.lowercased() == "of" else { return false }
                if quantified.1.lowercased() == "them" { return !name.hasPrefix("_") }
                let pattern = SigmaPattern(quantified.1, isCased: true)
                return name.withText { pattern.matches($0) }
            }
            if !isMeant {
                reporter.add(
                    .unusedSelection, .warning, at: "detection", "the condition does not use the selection '\(name)'")
            }
        }
    }
}
