internal import CEL
internal import Detection
internal import JSONView
internal import Rules
public import SecurityEvents

/// Decides one request after the other, out of memory alone and before a deadline.
///
/// It opens no file and no connection and keeps nothing of a request, so that replicas need to share nothing. One thread
/// uses a reviewer at a time; a gate has one for each of its threads.
public final class AdmissionReviewer {
    /// All that it judges by.
    public let rules: GateRules
    private let review: RuleReview
    private let evaluator = Evaluator()
    private let options = DetectorOptions()

    /// Prepares a reviewer.
    ///
    /// - Parameter rules: all that it judges by.
    public init(rules: GateRules) {
        self.rules = rules
        review = RuleReview(library: rules.library, options: DetectorOptions())
    }

    /// Decides a request.
    ///
    /// - Parameters:
    ///   - request: what is asked for.
    ///   - deadline: when the decision has to be there. Where it comes too early for judging, the decision says so, and
    ///     ``GateSettings/failure`` says what it is.
    /// - Returns: the decision, with every reason.
    public func review(_ request: borrowing ReviewRequest, until deadline: ContinuousClock.Instant) -> Decision {
        // Values of an event are views: its documents must outlive all that is done here.
        defer { withExtendedLifetime((request.event.document, request.event.attachments)) {} }
        let event = request.event
        var judgement = Judgement(request, rules) { [review] in
            guard let before = ObjectChange.eventBefore(event) else { return [] }
            return withExtendedLifetime(before.document) { review.answer(about: before, until: deadline).findings }
        }
        for objection in request.objections { judgement.add(objection) }
        judgement.unjudged += request.unjudged
        judgement.unjudged += RequestFaults.all(of: request.event)
        askRules(request, deadline, &judgement)
        askPolicies(request, deadline, &judgement)
        if ContinuousClock.now >= deadline {
            judgement.unjudged.append(.init(.deadline, "the time for deciding was over before all rules were asked"))
        }
        return judgement.decision()
    }

    private func askRules(
        _ request: borrowing ReviewRequest, _ deadline: ContinuousClock.Instant, _ judgement: inout Judgement
    ) {
        guard ContinuousClock.now < deadline else { return }
        let answer = review.answer(about: request.event, until: deadline)
        for finding in answer.findings { judgement.add(finding) }
        for failure in answer.failures { judgement.add(failure: failure.reason, of: failure.rule) }
        if answer.isCut {
            let count = request.event.containers.count
            judgement.unjudged.append(
                .init(.size, "it has \(count) containers, and \(options.containers) are looked at"))
        }
    }

    private func askPolicies(
        _ request: borrowing ReviewRequest, _ deadline: ContinuousClock.Instant, _ judgement: inout Judgement
    ) {
        guard !rules.policies.policies.isEmpty || rules.podSecurity != nil else { return }
        guard ContinuousClock.now < deadline else { return }
        let asked: AdmissionRequest
        switch AdmissionRequest.from(request.event, isComplete: request.isComplete) {
        case .none: return
        case .unknown(let reason):
            judgement.unjudged.append(.init(.policy, reason))
            return
        case .request(let made): asked = made
        }
        defer { withExtendedLifetime(asked.documents) {} }
        evaluator.deadline = deadline
        var verdicts = rules.policies.evaluate(asked, inventory: request.inventory, using: evaluator, until: deadline)
        if let podSecurity = rules.podSecurity { verdicts += podSecurity.verdicts(asked, request.inventory) }
        for verdict in verdicts { judgement.add(verdict, asked) }
    }
}
