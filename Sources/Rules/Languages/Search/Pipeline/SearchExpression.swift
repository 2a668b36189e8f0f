internal import CEL

/// An expression of `eval` and `where`.
indirect enum SearchExpression: Sendable {
    case value(SearchCell)
    case field(SearchField)
    case negated(SearchExpression)
    case not(SearchExpression)
    case binary(Operator, SearchExpression, SearchExpression)
    case isIn(SearchExpression, [SearchExpression])
    case call(SearchFunction, [SearchExpression])
    /// `match(text, "pattern")`.
    case matches(SearchExpression, TextRegex)
    /// `replace(text, "pattern", "text")`.
    case replaced(SearchExpression, TextRegex, with: String)

    /// An operator between two expressions.
    enum Operator: String, Sendable {
        case or, and, xor
        case equal = "=", unequal = "!=", less = "<", atMost = "<=", greater = ">", atLeast = ">=", like
        case plus = "+", minus = "-", times = "*", divided = "/", modulo = "%", joined = "."
    }

    /// The fields that it reads.
    var fields: [SearchField] {
        switch self {
        case .value: []
        case .field(let field): [field]
        case .negated(let inner), .not(let inner), .matches(let inner, _), .replaced(let inner, _, _): inner.fields
        case .binary(_, let left, let right): left.fields + right.fields
        case .isIn(let subject, let values): subject.fields + values.flatMap(\.fields)
        case .call(_, let arguments): arguments.flatMap(\.fields)
        }
    }

    /// Works it out for a row.
    func value(in row: SearchRow, now: Double) -> SearchCell {
        switch self {
        case .value(let cell): return cell
        case .field(let field): return row[field.name]
        case .negated(let inner): return inner.value(in: row, now: now).number.map { .number(-$0) } ?? .none
        case .not(let inner): return .bool(!inner.isTrue(in: row, now: now))
        case .isIn(let subject, let values):
            let cells = subject.value(in: row, now: now).values
            return .bool(
                values.contains { value in
                    let wanted = value.value(in: row, now: now)
                    return cells.contains { SearchCell.isEqual($0, wanted) }
                })
        case .call(let function, let arguments):
            return function.evaluate(arguments) {
                $0.value(in: row, now: now)
            } now: {
                now
            }
        case .matches(let inner, let pattern):
            return .bool(inner.value(in: row, now: now).values.contains { pattern.matches($0.text) })
        case .replaced(let inner, let pattern, let text):
            let cell = inner.value(in: row, now: now)
            return cell.isNull ? .none : .text(pattern.replacing(in: cell.text, with: text))
        case .binary(let sign, let left, let right): return Self.combine(sign, left, right, row, now)
        }
    }

    /// Whether it is true of a row; what has no answer is not.
    func isTrue(in row: SearchRow, now: Double) -> Bool {
        switch value(in: row, now: now) {
        case .bool(let bool): bool
        case .number(let number): number != 0
        default: false
        }
    }

    private static func combine(
        _ sign: Operator, _ left: SearchExpression, _ right: SearchExpression, _ row: SearchRow, _ now: Double
    ) -> SearchCell {
        switch sign {
        case .or: return .bool(left.isTrue(in: row, now: now) || right.isTrue(in: row, now: now))
        case .and: return .bool(left.isTrue(in: row, now: now) && right.isTrue(in: row, now: now))
        case .xor: return .bool(left.isTrue(in: row, now: now) != right.isTrue(in: row, now: now))
        default: break
        }
        let (one, other) = (left.value(in: row, now: now), right.value(in: row, now: now))
        switch sign {
        case .joined: return .text(one.text + other.text)
        case .plus:
            if let a = one.number, let b = other.number { return .number(a + b) }
            // Splunk joins texts with `+` too.
            return one.isNull || other.isNull ? .none : .text(one.text + other.text)
        case .minus, .times, .divided, .modulo:
            guard let a = one.number, let b = other.number else { return .none }
            switch sign {
            case .minus: return .number(a - b)
            case .times: return .number(a * b)
            case .divided: return b == 0 ? .none : .number(a / b)
            default: return b == 0 ? .none : .number(a.truncatingRemainder(dividingBy: b))
            }
        case .like: return .bool(SearchFunction.like(one.text, other.text))
        default: return compare(sign, one, other)
        }
    }

    /// Of a field with several values, one must compare so; what is not known compares with nothing.
    private static func compare(_ sign: Operator, _ left: SearchCell, _ right: SearchCell) -> SearchCell {
        let (some, others) = (left.values, right.values)
        guard !some.isEmpty, !others.isEmpty else { return .bool(false) }
        if sign == .unequal { return .bool(!some.contains { one in others.contains { SearchCell.isEqual(one, $0) } }) }
        return .bool(
            some.contains { one in
                others.contains { other in
                    switch sign {
                    case .equal: SearchCell.isEqual(one, other)
                    case .less: SearchCell.isBefore(one, other)
                    case .greater: SearchCell.isBefore(other, one)
                    case .atMost: !SearchCell.isBefore(other, one)
                    case .atLeast: !SearchCell.isBefore(one, other)
                    default: false
                    }
                }
            })
    }
}
