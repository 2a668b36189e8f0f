import CEL
import Rules

/// Asks the rules of a bucket about an event and its containers.
struct RuleMatcher {
    /// What the event's part of a rule said.
    private enum Gate: UInt8 {
        case open, shut
        /// The part has no answer (``reasons`` tells why): only a container's part that is false settles the rule.
        case failed
    }

    /// Rules that were true, those about the event first, then container by container.
    private(set) var matches: [RuleMatch] = []
    /// Rules without an answer, and why.
    private(set) var failures: [(rule: Int, reason: String)] = []
    /// When asking has to end; nil for never.
    var deadline: ContinuousClock.Instant?
    /// Whether the deadline came before all containers were asked about.
    private(set) var isLate = false
    /// What the conditions about the event said, and which are asked at all.
    private var gates: [Gate] = []
    private var reasons: [Int: String] = [:]
    private var wanted: [Int] = []
    /// The members that are asked about containers.
    private var open: [Int] = []
    private var asked: Features = []

    mutating func ask(_ bucket: RuleBucket, _ context: EventContext, containers: Int, using evaluator: Evaluator) {
        matches.removeAll(keepingCapacity: true)
        failures.removeAll(keepingCapacity: true)
        isLate = false
        askEvent(bucket, context, evaluator)
        settleEvent(bucket, context.eventFeatures)
        guard containers > 0, !open.isEmpty else { return }
        for container in 0..<containers {
            if let deadline, ContinuousClock.now >= deadline {
                isLate = true
                break
            }
            askContainer(container, bucket, context, evaluator)
        }
        context.turn(to: nil)
    }

    private mutating func askEvent(_ bucket: RuleBucket, _ context: EventContext, _ evaluator: Evaluator) {
        let features = context.eventFeatures
        gates.removeAll(keepingCapacity: true)
        if !reasons.isEmpty { reasons = [:] }
        for _ in 0..<bucket.eventSet.count { gates.append(.shut) }
        for member in bucket.members {
            // Until it is asked, a condition that is wanted stands open.
            if let gate = member.gate, member.eventTest.isMet(by: features) { gates[gate] = .open }
        }
        wanted.removeAll(keepingCapacity: true)
        for gate in gates.indices where gates[gate] == .open { wanted.append(gate) }
        bucket.eventSet.evaluate(at: wanted, context, using: evaluator) { gate, truth in
            switch truth {
            case true: break
            case false: gates[gate] = .shut
            case nil:
                gates[gate] = .failed
                reasons[gate] = Self.reason(evaluator)
            }
        }
    }

    /// Takes rules about the event for true or failed, and notes which of the others are asked about containers.
    private mutating func settleEvent(_ bucket: RuleBucket, _ features: Features) {
        open.removeAll(keepingCapacity: true)
        asked = []
        for (number, member) in bucket.members.enumerated() where member.eventTest.isMet(by: features) {
            let gate = member.gate.map { gates[$0] } ?? .open
            switch gate {
            case .shut: continue
            case .open where member.container == nil: matches.append(RuleMatch(rule: member.rule, container: nil))
            case .failed where member.container == nil: failures.append((member.rule, reason(of: member)))
            case .open, .failed:
                open.append(number)
                asked.formUnion(member.features)
            }
        }
    }

    private mutating func askContainer(
        _ container: Int, _ bucket: RuleBucket, _ context: EventContext, _ evaluator: Evaluator
    ) {
        context.turn(to: container)
        let features = context.features(ofContainer: container, asked: asked)
        wanted.removeAll(keepingCapacity: true)
        for number in open {
            let member = bucket.members[number]
            if let position = member.container, member.containerTest.isMet(by: features) { wanted.append(position) }
        }
        bucket.containerSet.evaluate(at: wanted, context, using: evaluator) { position, truth in
            if truth == false { return }
            let member = bucket.members[bucket.containerMembers[position]]
            if let gate = member.gate, gates[gate] == .failed {
                failures.append((member.rule, reason(of: member)))
            } else if truth == true {
                matches.append(RuleMatch(rule: member.rule, container: container))
            } else {
                failures.append((member.rule, Self.reason(evaluator)))
            }
        }
    }

    private func reason(of member: RuleBucket.Member) -> String {
        member.gate.flatMap { reasons[$0] } ?? "no answer"
    }

    private static func reason(_ evaluator: Evaluator) -> String { evaluator.failure?.message ?? "no answer" }
}

/// A rule that was true, and of which container.
struct RuleMatch {
    var rule: Int
    var container: Int?
}
