import CEL
import Rules

/// Rules that are asked together, so that what they have in common is evaluated once.
final class RuleBucket {
    /// A rule of the bucket.
    struct Member {
        /// The rule's place among all rules.
        let rule: Int
        let features: FeatureRequirement
        /// Whether it is asked about each container after the event.
        let asksContainers: Bool
    }

    /// Rules about events first, each kind in the order of the rules.
    let members: [Member]
    /// The members that ask something of the event, by position in ``eventSet``.
    let eventMembers: [Int]
    /// The members that ask something of containers, by position in ``containerSet``.
    let containerMembers: [Int]
    let eventSet: ProgramSet
    let containerSet: ProgramSet

    init(_ rules: [(number: Int, rule: CompiledRule, parts: ConditionParts)]) {
        let ordered = rules.filter { $0.rule.scope == .event } + rules.filter { $0.rule.scope == .container }
        members = ordered.map {
            Member(rule: $0.number, features: $0.rule.features, asksContainers: $0.parts.container != nil)
        }
        eventMembers = ordered.indices.filter { ordered[$0].parts.event != nil }
        containerMembers = ordered.indices.filter { ordered[$0].parts.container != nil }
        eventSet = ProgramSet(ordered.compactMap(\.parts.event))
        containerSet = ProgramSet(ordered.compactMap(\.parts.container))
    }
}
