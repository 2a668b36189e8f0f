/// Reads a search: `term term OR term | where … | search …`, as ATT&CK's analytics and Splunk write it.
///
/// As in Splunk, OR binds tighter than AND in `search` and before the first pipe, and AND tighter than OR in `where`.
struct SearchParser {
    private let search: String
    private let tokens: [SearchToken]
    private var at = 0
    private var depth = 0
    private var isWhere = false
    private static let depthLimit = 64

    /// Reads the conditions that a search begins with.
    ///
    /// - Parameter search: the whole search.
    /// - Returns: the conditions, and the place of the `|` before the first stage that is none; nil where all are.
    /// - Throws: what is wrong, and where.
    static func leading(_ search: String) throws(SearchFault) -> (tree: SearchTree, rest: Int?) {
        let scalars = Array(search.unicodeScalars)
        let pipes = pipes(in: scalars)
        var end = scalars.count
        var rest: Int?
        for (number, pipe) in pipes.enumerated() {
            let next = number + 1 < pipes.count ? pipes[number + 1] : scalars.count
            let command = word(in: scalars[(pipe + 1)..<next])
            if command == "SEARCH" { continue }
            if command == "WHERE" {
                if isCondition(search, from: pipe, to: next) { continue }
            }
            (end, rest) = (pipe, pipe)
            break
        }
        return (try parse(search, upTo: end), rest)
    }

    /// Whether a `where` compares fields with values; one with arithmetic or calls looks at rows.
    private static func isCondition(_ search: String, from pipe: Int, to end: Int) -> Bool {
        let scalars = Array(search.unicodeScalars)
        let begin = scalars[(pipe + 1)..<end].firstIndex { !$0.properties.isWhitespace } ?? end
        do throws(SearchFault) {
            return !(try conditions(of: search, in: min(begin + 5, end)..<end, isWhere: true)).hasText
        } catch {
            if hasCall(scalars[begin..<end]) { return false }
            // What neither reads is told by the one that came further.
            do throws(SearchFault) {
                _ = try SearchStageParser.parse(search, from: pipe)
                return false
            } catch let other {
                return (error.line, error.column) >= (other.line, other.column)
            }
        }
    }

    /// Whether a name stands right before a parenthesis.
    private static func hasCall(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
        var name = ""
        for scalar in scalars {
            if scalar == "(", !name.isEmpty, !["IN", "NOT", "AND", "OR", "WHERE"].contains(name.uppercased()) {
                return true
            }
            if scalar.properties.isAlphabetic || scalar == "_" {
                name.unicodeScalars.append(scalar)
            } else {
                name = ""
            }
        }
        return false
    }

    private static func parse(_ search: String, upTo end: Int) throws(SearchFault) -> SearchTree {
        var parser = SearchParser(search: search, tokens: try SearchLexer.tokens(of: prefix(of: search, end)))
        return try parser.stages()
    }

    /// Reads conditions alone, as they follow `search`.
    static func conditions(
        of search: String, in range: Range<Int>, isWhere: Bool = false
    ) throws(SearchFault) -> SearchTree {
        let blank = String(repeating: " ", count: range.lowerBound)
        let part = prefix(of: search, range.upperBound).unicodeScalars.dropFirst(range.lowerBound)
        var text = blank
        text.unicodeScalars.append(contentsOf: part)
        var parser = SearchParser(search: search, tokens: try SearchLexer.tokens(of: text))
        parser.isWhere = isWhere
        let tree = try parser.conditions()
        guard parser.token.kind == .end else {
            throw parser.fault("\(parser.token.spelling) is not expected here")
        }
        return tree
    }

