internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads correlation rules: each becomes a rule whose aggregation has the conditions that it builds on.
struct SigmaCorrelationReader {
    static let keys = ["type", "rules", "group-by", "timespan", "condition", "aliases", "generate"]

    private let drafts: [SigmaDraft]
    private let compiler: ConditionCompiler
    private let refused: Set<String>
    private var made: [Read] = []
    private var waiting: [SigmaDocument] = []
    /// The rules that make no findings of their own, by position.
    private(set) var silenced: Set<Int> = []
    /// Correlations that only others build on.
    private var silencedNames: Set<String> = []
    private var generating: Set<Int> = []
    var diagnostics: [Diagnostic] = []

    /// A correlation that was read.
    private struct Read {
        var rule: Rule
        var names: Set<String>
        var aggregation: Aggregation
        /// True where one of the events that it builds on may count.
        var condition: String
        var requirement: Requirement
        var waitsFor: [String]
    }

    init(_ drafts: [SigmaDraft], _ compiler: ConditionCompiler, refused: Set<String>) {
        self.drafts = drafts
        self.compiler = compiler
        self.refused = refused
    }

    /// Reads correlations, those first that others build on.
    mutating func read(_ documents: [SigmaDocument]) -> [CompiledRule] {
        waiting = documents
        var isProgress = true
        while isProgress {
            isProgress = false
            for document in waiting where needs(of: document).isDisjoint(with: unread) {
                isProgress = true
                waiting.removeAll { $0.file == document.file && $0.position == document.position }
                if let read = read(document) { made.append(read) }
            }
        }
        for document in waiting {
            diagnostics.append(
                document.text.fault(
                    at: document.root.value("correlation") ?? document.root,
                    "the correlation builds on itself, through the rules that it names"))
        }
        silenced.subtract(generating)
        var rules: [CompiledRule] = []
        for read in made { if let rule = rule(of: read) { rules.append(rule) } }
        return rules
    }

    private mutating func rule(of made: Read) -> CompiledRule? {
        let condition: CheckedExpression
        do throws(ConditionCompiler.Faults) { condition = try compiler.compileCondition(made.condition) } catch {
            diagnostics.append(
                Diagnostic(
                    file: made.rule.file,
                    message: "the rules that '\(made.rule.title)' builds on cannot be asked together: "
                        + (error.all.first?.message ?? "no reason")))
            return nil
        }
        var rule = made.rule
        rule.condition = made.condition
        return CompiledRule(
            rule: rule, condition: condition, levels: [],
            message: MessageTemplate(parts: [.text(rule.title)]), fields: [], requirement: made.requirement,
            in: compiler.environment, waitsFor: made.waitsFor, aggregation: made.aggregation,
            generates: silencedNames.isDisjoint(with: made.names))
    }

    /// What a document is called.
    private func names(of document: SigmaDocument) -> Set<String> {
        var names: Set<String> = [SigmaEnvelope(document).name]
        if let id = document.root.value("id")?.scalar?.string { names.insert(id.lowercased()) }
        return names
    }

    /// What the correlations are called that were not read yet.
    private var unread: Set<String> {
        waiting.reduce(into: Set<String>()) { $0.formUnion(names(of: $1)) }
    }

    private func needs(of document: SigmaDocument) -> Set<String> {
        let node = document.root.value("correlation")
        var needed: Set<String> = []
        if case .sequence(let rules)? = node?.value("rules") {
            needed = Set(rules.compactMap { $0.scalar?.string })
        } else if let one = node?.value("rules")?.scalar?.string {
            needed = [one]
        }
        if let extended = node?.value("condition")?.scalar?.string {
            needed.formUnion(extended.split(whereSeparator: { " ()\n\t".contains($0) }).map(String.init))
        }
        return needed.union(needed.map { $0.lowercased() })
    }

