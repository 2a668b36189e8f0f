import CEL
import Rules

/// A condition about containers in two parts: what it asks of the event, and what it asks of each container.
///
/// The first part is asked once, however many containers there are, and where it is false the containers need not be
/// looked at. A condition is false where either part is, even where the other has no answer.
struct ConditionParts {
    /// What does not look at a container; nil where all of the condition does.
    let event: CheckedExpression?
    /// What looks at one.
    let container: CheckedExpression?

    init(of rule: CompiledRule) {
        guard rule.scope == .container else {
            (event, container) = (rule.condition, nil)
            return
        }
        event = rule.condition.conjunction { !Self.looksAtContainer($0) }
        container = rule.condition.conjunction { Self.looksAtContainer($0) }
    }

    private static func looksAtContainer(_ part: CheckedExpression) -> Bool {
        part.reads.contains { read in
            read.variable == EventSchema.Slot.container.name || read.variable == EventSchema.Slot.image.name
        }
    }
}
