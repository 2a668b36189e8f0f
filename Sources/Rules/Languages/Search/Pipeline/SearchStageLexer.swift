/// Takes a stage of a search apart, whose commands know arithmetic and calls.
struct SearchStageLexer {
    /// A piece, with the place of its first character in the search.
    struct Token: Equatable {
        enum Kind: Equatable {
            case name(String)
            /// A text in double quotes.
            case text(String)
            case number(Double)
            /// A number with a unit: `5m`.
            case span(String)
            case sign(String)
            case pipe
            case end
        }

        var kind: Kind
        var offset: Int

        /// A name as a keyword, in any case.
        var keyword: String? { if case .name(let name) = kind { name.uppercased() } else { nil } }

        /// The token as messages name it.
        var spelling: String {
            switch kind {
            case .name(let name), .span(let name), .sign(let name): "'\(name)'"
            case .text(let text): "\"\(text)\""
            case .number(let number): SearchCell.written(number)
            case .pipe: "'|'"
            case .end: "the end of the search"
            }
        }
    }

    private let search: String
    private let scalars: [Unicode.Scalar]
    private var at: Int

    /// The tokens of a search from a place on.
    static func tokens(of search: String, from offset: Int) throws(SearchFault) -> [Token] {
        var lexer = SearchStageLexer(search: search, scalars: Array(search.unicodeScalars), at: offset)
        var tokens: [Token] = []
        while let token = try lexer.next() { tokens.append(token) }
        tokens.append(Token(kind: .end, offset: lexer.scalars.count))
        return tokens
    }

    private mutating func next() throws(SearchFault) -> Token? {
        while at < scalars.count, scalars[at].properties.isWhitespace { at += 1 }
        guard at < scalars.count else { return nil }
        let begin = at
        let scalar = scalars[at]
        switch scalar {
        case "|":
            at += 1
            return Token(kind: .pipe, offset: begin)
        case "\"", "\u{201C}", "\u{201D}": return Token(kind: .text(try quoted(scalar)), offset: begin)
        case "'": return Token(kind: .name(try quoted(scalar)), offset: begin)
        case "0"..."9": return Token(kind: number(), offset: begin)
        case _ where Self.isNameStart(scalar): return Token(kind: .name(name()), offset: begin)
        default: return Token(kind: .sign(try sign()), offset: begin)
        }
    }

    private mutating func quoted(_ open: Unicode.Scalar) throws(SearchFault) -> String {
        let begin = at
        let isTypographic = open != "\"" && open != "'"
        var text = String.UnicodeScalarView()
        at += 1
        func isClose(_ scalar: Unicode.Scalar) -> Bool {
            isTypographic ? scalar == "\u{201C}" || scalar == "\u{201D}" : scalar == open
        }
        while at < scalars.count, !isClose(scalars[at]) {
            if scalars[at] == "\\", at + 1 < scalars.count, isClose(scalars[at + 1]) || scalars[at + 1] == "\\" {
                at += 1
            }
            text.append(scalars[at])
            at += 1
        }
        guard at < scalars.count else { throw SearchFault("no quote ends this text", in: search, at: begin) }
        at += 1
        return String(text)
    }

    private mutating func number() -> Token.Kind {
        let begin = at
        while at < scalars.count, ("0"..."9").contains(scalars[at]) || scalars[at] == "." { at += 1 }
        let digits = string(begin)
        guard at < scalars.count, Self.isNameStart(scalars[at]) else { return .number(Double(digits) ?? 0) }
        while at < scalars.count, Self.isName(scalars[at]) { at += 1 }
        return .span(string(begin))
    }

    private mutating func name() -> String {
        let begin = at
        while at < scalars.count, Self.isName(scalars[at]) || isInnerDot { at += 1 }
        return string(begin)
    }

    /// A dot between two letters belongs to a name; one with spaces around it joins texts.
    private var isInnerDot: Bool { scalars[at] == "." && at + 1 < scalars.count && Self.isName(scalars[at + 1]) }

    private mutating func sign() throws(SearchFault) -> String {
        let begin = at
        let two: Set = ["!=", "<=", ">=", "=="]
        at += 1
        if at < scalars.count, two.contains(String(scalars[begin]) + String(scalars[at])) { at += 1 }
        let sign = string(begin)
        guard "+-*/%.,()=<>".contains(sign) || two.contains(sign) else {
            throw SearchFault("\(sign) has no meaning here", in: search, at: begin)
        }
        return sign == "==" ? "=" : sign
    }

    private func string(_ begin: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars[begin..<at])
        return String(view)
    }

    private static func isNameStart(_ scalar: Unicode.Scalar) -> Bool {
        scalar == "_" || scalar.isASCII && scalar.properties.isAlphabetic
    }

    private static func isName(_ scalar: Unicode.Scalar) -> Bool {
        isNameStart(scalar) || ("0"..."9").contains(scalar)
    }
}