    private mutating func read(_ document: SigmaDocument) -> Read? {
        var envelope = SigmaEnvelope(document)
        let rule = envelope.rule(Rule.LogSource())
        let text = document.text
        let node = document.root.value("correlation") ?? document.root
        var fields = YAMLFields(node, in: text, known: Self.keys, what: "'correlation'")
        defer { diagnostics += envelope.fields.diagnostics + fields.diagnostics }
        let kind: Aggregation.Kind? = fields.word("type", required: true)
        let groupBy = fields.texts("group-by")
        let timespan = timespan(&fields)
        let extended = fields.value("condition").flatMap { $0.scalar != nil ? $0 : nil }
        var references = fields.texts("rules")
        let tree = extended.flatMap { SigmaCorrelationCondition.read($0, in: text, references: &references, &fields) }
        if references.isEmpty, fields.diagnostics.isEmpty {
            fields.fault(at: node, "'rules' is missing: the names or ids of the rules that are counted")
        }
        guard let kind, envelope.isSound else { return nil }
        let condition = condition(kind, tree, references.count, &fields)
        let aliases = aliases(&fields)
        let generates = fields.bool("generate")
        var inputs: [Aggregation.Input] = []
        var conditions: [String] = []
        var requirement: Requirement?
        var waitsFor = envelope.waitsFor
        for reference in references {
            var names = groupBy.map { aliases[$0]?[reference] ?? $0 }
            let values = condition?.fields.map { aliases[$0]?[reference] ?? $0 } ?? []
            if let position = drafts.lastIndex(where: { $0.isCalled(reference) }) {
                if generates { generating.insert(position) } else { silenced.insert(position) }
                let draft = drafts[position]
                names = groupBy.map { aliased($0, aliases, draft) }
                let counted = condition?.fields.map { aliased($0, aliases, draft) } ?? []
                guard let input = input(reference, draft, names, counted, at: node, &fields) else { continue }
                inputs.append(input.0)
                conditions.append(draft.condition)
                requirement = requirement.map { $0.or(input.1) } ?? input.1
                waitsFor += draft.waitsFor.filter { !waitsFor.contains($0) }
            } else if let inner = made.last(where: {
                $0.names.contains(reference) || $0.names.contains(reference.lowercased())
            }) {
                if !generates { silencedNames.formUnion(inner.names) }
                inputs.append(
                    Aggregation.Input(
                        name: reference,
                        source: .aggregation(
                            inner.aggregation, keys: names.map { inner.aggregation.groupBy.firstIndex(of: $0) },
                            values: values.map { inner.aggregation.groupBy.firstIndex(of: $0) })))
                conditions.append(inner.condition)
                requirement = requirement.map { $0.or(inner.requirement) } ?? inner.requirement
                waitsFor += inner.waitsFor.filter { !waitsFor.contains($0) }
            } else {
                missing(reference, at: node, &fields)
            }
        }
        guard fields.diagnostics.isEmpty, let condition, let timespan, let requirement else { return nil }
        let aggregation = Aggregation(
            kind: kind, inputs: inputs, groupBy: groupBy, timespan: timespan, condition: condition.condition,
            percentile: condition.percentile)
        return Read(
            rule: rule, names: names(of: document).union([rule.id]), aggregation: aggregation,
            condition: SigmaItemReader.join(conditions, " || "), requirement: requirement, waitsFor: waitsFor)
    }

    private func missing(_ reference: String, at node: Node, _ fields: inout YAMLFields) {
        let place = node.value("rules") ?? node
        if refused.contains(reference) {
            fields.fault(at: place, "the rule '\(reference)' is refused for faults of its own")
            return
        }
        let known = drafts.map(\.rule.name) + made.map(\.rule.name)
        fields.fault(at: place, "there is no rule '\(reference)'" + Spelling.hint(for: reference, among: known))
    }

    private func aliased(_ name: String, _ aliases: [String: [String: String]], _ draft: SigmaDraft) -> String {
        guard let mapping = aliases[name] else { return name }
        return mapping.first { draft.isCalled($0.key) }?.value ?? name
    }

