internal import CEL

/// A search that is kept as a rule: `detection: {search: …}` in Sigma's envelope.
///
/// Conditions alone are a rule about single events. `| stats count by user | where count > 5` counts, in the terms of
/// Sigma's correlations; with `| bin _time span=10m` before it and `_time` among the fields it counts within ten minutes,
/// without within all that is read.
struct SavedSearch {
    /// The conditions as CEL.
    let condition: String
    /// What counts the events that the conditions are true of.
    let aggregation: Aggregation?

    /// Reads a search.
    init(_ text: String, compiler: ConditionCompiler) throws(SearchFault) {
        let (tree, rest) = try SearchParser.leading(text)
        let lowering = SearchLowering(search: text, lists: compiler.lists)
        condition = try lowering.lower(tree)
        guard let rest else {
            aggregation = nil
            return
        }
        let plan = try Plan(try SearchStageParser.parse(text, from: rest), in: text, at: rest)
        let keys = try plan.keys(lowering)
        let value = try plan.value(lowering)
        do throws(ConditionCompiler.Faults) {
            var groupBy: [CheckedExpression] = []
            for key in keys { groupBy.append(try compiler.compile(key)) }
            let values = try value.map { value throws(ConditionCompiler.Faults) in [try compiler.compile(value)] } ?? []
            let selection = Aggregation.Selection(
                condition: try compiler.compileCondition(condition), groupBy: groupBy, values: values,
                in: compiler.environment)
            aggregation = Aggregation(
                kind: plan.kind, inputs: [Aggregation.Input(name: "search", source: .events(selection))],
                groupBy: plan.fields.map(\.name), timespan: plan.timespan, condition: .bounds([plan.bound]))
        } catch {
            throw SearchFault(error.all.first?.message ?? "the search cannot be run", in: text, at: 0)
        }
    }

    /// The stages as a count and a bound.
    private struct Plan {
        var kind = Aggregation.Kind.eventCount
        var counted: SearchField?
        var fields: [SearchField] = []
        var timespan = Int64.max
        var bound: Aggregation.Bound

        private static let form = "a search that counts is a rule in the form '| stats count by user | where count > 5'"

        init(_ stages: [SearchStage], in search: String, at offset: Int) throws(SearchFault) {
            var stages = stages[...]
            var isTimed = false
            if case .bin(let field, let span, true)? = stages.first, field.name == "_time" {
                timespan = Int64(span * 1e9)
                isTimed = true
                stages = stages.dropFirst()
            }
            guard stages.count == 2, case .stats(let aggregates, let by)? = stages.first,
                let aggregate = aggregates.first,
                aggregates.count == 1, case .condition(let expression)? = stages.last,
                case .binary(let sign, .field(let name), .value(.number(let limit))) = expression,
                name.name == aggregate.name, let comparison = Self.comparison(sign)
            else { throw SearchFault(Self.form, in: search, at: offset) }
            bound = Aggregation.Bound(comparison, limit)
            let isSplit = by.contains { $0.name == "_time" }
            guard isSplit == isTimed else {
                throw SearchFault("'bin _time span=…' and 'by _time' belong together", in: search, at: offset)
            }
            fields = by.filter { $0.name != "_time" }
            switch (aggregate.function, aggregate.argument) {
            case (.count, nil): break
            case (.dc, .field(let field)?): (kind, counted) = (.valueCount, field)
            case (.sum, .field(let field)?): (kind, counted) = (.valueSum, field)
            case (.avg, .field(let field)?): (kind, counted) = (.valueAverage, field)
            default:
                throw SearchFault(
                    "a rule counts with count, dc(field), sum(field) or avg(field)", in: search, at: offset)
            }
        }

        private static func comparison(_ sign: SearchExpression.Operator) -> Aggregation.Bound.Comparison? {
            switch sign {
            case .greater: .gt
            case .atLeast: .gte
            case .less: .lt
            case .atMost: .lte
            case .equal: .eq
            case .unequal: .neq
            default: nil
            }
        }

        func keys(_ lowering: SearchLowering) throws(SearchFault) -> [String] {
            var keys: [String] = []
            for field in fields { keys.append(try lowering.key(of: field)) }
            return keys
        }

        func value(_ lowering: SearchLowering) throws(SearchFault) -> String? {
            guard let counted else { return nil }
            return try lowering.key(of: counted)
        }
    }
}
