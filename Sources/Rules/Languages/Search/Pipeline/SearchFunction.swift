/// A function of `eval` and `where`, as Splunk's search language has it.
enum SearchFunction: String, CaseIterable, Sendable {
    case `if`, `case`, coalesce, nullif, isnull, isnotnull, isnum, isstr, null
    case lower, upper, len, substr, replace, trim, ltrim, rtrim, like, match, tostring, tonumber
    case abs, ceiling, floor, round, sqrt, pow, min, max
    case mvcount, mvindex, mvjoin, split
    case now

    /// How many arguments it takes.
    var arity: ClosedRange<Int> {
        switch self {
        case .null, .now: 0...0
        case .isnull, .isnotnull, .isnum, .isstr, .lower, .upper, .len, .tostring, .abs, .ceiling, .floor, .sqrt,
            .mvcount:
            1...1
        case .trim, .ltrim, .rtrim, .round, .tonumber: 1...2
        case .nullif, .like, .match, .pow, .split, .mvjoin: 2...2
        case .substr, .mvindex: 2...3
        case .if, .replace: 3...3
        case .case: 2...64
        case .coalesce, .min, .max: 1...64
        }
    }

    /// Works it out; conditions decide which arguments are looked at.
    func evaluate(
        _ arguments: [SearchExpression], _ value: (SearchExpression) -> SearchCell, now: () -> Double
    ) -> SearchCell {
        func isTrue(_ expression: SearchExpression) -> Bool {
            switch value(expression) {
            case .bool(let bool): bool
            case .number(let number): number != 0
            default: false
            }
        }
        switch self {
        case .if: return value(isTrue(arguments[0]) ? arguments[1] : arguments[2])
        case .case:
            for at in stride(from: 0, to: arguments.count - 1, by: 2) where isTrue(arguments[at]) {
                return value(arguments[at + 1])
            }
            return .none
        case .coalesce: return arguments.lazy.map(value).first { !$0.isNull } ?? .none
        case .now: return .number(now())
        default: return apply(arguments.map(value))
        }
    }

    private func apply(_ cells: [SearchCell]) -> SearchCell {
        let first = cells.first ?? .none
        switch self {
        case .null: return .none
        case .nullif: return SearchCell.isEqual(cells[0], cells[1]) ? .none : first
        case .isnull: return .bool(first.isNull)
        case .isnotnull: return .bool(!first.isNull)
        case .isnum: return .bool(first.number != nil)
        case .isstr:
            guard case .text = first else { return .bool(false) }
            return .bool(true)
        case .min: return cells.filter { !$0.isNull }.min(by: SearchCell.isBefore) ?? .none
        case .max: return cells.filter { !$0.isNull }.max(by: SearchCell.isBefore) ?? .none
        case .abs, .ceiling, .floor, .round, .sqrt, .pow: return number(cells)
        case .mvcount: return first.isNull ? .none : .number(Double(first.values.count))
        case .mvindex: return element(cells)
        case .mvjoin: return .text(first.values.map(\.text).joined(separator: cells[1].text))
        default: return first.isNull ? .none : text(cells)
        }
    }

    private func text(_ cells: [SearchCell]) -> SearchCell {
        let first = cells[0].text
        switch self {
        case .lower: return .text(first.lowercased())
        case .upper: return .text(first.uppercased())
        case .len: return .number(Double(first.unicodeScalars.count))
        case .tostring: return .text(first)
        case .tonumber:
            let radix = cells.count > 1 ? Int(cells[1].number ?? 10) : 10
            guard radix != 10, (2...36).contains(radix) else { return cells[0].number.map { .number($0) } ?? .none }
            return Int64(first, radix: radix).map { .number(Double($0)) } ?? .none
        case .substr: return substring(first, cells)
        case .trim, .ltrim, .rtrim: return trimmed(first, cells.count > 1 ? cells[1].text : " \t")
        case .like: return .bool(Self.like(first, cells[1].text))
        case .split:
            let parts =
                cells[1].text.isEmpty
                ? [first] : first.split(separator: cells[1].text, omittingEmptySubsequences: false).map(String.init)
            return .list(parts.prefix(1000).map { .text($0) })
        default: return .none
        }
    }

