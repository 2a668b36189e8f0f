package import CEL
package import SecurityEvents

/// A rule that is ready to be asked, whatever language it was written in.
public struct CompiledRule: Sendable {
    /// What the rule says about itself.
    public let rule: Rule
    /// One event, and for some rules one container of it, to true or false.
    package let condition: CheckedExpression
    /// Whether the rule is asked once for an event or once for each of its containers.
    package let scope: Scope
    /// Levels for special cases; the first that is true counts.
    package let levels: [(when: CheckedExpression, level: Level)]
    package let message: MessageTemplate
    /// Values that are shown as evidence whatever the condition looked at.
    package let fields: [CheckedExpression]
    /// What an event must be for the condition to have a chance.
    package let requirement: Requirement
    /// The facts that the rule asks for anywhere.
    package let facts: Set<Fact>

    /// What a rule is asked about.
    package enum Scope: Sendable {
        case event, container
    }
}

extension CompiledRule.Scope {
    /// A condition that names a container or its image is asked once for each.
    init(of expression: CheckedExpression, in environment: Environment) {
        let names = [EventSchema.Slot.container.name, EventSchema.Slot.image.name]
        let reads = environment.program(expression).reads
        self = reads.contains { names.contains($0.variable) } ? .container : .event
    }
}
