/// A step of a search behind its conditions: what becomes of the rows.
enum SearchStage: Sendable {
    case filter(SearchTree)
    case condition(SearchExpression)
    case eval([(name: String, value: SearchExpression)])
    case stats([SearchAggregate], by: [SearchField])
    case timechart(span: Int64, [SearchAggregate], by: SearchField?)
    case bin(SearchField, span: Double, isTime: Bool)
    case sort([SortKey])
    case head(Int)
    case tail(Int)
    case dedup([SearchField])
    case table([SearchField])
    case fieldsWithout([SearchField])
    case rename([(from: SearchField, to: String)])
    case top(Int, [SearchField], isRare: Bool)

    /// A field that rows are sorted by.
    struct SortKey: Sendable {
        var field: SearchField
        var isDescending: Bool
    }

    /// Whether the rows behind it have no fields but those that it made.
    var isBarrier: Bool {
        switch self {
        case .stats, .timechart, .table, .top: true
        default: false
        }
    }

    /// The fields that it reads.
    var fields: [SearchField] {
        switch self {
        case .filter(let tree): tree.fields
        case .condition(let expression): expression.fields
        case .eval(let values): values.flatMap(\.value.fields)
        case .stats(let aggregates, let by): aggregates.flatMap(\.fields) + by
        case .timechart(_, let aggregates, let by): aggregates.flatMap(\.fields) + (by.map { [$0] } ?? [])
        case .bin(let field, _, _): [field]
        case .sort(let keys): keys.map(\.field)
        case .head, .tail, .fieldsWithout: []
        case .dedup(let fields), .table(let fields), .top(_, let fields, _): fields
        case .rename(let names): names.map(\.from)
        }
    }
}

extension SearchTree {
    /// The fields that it reads.
    var fields: [SearchField] {
        switch self {
        case .and(let parts), .or(let parts): parts.flatMap(\.fields)
        case .not(let part): part.fields
        case .comparison(let field, _, _), .membership(let field, _, _): [field]
        case .text, .everything: []
        }
    }

    /// Whether a text alone stands in it.
    var hasText: Bool {
        switch self {
        case .and(let parts), .or(let parts): parts.contains { $0.hasText }
        case .not(let part): part.hasText
        case .text(let value): !value.isQuoted
        case .everything: true
        case .comparison, .membership: false
        }
    }

    /// The values that fields must be one of.
    var values: [SearchValue] {
        switch self {
        case .and(let parts), .or(let parts): parts.flatMap(\.values)
        case .not(let part): part.values
        case .membership(_, let values, _): values
        case .comparison, .text, .everything: []
        }
    }

    /// Whether it is true of a row; a text stands in one of its fields.
    func isTrue(of row: SearchRow, anywhere: (String) -> Bool) -> Bool {
        switch self {
        case .everything: return true
        case .and(let parts): return parts.allSatisfy { $0.isTrue(of: row, anywhere: anywhere) }
        case .or(let parts): return parts.contains { $0.isTrue(of: row, anywhere: anywhere) }
        case .not(let part): return !part.isTrue(of: row, anywhere: anywhere)
        case .text(let value): return anywhere(value.text)
        case .comparison(let field, let sign, let value): return Self.compare(row[field.name], sign, value.text)
        case .membership(let field, let values, let isNegated):
            let cells = row[field.name].values
            return isNegated != cells.contains { cell in values.contains { Self.isLike(cell, $0.text) } }
        }
    }

    private static func compare(_ cell: SearchCell, _ sign: String, _ text: String) -> Bool {
        let cells = cell.values
        switch sign {
        case "=": return cells.contains { isLike($0, text) }
        case "!=": return !cells.contains { isLike($0, text) }
        default:
            let other: SearchCell = Double(text).map { .number($0) } ?? .text(text)
            return cells.contains { one in
                switch sign {
                case "<": SearchCell.isBefore(one, other)
                case ">": SearchCell.isBefore(other, one)
                case "<=": !SearchCell.isBefore(other, one)
                default: !SearchCell.isBefore(one, other)
                }
            }
        }
    }

    private static func isLike(_ cell: SearchCell, _ text: String) -> Bool {
        if let number = cell.number, let other = Double(text) { return number == other }
        return cell.text.withText { TextPattern(text).matches($0, ignoringCase: true) }
    }
}