    private func number(_ cells: [SearchCell]) -> SearchCell {
        guard let number = cells[0].number else { return .none }
        switch self {
        case .abs: return .number(Swift.abs(number))
        case .ceiling: return .number(number.rounded(.up))
        case .floor: return .number(number.rounded(.down))
        case .sqrt: return number < 0 ? .none : .number(number.squareRoot())
        case .pow: return cells[1].number.map { .number(Self.power(number, $0)) } ?? .none
        default:
            let digits = Swift.min(
                12, Swift.max(0, Int(exactly: cells.count > 1 ? (cells[1].number ?? 0).rounded() : 0) ?? 0))
            var scale = 1.0
            for _ in 0..<digits { scale *= 10 }
            return .number((number * scale).rounded() / scale)
        }
    }

    /// Whole exponents only; others are rare in searches of logs.
    private static func power(_ base: Double, _ exponent: Double) -> Double {
        guard let whole = Int(exactly: exponent), Swift.abs(whole) <= 1024 else { return .nan }
        var result = 1.0
        for _ in 0..<Swift.abs(whole) { result *= base }
        return whole < 0 ? 1 / result : result
    }

    /// Positions count from 1, negative ones from the end.
    private func substring(_ text: String, _ cells: [SearchCell]) -> SearchCell {
        let scalars = Array(text.unicodeScalars)
        guard let given = cells[1].number.flatMap({ Int(exactly: $0.rounded()) }) else { return .none }
        let begin = Swift.max(
            0,
            Swift.min(
                scalars.count, given > 0 ? given - 1 : given == 0 ? 0 : scalars.count + Swift.max(given, -scalars.count)
            ))
        var length = scalars.count - begin
        if cells.count > 2 {
            guard let asked = cells[2].number.flatMap({ Int(exactly: $0.rounded()) }) else { return .none }
            length = Swift.max(0, Swift.min(length, asked))
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[begin..<(begin + length)])
        return .text(String(view))
    }

    private func trimmed(_ text: String, _ set: String) -> SearchCell {
        var rest = Substring(text)
        if self != .rtrim { rest = rest.drop { set.contains($0) } }
        if self != .ltrim { while let last = rest.last, set.contains(last) { rest.removeLast() } }
        return .text(String(rest))
    }

    private func element(_ cells: [SearchCell]) -> SearchCell {
        let values = cells[0].values
        guard let given = cells[1].number.flatMap({ Int(exactly: $0) }) else { return .none }
        func place(_ position: Int) -> Int { position < 0 ? values.count + position : position }
        let begin = place(given)
        guard cells.count > 2, let other = cells[2].number.flatMap({ Int(exactly: $0) }) else {
            return values.indices.contains(begin) ? values[begin] : .none
        }
        let end = Swift.min(place(other), values.count - 1)
        return begin >= 0 && begin <= end ? .list(Array(values[begin...end])) : .none
    }

    /// SQL's `LIKE`: `%` for any text, `_` for one character, in the case as written.
    static func like(_ text: String, _ pattern: String) -> Bool {
        let text = Array(text.unicodeScalars)
        let pattern = Array(pattern.unicodeScalars)
        var (at, from) = (0, 0)
        var retry: (pattern: Int, text: Int)?
        while at < text.count {
            if from < pattern.count, pattern[from] == "%" {
                retry = (from + 1, at)
                from += 1
            } else if from < pattern.count, pattern[from] == "_" || pattern[from] == text[at] {
                at += 1
                from += 1
            } else if let last = retry {
                retry = (last.pattern, last.text + 1)
                (from, at) = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[from...].allSatisfy { $0 == "%" }
    }
}
