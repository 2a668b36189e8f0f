import CEL
import JSONView
public import Rules
public import SecurityEvents

/// Events in, findings out; pure and synchronous.
///
/// It keeps what it must remember of earlier events: who deployed what, which rights were granted, which findings were
/// made. All of it is bounded by the options. A detector belongs to one thread at a time.
public struct Detector {
    private var index: RuleIndex
    private let options: DetectorOptions
    private let facts: FactsRecord
    private let evaluator = Evaluator()
    private var context: EventContext?
    private var seen: SeenFindings
    private var maker: FindingMaker
    private var matcher = RuleMatcher()
    private var counted = DetectorStatistics()
    /// What counts, by the position of its rule.
    private var aggregators: [Int: Aggregator]
    private let budget: AggregationBudget

    /// Makes a detector that has seen nothing yet.
    ///
    /// - Parameters:
    ///   - library: the rules and lists.
    ///   - options: how much may be remembered.
    public init(library: RuleLibrary, options: DetectorOptions = DetectorOptions()) {
        self.options = options
        index = RuleIndex(library.rules, lists: library.lists, level: options.level)
        facts = FactsRecord(options, lists: library.lists)
        seen = SeenFindings(limit: options.findings, tellsFilled: options.tellsFilled)
        maker = FindingMaker(options: options)
        let budget = AggregationBudget(limit: options.aggregatedEvents)
        self.budget = budget
        var aggregators: [Int: Aggregator] = [:]
        for (position, entry) in index.entries.enumerated() {
            if let aggregation = entry.rule.aggregation {
                aggregators[position] = Aggregator(aggregation, options, budget)
            }
        }
        self.aggregators = aggregators
    }

    /// Judges by other rules from the next event on, and keeps what is remembered of earlier ones.
    ///
    /// What a rule that counts has counted is kept where it counts the same as before.
    ///
    /// - Parameter library: the rules and lists.
    public mutating func adopt(_ library: RuleLibrary) {
        var known: [String: Aggregator] = [:]
        for (position, aggregator) in aggregators { known[index.entries[position].rule.rule.id] = aggregator }
        facts.lists = library.lists
        index = RuleIndex(library.rules, lists: library.lists, level: options.level)
        matcher = RuleMatcher()
        context = nil
        aggregators = [:]
        for (position, entry) in index.entries.enumerated() {
            guard let aggregation = entry.rule.aggregation else { continue }
            if let aggregator = known[entry.rule.rule.id], aggregator.adopt(aggregation) {
                aggregators[position] = aggregator
            } else {
                aggregators[position] = Aggregator(aggregation, options, budget)
            }
        }
    }

    /// Tells which events are worth showing to this detector with the rules that it has now, for another thread.
    public func makeSieve() -> EventSieve { index.makeSieve() }

    /// What was done so far.
    public var statistics: DetectorStatistics {
        var statistics = counted
        statistics.forgotten = facts.forgotten
        statistics.forgotten.findings = seen.forgotten
        statistics.ungrouped = budget.ungrouped
        statistics.uncounted = budget.forgotten
        return statistics
    }

    /// Looks at an event.
    ///
    /// - Parameter event: what happened; events are best given in the order of their times.
    /// - Returns: what the rules say about it, without what was said of the same fact before.
    public mutating func observe(_ event: borrowing Event) -> [Finding] {
        counted.events += 1
        let bucket = index.bucket(for: event)
        let remembers = LogMemory.wants(event)
        guard bucket != nil || remembers else { return [] }
        let context = shown(event)
        guard let bucket else {
            facts.remember()
            return []
        }
        counted.judged += 1
        let count = min(context.containerCount, options.containers)
        if count < context.containerCount, !bucket.containerMembers.isEmpty { counted.cut += 1 }
        matcher.ask(bucket, context, containers: count, using: evaluator)
        for failure in matcher.failures { note(failure) }
        let findings = matcher.matches.isEmpty ? [] : make(matcher.matches, event, context)
        if remembers { facts.remember() }
        return findings
    }

    mutating func shown(_ event: borrowing Event) -> EventContext { facts.shown(event, in: &context) }

