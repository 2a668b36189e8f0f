import CEL
import JSONView
public import Rules
public import SecurityEvents

/// Events in, findings out; pure and synchronous.
///
/// It keeps what it must remember of earlier events: who deployed what, which rights were granted, which findings were
/// made. All of it is bounded by the options. A detector belongs to one thread at a time.
public struct Detector {
    private let index: RuleIndex
    private let options: DetectorOptions
    private let lists: RuleLists
    private let facts: FactsRecord
    private let evaluator = Evaluator()
    private var context: EventContext?
    private var seen: SeenFindings
    private var maker: FindingMaker
    private var counted = DetectorStatistics()

    /// Makes a detector that has seen nothing yet.
    ///
    /// - Parameters:
    ///   - library: the rules and lists.
    ///   - options: how much may be remembered.
    public init(library: RuleLibrary, options: DetectorOptions = DetectorOptions()) {
        self.options = options
        lists = library.lists
        index = RuleIndex(library.rules)
        facts = FactsRecord(options)
        facts.lists = library.lists
        seen = SeenFindings(limit: options.findings)
        maker = FindingMaker(options: options)
    }

    /// What was done so far.
    public var statistics: DetectorStatistics {
        var statistics = counted
        statistics.forgotten = facts.forgotten + seen.forgotten
        return statistics
    }

    /// Looks at an event.
    ///
    /// - Parameter event: what happened; events are best given in the order of their times.
    /// - Returns: what the rules say about it, without what was said of the same fact before.
    public mutating func observe(_ event: borrowing Event) -> [Finding] {
        counted.events += 1
        let deploys = EventSchema.deploys(event)
        let bucket = index.bucket(for: event, deploys: deploys)
        let remembers = LogMemory.wants(event)
        guard bucket != nil || remembers else { return [] }
        let context = shown(event)
        guard let bucket else {
            facts.remember()
            return []
        }
        counted.judged += 1
        let matches = matches(in: bucket, context)
        let findings = matches.isEmpty ? [] : make(matches, event, context)
        if remembers { facts.remember() }
        return findings
    }

    private mutating func shown(_ event: borrowing Event) -> EventContext {
        let context: EventContext
        if let made = self.context {
            context = made
            context.show(event)
        } else {
            context = EventContext(lists: lists, event: event)
            self.context = context
        }
        facts.show(event, by: context.actor.judged)
        context.facts = facts
        return context
    }

    private mutating func matches(in bucket: RuleBucket, _ context: EventContext) -> [RuleMatch] {
        var matches: [RuleMatch] = []
        var failed: [Int] = []
        if !bucket.eventRules.isEmpty {
            let features = context.features(ofContainer: nil)
            bucket.eventSet.evaluate(
                context, using: evaluator, where: { bucket.eventFeatures[$0].isMet(by: features) }
            ) { position, truth in
                if truth == true { matches.append(RuleMatch(rule: bucket.eventRules[position], container: nil)) }
                if truth == nil { failed.append(bucket.eventRules[position]) }
            }
        }
        if !bucket.containerRules.isEmpty {
            let count = min(context.containerCount, options.containers)
            if count < context.containerCount { counted.cut += 1 }
            for container in 0..<count {
                context.turn(to: container)
                let features = context.features(ofContainer: container)
                bucket.containerSet.evaluate(
                    context, using: evaluator, where: { bucket.containerFeatures[$0].isMet(by: features) }
                ) { position, truth in
                    if truth == true {
                        matches.append(RuleMatch(rule: bucket.containerRules[position], container: container))
                    }
                    if truth == nil { failed.append(bucket.containerRules[position]) }
                }
            }
            context.turn(to: nil)
        }
        for rule in failed { note(failureOf: index.rules[rule]) }
        return matches
    }

    private mutating func note(failureOf rule: CompiledRule) {
        let reason = evaluator.failure?.message ?? "no answer"
        counted.failures[rule.rule.name, default: .init(count: 0, reason: reason)].count += 1
    }

    private mutating func make(_ matches: [RuleMatch], _ event: borrowing Event, _ context: EventContext) -> [Finding] {
        var findings: [Finding] = []
        for match in matches {
            context.turn(to: match.container)
            let rule = index.rules[match.rule]
            let explained = maker.explain(rule, context, evaluator)
            let identity = FindingIdentity(rule: rule, event: event, context: context, facts: facts, explained)
            guard seen.isNew(identity) else {
                counted.repeated += 1
                continue
            }
            findings.append(maker.finding(of: rule, event, context, facts, evaluator, explained, id: identity.id))
        }
        context.turn(to: nil)
        counted.findings += findings.count
        return findings
    }
}

/// A rule that was true, and of which container.
struct RuleMatch {
    var rule: Int
    var container: Int?
}
