package import CEL
package import SecurityEvents

/// A rule that is ready to be asked, whatever language it was written in.
public struct CompiledRule: Sendable {
    /// What the rule says about itself.
    public private(set) var rule: Rule
    /// One event, and for some rules one container of it, to true or false.
    package let condition: CheckedExpression
    /// Whether the rule is asked once for an event or once for each of its containers.
    package let scope: Scope
    /// Levels for special cases; the first that is true counts.
    package let levels: [(when: CheckedExpression, level: Level)]
    package let message: MessageTemplate
    /// Values that are shown as evidence whatever the condition looked at.
    package let fields: [CheckedExpression]
    /// Values in which findings of no more than level low agree that are one finding; none where the usual identity counts.
    package let dedup: [CheckedExpression]
    /// The highest level at which findings are folded by ``dedup``; those above are told each time.
    package let dedupLevel: Level
    /// What an event must be for the condition to have a chance.
    package let requirement: Requirement
    /// What a workload and its container must have for the condition to have a chance.
    package let features: FeatureRequirement
    /// The facts that the rule asks for anywhere.
    package let facts: Set<Fact>
    /// Lists that must have members for the condition to have a chance.
    private let neededLists: [String]

    /// Whether every event counts for itself, as in a search.
    package let isSearch: Bool
    /// What must come before the rule can be asked: a source that is not read yet, a switch that is off.
    ///
    /// A rule that waits is listed and never evaluated.
    package let waitsFor: [String]
    /// What several events must be together before the rule speaks; nil where each event counts for itself.
    package let aggregation: Aggregation?
    /// Whether the rule makes findings; one that is only there for others to build on does not.
    package let generates: Bool
    /// The condition, planned.
    package let program: Program
    /// ``levels``, planned.
    package let levelPrograms: [(when: Program, level: Level)]
    /// ``fields``, planned.
    package let fieldPrograms: [Program]
    /// ``dedup``, planned.
    package let dedupPrograms: [Program]
    /// ``message``, planned.
    package let messageParts: [MessagePart]

    /// A part of a message: a text, or what gives one.
    package enum MessagePart: Sendable {
        case text(String)
        case value(Program)
        /// A value that gives a finished text, which is shown as it is.
        case finished(Program)
    }

    /// Plans a rule whose expressions were checked.
    init(
        rule: Rule, condition: CheckedExpression, levels: [(when: CheckedExpression, level: Level)],
        message: MessageTemplate, fields: [CheckedExpression], requirement: Requirement, in environment: Environment,
        isSearch: Bool = false, waitsFor: [String] = [], aggregation: Aggregation? = nil, generates: Bool = true,
        dedup: [CheckedExpression] = [], dedupLevel: Level = .low
    ) {
        self.rule = rule
        self.isSearch = isSearch
        self.aggregation = aggregation
        self.generates = generates
        self.waitsFor = waitsFor
        self.condition = condition
        self.levels = levels
        self.message = message
        self.fields = fields
        self.dedup = dedup
        self.dedupLevel = dedupLevel
        self.requirement = requirement
        features = FeatureRequirement(of: condition.root)
        neededLists = Self.neededLists(in: condition.root)
        program = environment.program(condition)
        scope = Scope(condition)
        levelPrograms = levels.map { (environment.program($0.when), $0.level) }
        fieldPrograms = fields.map { environment.program($0) }
        dedupPrograms = dedup.map { environment.program($0) }
        messageParts = message.parts.map { part in
            switch part {
            case .text(let text): .text(text)
            case .value(let expression): .value(environment.program(expression))
            case .finished(let expression): .finished(environment.program(expression))
            }
        }
        let told = fields + dedup + message.expressions + (aggregation?.expressions ?? [])
        facts = Fact.asked(by: [condition] + levels.map(\.when) + told)
    }

    /// The rule with the text of the page beside it.
    func with(page: String?) -> CompiledRule {
        var copy = self
        copy.rule.page = page
        return copy
    }

    /// The rule with a narrower condition, or kept for others to build on.
    func with(
        rule: Rule, condition: CheckedExpression, generates: Bool, in environment: Environment
    ) -> CompiledRule {
        var requirement = Requirement(of: condition.root)
        requirement.sources &= self.requirement.sources
        return CompiledRule(
            rule: rule, condition: condition, levels: levels, message: message, fields: fields,
            requirement: requirement, in: environment, isSearch: isSearch, waitsFor: waitsFor,
            aggregation: aggregation, generates: generates, dedup: dedup, dedupLevel: dedupLevel)
    }

    /// The highest level that a finding of the rule may have.
    package var highestLevel: Level { levels.reduce(rule.level) { max($0, $1.level) } }

    /// Whether a detector asks the rule at all.
    package var isAsked: Bool { generates && waitsFor.isEmpty }

    /// Whether the rule can be true where there are these lists.
    package func hasChance(with lists: RuleLists) -> Bool {
        neededLists.allSatisfy { lists[$0]?.members.isEmpty == false }
    }

    /// The lists of which a condition says `!listIsEmpty(…)` among what must all be true.
    private static func neededLists(in node: Expression) -> [String] {
        guard case .call(let function, nil, let sides) = node.kind else { return [] }
        if function == "_&&_" { return sides.flatMap { neededLists(in: $0) } }
        guard function == "!_", case .call("listIsEmpty", nil, let asked)? = sides.first?.kind,
            case .literal(.string(let name))? = asked.first?.kind
        else { return [] }
        return [name]
    }

    /// What a rule is asked about.
    package enum Scope: Sendable {
        case event, container
    }
}

extension CompiledRule.Scope {
    /// A condition that names a container or its image is asked once for each.
    init(_ condition: CheckedExpression) {
        let names = [EventSchema.Slot.container.name, EventSchema.Slot.image.name]
        self = condition.reads.contains { names.contains($0.variable) } ? .container : .event
    }
}
