/// Reads the stages behind a search's conditions.
struct SearchStageParser {
    let search: String
    private let tokens: [SearchStageLexer.Token]
    private var at = 0
    var depth = 0
    private static let stageLimit = 64

    /// Reads all stages.
    ///
    /// - Parameters:
    ///   - search: the whole search.
    ///   - offset: the place of the first stage's `|`.
    /// - Returns: the stages in order.
    /// - Throws: what is wrong, and where.
    static func parse(_ search: String, from offset: Int) throws(SearchFault) -> [SearchStage] {
        var parser = SearchStageParser(
            search: search, tokens: try SearchStageLexer.tokens(of: search, from: offset))
        var stages: [SearchStage] = []
        while parser.token.kind == .pipe {
            parser.at += 1
            stages.append(try parser.stage())
            guard stages.count <= stageLimit else { throw parser.fault("a search has at most \(stageLimit) stages") }
        }
        guard parser.token.kind == .end else {
            throw parser.fault("\(parser.token.spelling) is not expected here; stages are divided by '|'")
        }
        return stages
    }

    private init(search: String, tokens: [SearchStageLexer.Token]) {
        self.search = search
        self.tokens = tokens
    }

    // MARK: Tokens

    var token: SearchStageLexer.Token { tokens[min(at, tokens.count - 1)] }

    func fault(_ message: String, at token: SearchStageLexer.Token? = nil) -> SearchFault {
        SearchFault(message, in: search, at: (token ?? self.token).offset)
    }

    mutating func advance() { at += 1 }

    mutating func take(_ sign: String) -> Bool {
        guard token.kind == .sign(sign) else { return false }
        at += 1
        return true
    }

    mutating func takeKeyword(_ word: String) -> Bool {
        guard token.keyword == word else { return false }
        at += 1
        return true
    }

    mutating func expect(_ sign: String) throws(SearchFault) {
        guard take(sign) else { throw fault("'\(sign)' is missing before \(token.spelling)") }
    }

    mutating func field() throws(SearchFault) -> SearchField {
        let token = token
        guard case .name(let name) = token.kind else {
            throw fault("the name of a field is missing before \(token.spelling)")
        }
        at += 1
        return SearchField(name: name, offset: token.offset)
    }

    /// Fields, with or without commas between them.
    private mutating func fields() throws(SearchFault) -> [SearchField] {
        var fields = [try field()]
        while true {
            let hadComma = take(",")
            guard case .name = token.kind else {
                if hadComma { throw fault("the name of a field is missing before \(token.spelling)") }
                return fields
            }
            fields.append(try field())
        }
    }

    private mutating func whole(_ what: String) throws(SearchFault) -> Int {
        guard case .number(let number) = token.kind, let whole = Int(exactly: number), whole > 0,
            whole <= SearchPipe.rowLimit
        else { throw fault("\(what) must be a whole number from 1 to \(SearchPipe.rowLimit)") }
        at += 1
        return whole
    }

    // MARK: Stages

    private mutating func stage() throws(SearchFault) -> SearchStage {
        let command = token
        guard let word = command.keyword else { throw fault("a command must follow '|', not \(command.spelling)") }
        at += 1
        switch word {
        case "WHERE": return .condition(try expression())
        case "SEARCH": return .filter(try filter())
        case "EVAL": return .eval(try assignments())
        case "STATS": return try stats()
        case "TIMECHART": return try timechart()
        case "BIN", "BUCKET": return try bin()
        case "SORT": return .sort(try sortKeys())
        case "HEAD", "TAIL":
            var limit = 10
            if takeKeyword("LIMIT") { try expect("=") }
            if case .number = token.kind { limit = try whole("the number of rows") }
            return word == "HEAD" ? .head(limit) : .tail(limit)
        case "DEDUP": return .dedup(try fields())
        case "TABLE": return .table(try fields())
        case "FIELDS":
            if take("-") { return .fieldsWithout(try fields()) }
            _ = take("+")
            return .table(try fields())
        case "RENAME": return .rename(try renames())
        case "TOP", "RARE": return try top(isRare: word == "RARE")
        default: throw SearchCommands.fault(command, in: search)
        }
    }

    private mutating func filter() throws(SearchFault) -> SearchTree {
        let begin = token.offset
        var end = search.unicodeScalars.count
        while token.kind != .pipe, token.kind != .end { at += 1 }
        if token.kind == .pipe { end = token.offset }
        return try SearchParser.conditions(of: search, in: begin..<end)
    }

    private mutating func assignments() throws(SearchFault) -> [(name: String, value: SearchExpression)] {
        var values: [(name: String, value: SearchExpression)] = []
        repeat {
            let name = try field().name
            try expect("=")
            values.append((name, try expression()))
        } while take(",")
        return values
    }

    private mutating func stats() throws(SearchFault) -> SearchStage {
        var aggregates = [try aggregate()]
        while token.kind != .pipe, token.kind != .end, token.keyword != "BY" {
            _ = take(",")
            aggregates.append(try aggregate())
        }
        return .stats(aggregates, by: takeKeyword("BY") ? try fields() : [])
    }

