import CEL
import Rules

/// Asks the rules of a bucket about an event and its containers.
struct RuleMatcher {
    /// What the event's part of a rule said.
    private enum Gate {
        case open, shut
        /// The part has no answer: only a container's part that is false settles the rule.
        case failed(String)
    }

    /// Rules that were true, those about the event first, then container by container.
    private(set) var matches: [RuleMatch] = []
    /// Rules without an answer, and why.
    private(set) var failures: [(rule: Int, reason: String)] = []
    private var gates: [Gate] = []
    private var asked: Features = []

    mutating func ask(_ bucket: RuleBucket, _ context: EventContext, containers: Int, using evaluator: Evaluator) {
        matches.removeAll(keepingCapacity: true)
        failures.removeAll(keepingCapacity: true)
        askEvent(bucket, context, evaluator)
        guard containers > 0, openGates(bucket) else { return }
        for container in 0..<containers { askContainer(container, bucket, context, evaluator) }
        context.turn(to: nil)
    }

    private mutating func askEvent(_ bucket: RuleBucket, _ context: EventContext, _ evaluator: Evaluator) {
        let features = context.eventFeatures
        gates.removeAll(keepingCapacity: true)
        for member in bucket.members {
            gates.append(member.features.mayBeMet(byEvent: features) ? .open : .shut)
        }
        bucket.eventSet.evaluate(
            context, using: evaluator,
            where: {
                if case .open = gates[bucket.eventMembers[$0]] { true } else { false }
            },
            report: { position, truth in
                let number = bucket.eventMembers[position]
                let member = bucket.members[number]
                switch truth {
                case true where !member.asksContainers:
                    matches.append(RuleMatch(rule: member.rule, container: nil))
                case true: break
                case false: gates[number] = .shut
                case nil where member.asksContainers: gates[number] = .failed(Self.reason(evaluator))
                case nil: failures.append((member.rule, Self.reason(evaluator)))
                }
            })
    }

    /// Whether any rule is left to be asked about containers; notes what those look at.
    private mutating func openGates(_ bucket: RuleBucket) -> Bool {
        asked = []
        var isOpen = false
        for number in bucket.containerMembers {
            if case .shut = gates[number] { continue }
            isOpen = true
            asked.formUnion(bucket.members[number].features.all)
        }
        return isOpen
    }

    private mutating func askContainer(
        _ container: Int, _ bucket: RuleBucket, _ context: EventContext, _ evaluator: Evaluator
    ) {
        context.turn(to: container)
        let features = context.features(ofContainer: container, asked: asked)
        bucket.containerSet.evaluate(
            context, using: evaluator,
            where: {
                let number = bucket.containerMembers[$0]
                if case .shut = gates[number] { return false }
                return bucket.members[number].features.isMet(by: features)
            },
            report: { position, truth in
                let number = bucket.containerMembers[position]
                let rule = bucket.members[number].rule
                switch (truth, gates[number]) {
                case (false, _): break
                case (true, .open): matches.append(RuleMatch(rule: rule, container: container))
                case (_, .failed(let reason)): failures.append((rule, reason))
                default: failures.append((rule, Self.reason(evaluator)))
                }
            })
    }

    private static func reason(_ evaluator: Evaluator) -> String { evaluator.failure?.message ?? "no answer" }
}

/// A rule that was true, and of which container.
struct RuleMatch {
    var rule: Int
    var container: Int?
}
