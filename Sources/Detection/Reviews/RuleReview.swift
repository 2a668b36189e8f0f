import CEL
package import Rules
package import SecurityEvents

/// Asks rules about each event for itself: nothing is remembered, and what was said before is said again.
///
/// What a gate needs and a ``Detector`` is not: the hundredth request for the same privileged container is as wrong as
/// the first. Facts about earlier events are not known here. One thread uses a review at a time.
package final class RuleReview {
    /// What rules said about an event.
    package struct Answer: Sendable {
        /// What was true.
        package var findings: [Finding] = []
        /// Rules without an answer, and why.
        package var failures: [(rule: Rule, reason: String)] = []
        /// Whether the event has more containers than are looked at.
        package var isCut = false
        /// Whether the deadline came before all rules were asked.
        package var isLate = false
    }

    private let index: RuleIndex
    private let options: DetectorOptions
    private let facts: FactsRecord
    private let evaluator = Evaluator()
    private let maker: FindingMaker
    private var context: EventContext?
    private var matcher = RuleMatcher()

    /// Prepares the rules.
    ///
    /// - Parameters:
    ///   - library: the rules, none of which counts events, and the lists.
    ///   - options: how many containers are looked at, and how findings are shown.
    package init(library: RuleLibrary, options: DetectorOptions = DetectorOptions()) {
        self.options = options
        index = RuleIndex(library.rules.filter { $0.aggregation == nil }, lists: library.lists)
        facts = FactsRecord(options, lists: library.lists)
        maker = FindingMaker(options: options)
    }

    /// Asks the rules about an event.
    ///
    /// - Parameters:
    ///   - event: what is asked for.
    ///   - deadline: when asking has to end.
    /// - Returns: what they say of it.
    package func answer(about event: borrowing Event, until deadline: ContinuousClock.Instant?) -> Answer {
        var answer = Answer()
        guard let bucket = index.bucket(for: event) else { return answer }
        let context = facts.shown(event, in: &self.context)
        evaluator.deadline = deadline
        matcher.deadline = deadline
        let count = min(context.containerCount, options.containers)
        answer.isCut = count < context.containerCount && !bucket.containerMembers.isEmpty
        matcher.ask(bucket, context, containers: count, using: evaluator)
        answer.isLate = matcher.isLate
        answer.failures = matcher.failures.map { (index.entries[$0.rule].rule.rule, $0.reason) }
        for match in matcher.matches {
            if let deadline, ContinuousClock.now >= deadline {
                answer.isLate = true
                break
            }
            context.turn(to: match.container)
            let entry = index.entries[match.rule]
            let why = maker.explain(entry, context, evaluator)
            let identity = FindingIdentity(entry, event: event, context: context, facts: facts, why.fingerprint)
            answer.findings.append(
                maker.finding(
                    of: entry, at: maker.level(of: entry, context, evaluator), event, context, facts, evaluator, why,
                    id: identity.id))
        }
        context.turn(to: nil)
        return answer
    }
}
