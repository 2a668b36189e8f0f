extension Aggregation: CustomStringConvertible {
    /// The aggregation in a line: `event_count of creates by user.username within 60 s is gte 3`.
    package var description: String {
        let names = inputs.map(\.name).joined(separator: kind == .temporalOrdered ? ", then " : ", ")
        let groups = groupBy.isEmpty ? "" : " by " + groupBy.joined(separator: ", ")
        let span = timespan == .max ? "" : " within \(timespan / 1_000_000_000) s"
        let rank = kind == .valuePercentile ? " \(Self.written(percentile))" : ""
        return "\(kind.rawValue)\(rank) of \(names)\(groups)\(span) is \(text(of: condition))"
    }

    private func text(of condition: Condition) -> String {
        switch condition {
        case .bounds(let bounds):
            bounds.map { "\($0.comparison.rawValue) \(Self.written($0.limit))" }.joined(separator: " and ")
        case .inputs(let condition): text(of: condition)
        }
    }

    private func text(of condition: InputCondition) -> String {
        switch condition {
        case .input(let position): inputs.indices.contains(position) ? inputs[position].name : "?"
        case .all(let parts): "(" + parts.map { text(of: $0) }.joined(separator: " and ") + ")"
        case .any(let parts): "(" + parts.map { text(of: $0) }.joined(separator: " or ") + ")"
        }
    }

    private static func written(_ number: Double) -> String { Int64(exactly: number).map { "\($0)" } ?? "\(number)" }
}