    private static func prefix(of search: String, _ count: Int) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: search.unicodeScalars.prefix(count))
        return String(view)
    }

    /// The places of the pipes outside of quotes.
    private static func pipes(in scalars: [Unicode.Scalar]) -> [Int] {
        var pipes: [Int] = []
        var quote: Unicode.Scalar?
        var at = 0
        while at < scalars.count {
            let scalar = scalars[at]
            if let open = quote {
                if scalar == "\\" { at += 1 }
                if scalar == open || open == "\u{201D}" && scalar == "\u{201C}" { quote = nil }
            } else if scalar == "\"" || scalar == "'" {
                quote = scalar
            } else if scalar == "\u{201C}" || scalar == "\u{201D}" {
                quote = "\u{201D}"
            } else if scalar == "|" {
                pipes.append(at)
            }
            at += 1
        }
        return pipes
    }

    private static func word(in scalars: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        let begin = scalars.drop { $0.properties.isWhitespace }
        view.append(contentsOf: begin.prefix { $0.properties.isAlphabetic })
        return String(view).uppercased()
    }

    private init(search: String, tokens: [SearchToken]) {
        self.search = search
        self.tokens = tokens
    }

    private var token: SearchToken { tokens[min(at, tokens.count - 1)] }

    private func fault(_ message: String, at token: SearchToken? = nil) -> SearchFault {
        SearchFault(message, in: search, at: (token ?? self.token).offset)
    }

    // MARK: Stages

    private mutating func stages() throws(SearchFault) -> SearchTree {
        var parts: [SearchTree] = []
        if token.kind == .end { throw fault("the search is empty") }
        if token.kind != .pipe { parts.append(try conditions()) }
        while token.kind == .pipe {
            at += 1
            let command = token
            switch command.keyword {
            case "SEARCH", "WHERE":
                at += 1
                isWhere = command.keyword == "WHERE"
                parts.append(try conditions())
            default: throw fault("a command must follow '|', not \(command.spelling)")
            }
        }
        guard token.kind == .end else { throw fault("\(token.spelling) is not expected here") }
        return parts.count == 1 ? parts[0] : .and(parts)
    }

    /// Terms up to the next pipe, parenthesis or end.
    private mutating func conditions() throws(SearchFault) -> SearchTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw fault("parentheses nest deeper than \(Self.depthLimit)") }
        return try isWhere ? alternatives(of: Self.allOfNegations) : sequence(of: Self.oneOfNegations)
    }

    private static func allOfNegations(_ parser: inout SearchParser) throws(SearchFault) -> SearchTree {
        try parser.sequence(of: negation)
    }

    private static func oneOfNegations(_ parser: inout SearchParser) throws(SearchFault) -> SearchTree {
        try parser.alternatives(of: negation)
    }

    private static func negation(_ parser: inout SearchParser) throws(SearchFault) -> SearchTree {
        try parser.negation()
    }

    /// Parts that must all be true, with or without AND between them.
    private mutating func sequence(
        of part: (inout SearchParser) throws(SearchFault) -> SearchTree
    ) throws(SearchFault) -> SearchTree {
        var all = [try part(&self)]
        while startsTerm, token.keyword != "OR" {
            if token.keyword == "AND" { at += 1 }
            all.append(try part(&self))
        }
        return all.count == 1 ? all[0] : .and(all)
    }

    /// Parts of which one must be true.
    private mutating func alternatives(
        of part: (inout SearchParser) throws(SearchFault) -> SearchTree
    ) throws(SearchFault) -> SearchTree {
        var some = [try part(&self)]
        while token.keyword == "OR" {
            at += 1
            some.append(try part(&self))
        }
        return some.count == 1 ? some[0] : .or(some)
    }

    private var startsTerm: Bool {
        switch token.kind {
        case .word, .quoted, .open: true
        case .comparison, .pipe, .close, .comma, .end: false
        }
    }

    private mutating func negation() throws(SearchFault) -> SearchTree {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else { throw fault("NOT and parentheses nest deeper than \(Self.depthLimit)") }
        guard token.keyword == "NOT" else { return try term() }
        at += 1
        return .not(try negation())
    }

    // MARK: Terms

    private mutating func term() throws(SearchFault) -> SearchTree {
        let first = token
        switch first.kind {
        case .open:
            at += 1
            let inner = try conditions()
            guard token.kind == .close else { throw fault("')' is missing before \(token.spelling)") }
            at += 1
            return inner
        case .quoted(let text):
            at += 1
            return .text(SearchValue(text: text, isQuoted: true, offset: first.offset))
        case .word(let word):
            if first.keyword == "OR" || first.keyword == "AND" || first.keyword == "IN" {
                throw fault("a condition is missing before \(first.spelling)")
            }
            at += 1
            return try condition(SearchField(name: word, offset: first.offset))
        default: throw fault("a condition is missing before \(first.spelling)")
        }
    }

    private mutating func condition(_ field: SearchField) throws(SearchFault) -> SearchTree {
        if case .comparison(let sign) = token.kind {
            at += 1
            return .comparison(field: field, sign: sign, value: try value())
        }
        if token.keyword == "IN" {
            at += 1
            return .membership(field: field, values: try values(), isNegated: false)
        }
        if token.keyword == "NOT", at + 1 < tokens.count, tokens[at + 1].keyword == "IN" {
            at += 2
            return .membership(field: field, values: try values(), isNegated: true)
        }
        if field.name == "*" { return .everything }
        return .text(SearchValue(text: field.name, isQuoted: false, offset: field.offset))
    }

    private mutating func values() throws(SearchFault) -> [SearchValue] {
        guard token.kind == .open else { throw fault("'(' must follow IN, not \(token.spelling)") }
        at += 1
        var values = [try value()]
        while token.kind == .comma {
            at += 1
            values.append(try value())
        }
        guard token.kind == .close else { throw fault("')' or ',' must follow a value, not \(token.spelling)") }
        at += 1
        return values
    }

    private mutating func value() throws(SearchFault) -> SearchValue {
        let token = token
        switch token.kind {
        case .word(let text):
            at += 1
            return SearchValue(text: text, isQuoted: false, offset: token.offset)
        case .quoted(let text):
            at += 1
            return SearchValue(text: text, isQuoted: true, offset: token.offset)
        default: throw fault("a value is missing before \(token.spelling)")
        }
    }
}
