internal import CEL

extension SearchStageParser {
    private static var depthLimit: Int { 64 }

    /// An expression: `or` binds weakest, then `and`, `not`, comparisons, `+ - .`, `* / %`.
    mutating func expression() throws(SearchFault) -> SearchExpression {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw fault("an expression nests deeper than \(Self.depthLimit)") }
        var left = try conjunction()
        while let sign = takeWord(["OR": .or, "XOR": .xor]) { left = .binary(sign, left, try conjunction()) }
        return left
    }

    private mutating func takeWord(
        _ words: [String: SearchExpression.Operator]
    ) -> SearchExpression.Operator? {
        guard let word = token.keyword, let sign = words[word] else { return nil }
        advance()
        return sign
    }

    private mutating func takeSign(_ signs: [String]) -> SearchExpression.Operator? {
        guard case .sign(let sign) = token.kind, signs.contains(sign) else { return nil }
        advance()
        return SearchExpression.Operator(rawValue: sign)
    }

    private mutating func conjunction() throws(SearchFault) -> SearchExpression {
        var left = try negation()
        while takeKeyword("AND") { left = .binary(.and, left, try negation()) }
        return left
    }

    private mutating func negation() throws(SearchFault) -> SearchExpression {
        guard token.keyword == "NOT" else { return try comparison() }
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw fault("an expression nests deeper than \(Self.depthLimit)") }
        advance()
        return .not(try negation())
    }

    private mutating func comparison() throws(SearchFault) -> SearchExpression {
        let left = try sum()
        if let sign = takeSign(["=", "!=", "<", "<=", ">", ">="]) { return .binary(sign, left, try sum()) }
        if takeKeyword("LIKE") { return .binary(.like, left, try sum()) }
        if takeKeyword("IN") { return .isIn(left, try list()) }
        if token.keyword == "NOT" {
            advance()
            guard takeKeyword("IN") else { throw fault("'IN' must follow 'NOT' here, not \(token.spelling)") }
            return .not(.isIn(left, try list()))
        }
        return left
    }

    private mutating func list() throws(SearchFault) -> [SearchExpression] {
        try expect("(")
        var values = [try expression()]
        while take(",") { values.append(try expression()) }
        try expect(")")
        return values
    }

    private mutating func sum() throws(SearchFault) -> SearchExpression {
        var left = try product()
        while let sign = takeSign(["+", "-", "."]) { left = .binary(sign, left, try product()) }
        return left
    }

    private mutating func product() throws(SearchFault) -> SearchExpression {
        var left = try primary()
        while let sign = takeSign(["*", "/", "%"]) { left = .binary(sign, left, try primary()) }
        return left
    }

    private mutating func primary() throws(SearchFault) -> SearchExpression {
        let first = token
        switch first.kind {
        case .number(let number):
            advance()
            return .value(.number(number))
        case .text(let text):
            advance()
            return .value(.text(text))
        case .sign("-"):
            depth += 1
            defer { depth -= 1 }
            guard depth <= Self.depthLimit else { throw fault("an expression nests deeper than \(Self.depthLimit)") }
            advance()
            return .negated(try primary())
        case .sign("("):
            advance()
            let inner = try expression()
            try expect(")")
            return inner
        case .name(let name):
            advance()
            if token.kind == .sign("(") { return try call(name, at: first) }
            switch name.lowercased() {
            case "true": return .value(.bool(true))
            case "false": return .value(.bool(false))
            default: return .field(SearchField(name: name, offset: first.offset))
            }
        default: throw fault("a value is missing before \(first.spelling)")
        }
    }

    private mutating func call(_ name: String, at first: SearchStageLexer.Token) throws(SearchFault) -> SearchExpression
    {
        try expect("(")
        var arguments: [SearchExpression] = []
        if token.kind != .sign(")") {
            arguments.append(try expression())
            while take(",") { arguments.append(try expression()) }
        }
        try expect(")")
        switch name.lowercased() {
        case "true" where arguments.isEmpty: return .value(.bool(true))
        case "false" where arguments.isEmpty: return .value(.bool(false))
        case "in" where arguments.count > 1: return .isIn(arguments[0], Array(arguments.dropFirst()))
        case let name:
            let known = SearchFunction.allCases.map(\.rawValue)
            guard let function = SearchFunction(rawValue: name == "ceil" ? "ceiling" : name) else {
                throw fault("there is no function '\(name)'" + Spelling.hint(for: name, among: known), at: first)
            }
            guard function.arity.contains(arguments.count), function != .case || arguments.count % 2 == 0 else {
                throw fault("'\(name)' does not take \(arguments.count) arguments", at: first)
            }
            return try made(function, arguments, at: first)
        }
    }

    /// Patterns are compiled once, so they must stand there as texts.
    private func made(
        _ function: SearchFunction, _ arguments: [SearchExpression], at first: SearchStageLexer.Token
    ) throws(SearchFault) -> SearchExpression {
        guard function == .match || function == .replace else { return .call(function, arguments) }
        guard case .value(.text(let text)) = arguments[1] else {
            throw fault("the pattern of '\(function.rawValue)' must be a text in quotes", at: first)
        }
        guard let pattern = TextRegex(text) else {
            throw fault("\"\(text)\" is no regular expression", at: first)
        }
        if function == .match { return .matches(arguments[0], pattern) }
        guard case .value(.text(let replacement)) = arguments[2] else {
            throw fault("what 'replace' puts in must be a text in quotes", at: first)
        }
        return .replaced(arguments[0], pattern, with: replacement)
    }
}
