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

    static func parse(_ search: String) throws(SearchFault) -> SearchTree {
        var parser = SearchParser(search: search, tokens: try SearchLexer.tokens(of: search))
        return try parser.stages()
    }

    private init(search: String, tokens: [SearchToken]) {
        self.search = search
        self.tokens = tokens
    }

    private var token: SearchToken { tokens[min(at, tokens.count - 1)] }

    private func fault(_ message: String, at token: SearchToken? = nil) -> SearchFault {
        SearchFault(message, in: search, at: (token ?? self.token).offset)
    }

    private static let otherCommands: Set<String> = [
        "STATS", "EVAL", "TABLE", "FIELDS", "SORT", "HEAD", "TAIL", "TOP", "RARE", "DEDUP", "TIMECHART", "CHART",
        "RENAME", "REX", "REGEX", "TRANSACTION", "JOIN", "LOOKUP", "BUCKET", "BIN", "FILLNULL", "MULTISEARCH",
        "EVENTSTATS",
        "STREAMSTATS", "APPEND", "INPUTLOOKUP", "OUTPUTLOOKUP", "TSTATS", "SPATH", "MVEXPAND", "CONVERT", "MAP",
        "UNION",
    ]

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
            case .some(let other) where Self.otherCommands.contains(other):
                throw fault("the command '\(other.lowercased())' is not supported yet; 'search' and 'where' are")
            default: throw fault("a command must follow '|', not \(command.spelling): 'search' or 'where'")
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