    private mutating func aggregate() throws(SearchFault) -> SearchAggregate {
        let first = token
        let written = try field().name
        guard let function = SearchAggregate.Function(name: written) else {
            let known = SearchAggregate.Function.allCases.map(\.rawValue)
            throw fault(
                "there is no aggregation '\(written)'; there are \(known.joined(separator: ", "))"
                    + Spelling.hint(for: written, among: known), at: first)
        }
        var argument: SearchExpression?
        var name = function.rawValue
        if take("(") {
            if token.kind == .sign("*") || token.kind == .sign(")") {
                if token.kind == .sign("*") { at += 1 }
            } else if token.keyword == "EVAL" {
                at += 1
                try expect("(")
                argument = try expression()
                try expect(")")
                name = "\(function.rawValue)(eval)"
            } else {
                let field = try field()
                argument = .field(field)
                name = "\(written)(\(field.name))"
            }
            try expect(")")
        }
        if argument == nil, function != .count {
            throw fault("'\(written)' needs a field: \(written)(user)", at: first)
        }
        if takeKeyword("AS") {
            if case .text(let text) = token.kind {
                at += 1
                name = text
            } else {
                name = try field().name
            }
        }
        return SearchAggregate(function: function, argument: argument, name: name)
    }

    private mutating func timechart() throws(SearchFault) -> SearchStage {
        var span: Int64 = 300_000_000_000
        if takeKeyword("SPAN") {
            try expect("=")
            span = try self.span()
        }
        var aggregates = [try aggregate()]
        while token.kind != .pipe, token.kind != .end, token.keyword != "BY" {
            _ = take(",")
            aggregates.append(try aggregate())
        }
        guard takeKeyword("BY") else { return .timechart(span: span, aggregates, by: nil) }
        guard aggregates.count == 1 else { throw fault("with 'by', timechart shows one aggregation") }
        return .timechart(span: span, aggregates, by: try field())
    }

    /// `5m` and the like, in nanoseconds.
    private mutating func span() throws(SearchFault) -> Int64 {
        let units: [String: Int64] = [
            "s": 1, "sec": 1, "second": 1, "seconds": 1, "m": 60, "min": 60, "minute": 60, "minutes": 60, "h": 3600,
            "hr": 3600, "hour": 3600, "hours": 3600, "d": 86_400, "day": 86_400, "days": 86_400, "w": 604_800,
            "week": 604_800, "weeks": 604_800,
        ]
        guard case .span(let text) = token.kind, let count = Int64(text.prefix { $0.isNumber }), count > 0,
            count <= 100_000, let unit = units[String(text.drop { $0.isNumber }).lowercased()]
        else { throw fault("a span is written as 30s, 5m, 1h or 1d") }
        at += 1
        return count * unit * 1_000_000_000
    }

    private mutating func bin() throws(SearchFault) -> SearchStage {
        var span: (value: Double, isTime: Bool)?
        func read(_ parser: inout Self) throws(SearchFault) {
            guard parser.takeKeyword("SPAN") else { return }
            try parser.expect("=")
            if case .number(let number) = parser.token.kind, number > 0 {
                parser.at += 1
                span = (number, false)
            } else {
                span = (Double(try parser.span()) / 1e9, true)
            }
        }
        try read(&self)
        let field = try field()
        try read(&self)
        guard let span else { throw fault("bin needs a span: bin _time span=5m") }
        return .bin(field, span: span.value, isTime: span.isTime)
    }

    private mutating func sortKeys() throws(SearchFault) -> [SearchStage.SortKey] {
        var keys: [SearchStage.SortKey] = []
        // A number of rows may stand first.
        if case .number = token.kind { at += 1 }
        repeat {
            let isDescending = take("-")
            if !isDescending { _ = take("+") }
            let isWrapped =
                ["NUM", "STR", "AUTO", "IP"].contains(token.keyword ?? "")
                && tokens[min(at + 1, tokens.count - 1)].kind == .sign("(")
            if isWrapped { at += 2 }
            keys.append(.init(field: try field(), isDescending: isDescending))
            if isWrapped { try expect(")") }
            _ = take(",")
        } while token.kind != .pipe && token.kind != .end
        return keys
    }

    private mutating func renames() throws(SearchFault) -> [(from: SearchField, to: String)] {
        var names: [(from: SearchField, to: String)] = []
        repeat {
            let from = try field()
            guard takeKeyword("AS") else { throw fault("'as' is missing before \(token.spelling)") }
            if case .text(let text) = token.kind {
                at += 1
                names.append((from, text))
            } else {
                names.append((from, try field().name))
            }
        } while take(",")
        return names
    }

    private mutating func top(isRare: Bool) throws(SearchFault) -> SearchStage {
        var limit = 10
        if takeKeyword("LIMIT") { try expect("=") }
        if case .number = token.kind { limit = try whole("the number of rows") }
        let fields = try fields()
        if takeKeyword("BY") {
            throw fault("'by' of top and rare is not read: name all fields, or use stats count by …")
        }
        return .top(limit, fields, isRare: isRare)
    }
}
