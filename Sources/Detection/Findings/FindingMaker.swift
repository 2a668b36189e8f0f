import CEL
import JSONView
import Rules
import SecurityEvents

/// Makes findings of rules that were true.
struct FindingMaker {
    let options: DetectorOptions

    /// Looks again at a condition that was true, to see why.
    func explain(_ rule: CompiledRule, _ context: EventContext, _ evaluator: Evaluator) -> Explanation {
        let trace = EvaluationTrace(limit: 20_000)
        _ = rule.program.explain(context, to: trace, using: evaluator)
        var collector = EvidenceCollector(trace, event: context.shownEvent, limits: options)
        collector.imageReference = context.container?.container?.image
        collector.collect(rule.condition.root)
        var explanation = collector.explanation()
        for field in rule.fieldPrograms {
            let trace = EvaluationTrace(limit: 1000)
            _ = field.explain(context, to: trace, using: evaluator)
            var collector = EvidenceCollector(trace, event: context.shownEvent, limits: options)
            collector.imageReference = context.container?.container?.image
            collector.collectAll(field.expression.root)
            let found = collector.explanation().evidence
            for piece in found
            where explanation.evidence.count < options.evidence
                && !explanation.evidence.contains(where: { $0.path == piece.path })
            {
                explanation.evidence.append(piece)
            }
        }
        return explanation
    }

    func finding(
        of rule: CompiledRule, _ event: borrowing Event, _ context: EventContext, _ facts: FactsRecord,
        _ evaluator: Evaluator, _ explained: Explanation, id: String
    ) -> Finding {
        var actor = ActorSummary(copying: event.actor)
        actor.onBehalfOf = facts.onBehalfOf
        var workload = WorkloadSummary(copying: event)
        if let top = facts.topOwner(of: event) {
            workload?.owner = "\(top.reference.kind)/\(top.reference.name)"
        }
        // A rule about the whole workload is about its container where there is only one.
        let container = context.container?.container ?? (event.containers.count == 1 ? event.containers.first : nil)
        return Finding(
            id: id, rule: rule.rule.id, ruleName: rule.rule.name, title: rule.rule.title,
            level: level(of: rule, context, evaluator), time: event.time, source: event.source,
            position: event.position, action: event.action, outcome: event.outcome,
            message: message(of: rule, context, evaluator), actor: actor, workload: workload,
            container: container.map { ContainerSummary(copying: $0) },
            evidence: explained.evidence, tags: rule.rule.tags, falsePositives: rule.rule.falsePositives,
            remediation: rule.rule.remediation)
    }

    /// The level that a finding of a rule has.
    func level(of rule: CompiledRule, _ context: EventContext, _ evaluator: Evaluator) -> Level {
        for special in rule.levelPrograms {
            if special.when.matches(context, using: evaluator) == true { return special.level }
        }
        return rule.rule.level
    }

    private func message(of rule: CompiledRule, _ context: EventContext, _ evaluator: Evaluator) -> String {
        var message = ""
        for part in rule.messageParts {
            switch part {
            case .text(let text): message += text
            case .value(let program):
                let value = program.evaluate(context, using: evaluator)
                message += ValueText(options.valueLength).text(of: value)
            case .finished(let program):
                let value = program.evaluate(context, using: evaluator)
                message += ValueText(options.valueLength).finished(value)
            }
        }
        return message.isEmpty ? rule.rule.title : message
    }
}
