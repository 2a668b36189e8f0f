import Admission
import Gate
import Ledger
import SecurityEvents

/// Decides calls by the rules of the gate.
package final class ReviewerJudge: CallJudge {
    private let reviewers: ReviewerPool
    private let host: String
    private let journal: any GateJournal
    private let exemptions: @Sendable () -> [Exemption]

    /// Makes a judge.
    ///
    /// - Parameters:
    ///   - rules: all that it judges by.
    ///   - host: the name of this host in modes and exceptions.
    ///   - journal: takes the decisions down.
    ///   - exemptions: the exemptions in force, whose signatures were checked.
    package init(
        rules: GateRules, host: String, journal: any GateJournal,
        exemptions: @escaping @Sendable () -> [Exemption] = { [] }
    ) {
        self.host = host
        self.journal = journal
        self.exemptions = exemptions
        reviewers = ReviewerPool(rules)
    }

    /// Judges by other rules from the next call on.
    package func exchange(for rules: GateRules) {
        reviewers.exchange(for: rules)
    }

    package func judge(_ call: borrowing JudgedCall, until deadline: ContinuousClock.Instant) -> CallVerdict {
        let now = SystemTime.now
        var request = ReviewRequest(call.event, gate: "docker", id: call.id, time: now)
        request.host = host
        request.objections = call.objections.map {
            .init(rule: "gate/\($0.code)", message: $0.description)
        }
        request.unjudged = call.unknown.map { .init(.policy, "the gate does not know \($0)") }
        request.exemptions = exemptions()
        let asked = request
        let decision = reviewers.withReviewer { $0.review(asked, until: deadline) }
        // What speaks neither for nor against anything is not worth a line; what deploys always is.
        if call.isWorthALine || decision.verdict != .allow || !decision.reasons.isEmpty || !decision.unjudged.isEmpty {
            journal.note(
                DecisionRecord(time: now, gate: "docker", decision: decision, request: EventRecord(copying: call.event))
            )
        }
        return CallVerdict(allows: decision.verdict != .deny, message: DecisionText.refusal(decision))
    }
}
