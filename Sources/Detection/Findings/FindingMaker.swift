import CEL
import JSONView
import Rules
import SecurityEvents

/// Makes findings of rules that were true.
struct FindingMaker {
    let options: DetectorOptions
    /// What a condition's parts came to, for one explanation at a time.
    private let trace = NodeTrace(limit: 20_000)
    private let memory: EvidenceMemory

    init(options: DetectorOptions) {
        self.options = options
        memory = EvidenceMemory(limits: options)
    }

    /// Looks again at a condition that was true, to see why.
    func explain(_ entry: RuleEntry, _ context: EventContext, _ evaluator: Evaluator) -> Explanation {
        var explanation = entry.rule.program.explain(context, noting: trace, using: evaluator) {
            var collector = collector(context)
            collector.collect(entry.condition)
            return collector.explanation()
        }
        for (field, node) in zip(entry.rule.fieldPrograms, entry.fields) {
            let found = field.explain(context, noting: trace, using: evaluator) {
                var collector = collector(context)
                collector.collectAll(node)
                return collector.evidence(besides: explanation.evidence)
            }
            explanation.evidence += found.prefix(max(0, options.evidence - explanation.evidence.count))
        }
        return explanation
    }

    private func collector(_ context: EventContext) -> EvidenceCollector {
        memory.turn(to: context)
        var collector = EvidenceCollector(trace, event: context.shownEvent, memory: memory, limits: options)
        collector.imageReference = context.container?.shown?.pointee.image
        return collector
    }

    func finding(
        of entry: RuleEntry, at level: Level, _ event: borrowing Event, _ context: EventContext,
        _ facts: FactsRecord, _ evaluator: Evaluator, _ explained: Explanation, id: String
    ) -> Finding {
        var actor = ActorSummary(copying: event.actor)
        actor.onBehalfOf = facts.onBehalfOf
        var workload = WorkloadSummary(copying: event)
        if let top = facts.topOwner(of: context.shownEvent) {
            workload?.owner = "\(top.reference.kind)/\(top.reference.name)"
        }
        // A rule about the whole workload is about its container where there is only one.
        let container = context.container?.container ?? (event.containers.count == 1 ? event.containers.first : nil)
        return Finding(
            id: id, rule: entry.rule.rule.id, ruleName: entry.rule.rule.name, title: entry.rule.rule.title,
            level: level, time: event.time, source: event.source,
            position: event.position, action: event.action, outcome: event.outcome,
            message: message(of: entry, context, evaluator), actor: actor, workload: workload,
            container: container.map { ContainerSummary(copying: $0) },
            evidence: explained.evidence, tags: entry.rule.rule.tags, falsePositives: entry.rule.rule.falsePositives,
            remediation: entry.rule.rule.remediation)
    }

    /// The level that a finding of a rule has.
    func level(of entry: RuleEntry, _ context: EventContext, _ evaluator: Evaluator) -> Level {
        for special in entry.rule.levelPrograms {
            if special.when.matches(context, using: evaluator) == true { return special.level }
        }
        return entry.rule.rule.level
    }

    private func message(of entry: RuleEntry, _ context: EventContext, _ evaluator: Evaluator) -> String {
        var message = ""
        for part in entry.rule.messageParts {
            switch part {
            case .text(let text): message += text
            case .value(let program):
                let value = program.evaluate(context, using: evaluator)
                let text = ValueText(options.valueLength, options.redactor).text(of: value)
                // In brackets already: `container web (unknown)`.
                message += text == ValueText.unknown && message.hasSuffix("(") ? "unknown" : text
            case .finished(let program):
                let value = program.evaluate(context, using: evaluator)
                message += ValueText(options.valueLength, options.redactor).finished(value)
            }
        }
        return message.isEmpty ? entry.rule.rule.title : message
    }
}