    /// A rule's matches as an input, and what an event must be for it.
    private func input(
        _ reference: String, _ draft: SigmaDraft, _ groupBy: [String], _ values: [String], at node: Node,
        _ fields: inout YAMLFields
    ) -> (Aggregation.Input, Requirement)? {
        do throws(ConditionCompiler.Faults) {
            let condition = try compiler.compileCondition(draft.condition)
            var requirement = Requirement(of: condition.root)
            requirement.sources &= draft.sources
            var keys: [CheckedExpression] = []
            for name in groupBy { keys.append(try compiler.compile(expression(name, draft))) }
            var counted: [CheckedExpression] = []
            for name in values { counted.append(try compiler.compile(expression(name, draft))) }
            let selection = Aggregation.Selection(
                condition: condition, groupBy: keys, values: counted, in: compiler.environment)
            return (Aggregation.Input(name: reference, source: .events(selection)), requirement)
        } catch {
            fields.fault(at: node, error.all.first?.message ?? "the rule '\(reference)' cannot be counted")
            return nil
        }
    }

    /// A key: a field of the normalized event where a rule in CEL is counted, of the record otherwise.
    private func expression(_ name: String, _ draft: SigmaDraft) -> String {
        let first = name.prefix { $0 != "." }
        let isOurs = EventSchema.Slot.allCases.contains { $0.name == first && $0 != .raw }
        if draft.compiled != nil, isOurs { return name }
        return draft.taxonomy.expression(for: name)
    }

    private func timespan(_ fields: inout YAMLFields) -> Int64? {
        let written = fields.string("timespan", required: true)
        guard let node = fields.value("timespan"), !written.isEmpty else { return nil }
        let units: [Character: Int64] = [
            "s": 1, "m": 60, "h": 3600, "d": 86_400, "w": 604_800, "M": 2_629_746, "y": 31_556_952,
        ]
        guard let unit = written.last, let seconds = units[unit], let count = Int64(written.dropLast()), count > 0,
            count <= 100_000
        else {
            fields.fault(at: node, "'\(written)' is no timespan: write a number and s, m, h, d, w, M or y, as in 15m")
            return nil
        }
        let (span, overflow) = (count * seconds).multipliedReportingOverflow(by: 1_000_000_000)
        return overflow ? Int64.max : span
    }

    private func aliases(_ fields: inout YAMLFields) -> [String: [String: String]] {
        guard let node = fields.value("aliases") else { return [:] }
        guard case .mapping(let mapping) = node else {
            fields.fault(at: node, "'aliases' must map each name to the field of each rule")
            return [:]
        }
        var aliases: [String: [String: String]] = [:]
        for (key, value) in mapping {
            guard case .mapping(let rules) = value else {
                fields.fault(at: value, "an alias must map rules to their fields")
                continue
            }
            for (rule, field) in rules {
                guard let field = field.scalar?.string else {
                    fields.fault(at: field, "a field must be a name")
                    continue
                }
                aliases[key.scalar?.string ?? "", default: [:]][rule.scalar?.string ?? ""] = field
            }
        }
        return aliases
    }

    private func condition(
        _ kind: Aggregation.Kind, _ tree: Aggregation.InputCondition?, _ count: Int, _ fields: inout YAMLFields
    ) -> SigmaCorrelationCondition? {
        let node = fields.value("condition")
        if let node, node.scalar != nil {
            guard kind.isTemporal else {
                fields.fault(at: node, "a condition on rules is for 'temporal'; write {gte: 10}")
                return nil
            }
            guard kind != .temporalOrdered else {
                // Which order `a and (b or c)` would ask for is written nowhere.
                fields.fault(
                    at: node,
                    "a condition on rules says nothing of their order; leave it out, so that all rules count in the order of "
                        + "'rules', or use 'temporal'")
                return nil
            }
            return tree.map { SigmaCorrelationCondition(condition: .inputs($0)) }
        }
        if node == nil, kind.isTemporal {
            return SigmaCorrelationCondition(condition: .bounds([Aggregation.Bound(.gte, Double(count))]))
        }
        guard let node else {
            fields.fault(at: nil, "'condition' is missing: such as {gte: 10}")
            return nil
        }
        return SigmaCorrelationCondition(node, kind: kind, &fields)
    }
}
