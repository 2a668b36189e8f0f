import CEL
package import Rules
package import SecurityEvents

/// Why a condition was true of an event, or was not: its tree with the value of each part.
package struct ConditionExplanation: Sendable, Equatable {
    /// The container that was asked about; nil where the rule is asked about the event.
    package var container: String?
    /// The rule that a correlation builds on; nil of others.
    package var input: String?
    /// Whether it was true; nil where it had no answer.
    package var truth: Bool?
    /// Why it had no answer.
    package var reason: String?
    /// The lines of the tree.
    package var tree: [String]
}

extension Detector {
    /// Explains what a rule says of an event; what was observed before counts as for ``observe(_:)``.
    ///
    /// - Parameters:
    ///   - rule: the rule.
    ///   - event: what happened.
    /// - Returns: an explanation for the event, for each of its containers, or for each rule that a correlation builds on.
    package mutating func explanations(of rule: CompiledRule, for event: borrowing Event) -> [ConditionExplanation] {
        let context = shown(event)
        var found: [ConditionExplanation] = []
        if let aggregation = rule.aggregation {
            for input in aggregation.inputs {
                guard case .events(let selection) = input.source else { continue }
                found.append(explain(selection.condition, context, input: input.name))
            }
            return found
        }
        guard rule.scope == .container else { return [explain(rule.program, context, input: nil)] }
        for container in 0..<min(context.containerCount, 64) {
            context.turn(to: container)
            var explanation = explain(rule.program, context, input: nil)
            explanation.container = context.container?.container?.name.map { String(copying: $0) } ?? "\(container + 1)"
            found.append(explanation)
        }
        context.turn(to: nil)
        return found
    }

    private func explain(_ program: Program, _ context: EventContext, input: String?) -> ConditionExplanation {
        let trace = EvaluationTrace(limit: 20_000)
        let evaluator = Evaluator()
        let value = program.explain(context, to: trace, using: evaluator)
        var explanation = ConditionExplanation(container: nil, input: input, truth: nil, reason: nil, tree: [])
        switch value {
        case .bool(let bool): explanation.truth = bool
        case .error(let error): explanation.reason = error.message
        default: explanation.reason = "the condition is neither true nor false"
        }
        let text = program.expression.explanation(trace)
        explanation.tree = text.split(separator: "\n").map { Redactor().redact(String($0)) }
        return explanation
    }
}
