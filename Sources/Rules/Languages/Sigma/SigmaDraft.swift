internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// A rule on its way: lowered, and before filters are put over it and correlations built on it.
struct SigmaDraft {
    let document: SigmaDocument
    var rule: Rule
    /// The condition as CEL.
    var condition: String
    let taxonomy: SigmaTaxonomy
    var sources: UInt16
    var waitsFor: [String]
    /// Fields of the record that are shown with a finding.
    var fields: [String] = []
    /// What was compiled already, of a rule whose condition was written in CEL.
    var compiled: CompiledRule?
    /// Whether the rule makes findings of its own.
    var generates = true

    /// Whether a correlation or filter means this rule.
    func isCalled(_ reference: String) -> Bool {
        rule.id == reference.lowercased() || rule.name == reference
            || document.root.value("name")?.scalar?.string == reference
    }

    /// Whether the file is one of those that are shipped: its rules speak whatever else is built on them.
    var isShipped: Bool { document.file.name.hasPrefix("embedded:") }

    /// Plans the rule.
    ///
    /// - Parameters:
    ///   - compiler: what expressions are checked with.
    ///   - summary: what is said of an event, ``summary``, checked once for all rules.
    ///   - diagnostics: why it could not be.
    /// - Returns: the rule; nil where it could not be planned.
    func compile(
        with compiler: ConditionCompiler, summary: CheckedExpression?, diagnostics: inout [Diagnostic]
    ) -> CompiledRule? {
        let text = document.text
        do throws(ConditionCompiler.Faults) {
            let condition = try compiler.compileCondition(condition)
            if let compiled {
                guard rule.condition != self.condition || !generates else { return compiled }
                return compiled.with(
                    rule: labelled, condition: condition, generates: generates, in: compiler.environment)
            }
            var requirement = Requirement(of: condition.root)
            requirement.sources &= sources
            var shown: [CheckedExpression] = []
            for field in fields { shown.append(try compiler.compile(taxonomy.expression(for: field))) }
            let message = MessageTemplate(
                parts: [.text(rule.title)] + (summary.map { [.text(": "), .value($0)] } ?? []))
            return CompiledRule(
                rule: labelled, condition: condition, levels: [], message: message, fields: shown,
                requirement: requirement, in: compiler.environment, isSearch: true, waitsFor: waitsFor,
                generates: generates)
        } catch {
            // The text was written by us: what is wrong with it is told at the rule.
            let reason = error.all.first?.message ?? "the condition cannot be run"
            diagnostics.append(text.fault(at: document.root.value("detection") ?? document.root, reason))
            return nil
        }
    }

    private var labelled: Rule {
        var rule = rule
        rule.condition = condition
        return rule
    }

    /// What is said of an event that a rule without a message of its own found.
    static let summary = """
        (actor.user == "" ? "somebody" : actor.user) + ": " + (event.verb == "" ? event.action : event.verb) + " " \
        + (event.resource == "" ? workload.kind : event.resource) \
        + (event.subresource == "" ? "" : "/" + event.subresource) \
        + (event.namespace == "" ? "" : " in " + event.namespace) \
        + (event.name != "" ? " " + event.name : workload.name == "" ? "" : " " + workload.name) + ", " + event.outcome
        """
}
