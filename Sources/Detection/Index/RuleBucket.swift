import CEL
import Rules

/// Rules that are asked together, so that what they have in common is evaluated once.
final class RuleBucket {
    /// A rule of the bucket.
    struct Member: BitwiseCopyable {
        /// The rule's place among all rules.
        let rule: Int
        /// The condition of ``eventSet`` that opens it; nil where it asks nothing of the event.
        var gate: Int?
        /// Its condition in ``containerSet``; nil where it looks at no container.
        var container: Int?
        /// What the event must have.
        let eventTest: FeatureTest
        /// What a container must have.
        let containerTest: FeatureTest
        /// Features that the condition depends on.
        let features: Features
    }

    /// Rules about events first, each kind in the order of the rules.
    let members: [Member]
    /// What is asked of the event, each condition once however many rules have it.
    let eventSet: ProgramSet
    /// What is asked of containers.
    let containerSet: ProgramSet
    /// The members behind ``containerSet``.
    let containerMembers: [Int]

    init(_ rules: [(number: Int, rule: CompiledRule, parts: ConditionParts)]) {
        let ordered = rules.filter { $0.rule.scope == .event } + rules.filter { $0.rule.scope == .container }
        var members = ordered.map {
            Member(
                rule: $0.number, eventTest: $0.rule.features.ofEvent, containerTest: $0.rule.features.ofContainer,
                features: $0.rule.features.all)
        }
        let asking = ordered.indices.filter { ordered[$0].parts.event != nil }
        let conditions = ordered.compactMap(\.parts.event)
        // Many rules begin alike: equal conditions become one.
        let first = ProgramSet(conditions).firstEqual
        let distinct = conditions.indices.filter { first[$0] == $0 }
        for (position, number) in asking.enumerated() {
            members[number].gate = distinct.firstIndex(of: first[position])
        }
        eventSet = ProgramSet(distinct.map { conditions[$0] })
        containerMembers = ordered.indices.filter { ordered[$0].parts.container != nil }
        for (position, number) in containerMembers.enumerated() { members[number].container = position }
        containerSet = ProgramSet(ordered.compactMap(\.parts.container))
        self.members = members
    }
}