    private mutating func note(_ failure: (rule: Int, reason: String)) {
        let name = index.entries[failure.rule].rule.rule.name
        counted.failures[name, default: .init(count: 0, reason: failure.reason)].count += 1
    }

    private mutating func make(_ matches: [RuleMatch], _ event: borrowing Event, _ context: EventContext) -> [Finding] {
        var findings: [Finding] = []
        for match in matches {
            context.turn(to: match.container)
            let entry = index.entries[match.rule]
            if let aggregator = aggregators[match.rule], let aggregation = entry.rule.aggregation {
                // What ran already says how things are, not that they happen often.
                if event.action == .found { continue }
                let report = AggregationReport(
                    aggregation: aggregation, rule: entry.rule, namedEvents: options.namedEvents,
                    redactor: options.redactor)
                for hit in aggregator.observe(event, context, evaluator) {
                    findings.append(finding(of: hit, report, entry, event, context))
                }
                continue
            }
            guard let known = recognize(entry, event, context) else {
                counted.repeated += 1
                continue
            }
            let level = known.level ?? maker.level(of: entry, context, evaluator)
            guard level >= options.level else { continue }
            let why = known.why ?? maker.explain(entry, context, evaluator)
            var finding = maker.finding(of: entry, at: level, event, context, facts, evaluator, why, id: known.id)
            finding.filled = known.fills
            findings.append(finding)
        }
        context.turn(to: nil)
        counted.findings += findings.count
        return findings
    }

    /// What several events made, told at the one that made them enough.
    private func finding(
        of hit: AggregationHit, _ report: AggregationReport, _ entry: RuleEntry, _ event: borrowing Event,
        _ context: EventContext
    ) -> Finding {
        let explained = maker.explain(entry, context, evaluator)
        var finding = maker.finding(
            of: entry, at: maker.level(of: entry, context, evaluator), event, context, facts, evaluator, explained,
            id: report.id(of: hit))
        finding.message += ": " + report.words(of: hit)
        finding.correlation = report.summary(of: hit)
        return finding
    }

    /// The id of a finding, whether it fills in an earlier one, and its level and why it is one, where those had to be found
    /// out; nil where it was made before.
    private mutating func recognize(
        _ entry: RuleEntry, _ event: borrowing Event, _ context: EventContext
    ) -> (id: String, level: Level?, why: Explanation?, fills: [String])? {
        let knowledge = knowledge(of: event, context)
        // What a rule says is one finding is known without looking for reasons. A serious one is told each time,
        // unless the rule says otherwise.
        var level: Level?
        if !entry.rule.dedupPrograms.isEmpty {
            let judged = maker.level(of: entry, context, evaluator)
            if judged <= entry.rule.dedupLevel,
                let folded = FindingIdentity(entry, level: judged, dedup: context, using: evaluator)
            {
                guard case .new = seen.take(folded, knowing: knowledge) else { return nil }
                return (folded.id, judged, nil, [])
            }
            level = judged
        }
        let why = FindingIdentity.asksWhy(entry, event) ? maker.explain(entry, context, evaluator) : nil
        let identity = FindingIdentity(
            entry, event: event, context: context, facts: facts, why?.fingerprint ?? Fingerprint())
        switch seen.take(identity, knowing: knowledge) {
        case .new: return (identity.id, level, why, [])
        case .fills(let names): return (identity.id, level, why, names)
        case .repeated: return nil
        }
    }

    /// What is known of an event that another source may not know.
    private func knowledge(of event: borrowing Event, _ context: EventContext) -> SeenFindings.Knowledge {
        let isNamed = event.actor.user.map { !$0.isEmpty } ?? false
        let actor = context.actor.judged
        var knowledge: SeenFindings.Knowledge =
            isNamed && !actor.isSystem && !actor.isController && !actor.isNode ? .actor : []
        // An engine tells a container of a Pod before the Pod itself may have been told.
        let isPart = event.source.platform == .containerd && event.workload?.kindName == "Pod"
        if !isPart || facts.touchedWorkload(context.shownEvent) != nil { knowledge.insert(.deployment) }
        // Containerd is told no image of what a Docker engine has it run.
        let lacksImage = event.containers.first.map { $0.image == nil } ?? false
        if event.source.platform != .containerd || !lacksImage { knowledge.insert(.image) }
        return knowledge
    }
}
