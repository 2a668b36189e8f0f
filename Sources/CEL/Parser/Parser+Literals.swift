// Literals: of one token, and with parts. A comma may stand after the last part, or alone.
extension Parser {
    mutating func listLiteral() throws(Abort) -> Expression {
        let start = advance().start
        var elements: [Expression] = []
        var optional: Set<Int> = []
        while current.kind != .rightBracket, !(elements.isEmpty && accept(.comma)) {
            if accept(.question) { optional.insert(elements.count) }
            elements.append(try expression())
            if !accept(.comma) { break }
        }
        try expect(.rightBracket)
        return try node(start, .list(elements, optional: optional))
    }

    mutating func mapLiteral() throws(Abort) -> Expression {
        let start = advance().start
        var entries: [Expression.MapEntry] = []
        while current.kind != .rightBrace, !(entries.isEmpty && accept(.comma)) {
            let isOptional = accept(.question)
            let key = try expression()
            let id = nodes.reserve(current.start)
            try expect(.colon)
            entries.append(.init(id: id, key: key, value: try expression(), isOptional: isOptional))
            if !accept(.comma) { break }
        }
        try expect(.rightBrace)
        return try node(start, .map(entries))
    }

    mutating func structure(_ name: String, at start: Int) throws(Abort) -> Expression {
        advance()
        var fields: [Expression.StructureField] = []
        while current.kind != .rightBrace, !(fields.isEmpty && accept(.comma)) {
            let isOptional = accept(.question)
            let (field, token) = try fieldName()
            let id = nodes.reserve(token.start)
            try expect(.colon)
            fields.append(.init(id: id, name: field, value: try expression(), isOptional: isOptional))
            if !accept(.comma) { break }
        }
        try expect(.rightBrace)
        return try node(start, .structure(name: name, fields))
    }

    mutating func literal() throws(Abort) -> Expression {
        let start = current.start
        let isNegative = accept(.minus)
        let token = current
        switch token.kind {
        case .int: return try node(start, .literal(try integer(advance(), isNegative: isNegative)))
        case .double:
            let value = Double(text(advance())) ?? .nan
            guard value.isFinite else { throw fail(start, "invalid double literal") }
            return try node(start, .literal(.double(isNegative ? -value : value)))
        case .uint where !isNegative: return try node(start, .literal(try unsigned(advance())))
        case .string where !isNegative, .bytes where !isNegative:
            advance()
            do {
                let bytes = try StringLiteral.decode(source.bytes[token.start..<token.end])
                let value: Literal =
                    token.kind == .bytes ? .bytes(bytes) : .string(String(decoding: bytes, as: UTF8.self))
                return try node(start, .literal(value))
            } catch let fault as StringLiteral.Fault {
                throw fail(start, fault.message)
            } catch {
                throw Abort()
            }
        case .true where !isNegative, .false where !isNegative:
            advance()
            return try node(start, .literal(.bool(token.kind == .true)))
        case .null where !isNegative:
            advance()
            return try node(start, .literal(.null))
        default: throw unexpected()
        }
    }

    private mutating func integer(_ token: Token, isNegative: Bool) throws(Abort) -> Literal {
        let digits = text(token)
        let value =
            digits.hasPrefix("0x")
            ? Int64((isNegative ? "-" : "") + digits.dropFirst(2), radix: 16)
            : Int64((isNegative ? "-" : "") + digits)
        guard let value else { throw fail(token.start, "invalid int literal") }
        return .int(value)
    }

    private mutating func unsigned(_ token: Token) throws(Abort) -> Literal {
        let digits = text(token).dropLast()
        let value = digits.hasPrefix("0x") ? UInt64(digits.dropFirst(2), radix: 16) : UInt64(digits)
        guard let value else { throw fail(token.start, "invalid uint literal") }
        return .uint(value)
    }
}
