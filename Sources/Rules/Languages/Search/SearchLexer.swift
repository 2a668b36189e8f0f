/// Takes a search apart into tokens.
struct SearchLexer {
    private let search: String
    private let scalars: [Unicode.Scalar]
    private var at = 0

    /// Longer searches are refused.
    static let sizeLimit = 20_000

    static func tokens(of search: String) throws(SearchFault) -> [SearchToken] {
        guard search.unicodeScalars.count <= sizeLimit else {
            throw SearchFault("a search has at most \(sizeLimit) characters", in: "", at: 0)
        }
        var lexer = SearchLexer(search)
        var tokens: [SearchToken] = []
        while let token = try lexer.next() { tokens.append(token) }
        tokens.append(SearchToken(kind: .end, offset: lexer.at, length: 0))
        return tokens
    }

    private init(_ search: String) {
        self.search = search
        scalars = Array(search.unicodeScalars)
    }

    private mutating func next() throws(SearchFault) -> SearchToken? {
        while at < scalars.count, scalars[at].properties.isWhitespace { at += 1 }
        guard at < scalars.count else { return nil }
        let begin = at
        let kind: SearchToken.Kind
        switch scalars[at] {
        case "|": kind = single(.pipe)
        case "(": kind = single(.open)
        case ")": kind = single(.close)
        case ",": kind = single(.comma)
        case "\"", "'", "\u{201C}", "\u{201D}": kind = try quoted()
        case "=", "!", "<", ">": kind = try comparison()
        case "[", "]", "{", "}", "`", ";":
            throw SearchFault("'\(scalars[at])' has no meaning in a search", in: search, at: at)
        default: kind = word()
        }
        return SearchToken(kind: kind, offset: begin, length: at - begin)
    }

    private mutating func single(_ kind: SearchToken.Kind) -> SearchToken.Kind {
        at += 1
        return kind
    }

    private mutating func quoted() throws(SearchFault) -> SearchToken.Kind {
        let begin = at
        let open = scalars[at]
        // Searches copied out of documents have typographic quotes.
        let isClose: (Unicode.Scalar) -> Bool =
            open == "\"" || open == "'" ? { $0 == open } : { $0 == "\u{201C}" || $0 == "\u{201D}" }
        at += 1
        var text = String.UnicodeScalarView()
        while at < scalars.count, !isClose(scalars[at]) {
            if scalars[at] == "\\", at + 1 < scalars.count, isClose(scalars[at + 1]) || scalars[at + 1] == "\\" {
                at += 1
            }
            text.append(scalars[at])
            at += 1
        }
        guard at < scalars.count else { throw SearchFault("no quote ends this text", in: search, at: begin) }
        at += 1
        return .quoted(String(text))
    }

    private mutating func comparison() throws(SearchFault) -> SearchToken.Kind {
        let begin = at
        var sign = String(scalars[at])
        at += 1
        if at < scalars.count, scalars[at] == "=" {
            sign += "="
            at += 1
        }
        guard sign != "!" else { throw SearchFault("'!' must be followed by '='", in: search, at: begin) }
        return .comparison(sign == "==" ? "=" : sign)
    }

    private mutating func word() -> SearchToken.Kind {
        var text = String.UnicodeScalarView()
        while at < scalars.count, !scalars[at].properties.isWhitespace,
            !"|(),\"'=!<>[]{}`;".unicodeScalars.contains(scalars[at])
        {
            text.append(scalars[at])
            at += 1
        }
        return .word(String(text))
    }
}
