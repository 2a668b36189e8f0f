/// Reads the condition of a rule: selections with `and`, `or`, `not`, parentheses, `1 of` and `all of`.
struct SigmaCondition {
    /// What is wrong, and at which character, counted from 0.
    struct Fault: Error, Equatable {
        let message: String
        let offset: Int
    }

    private struct Token {
        var text: String
        var offset: Int
    }

    private let tokens: [Token]
    private var at = 0
    private let end: Int
    private let selections: [String: String]
    private let names: [String]
    private var depth = 0
    private var written = 0

    private static let depthLimit = 64
    private static let sizeLimit = 1_500_000

    /// Lowers a condition to CEL.
    static func lower(
        _ text: String, selections: [String: String], names: [String]
    ) throws(Fault) -> String {
        var reader = try SigmaCondition(text, selections, names)
        let lowered = try reader.alternatives()
        if let rest = reader.peek {
            throw Fault(message: "'\(rest.text)' is not expected here", offset: rest.offset)
        }
        return lowered
    }

    private init(_ text: String, _ selections: [String: String], _ names: [String]) throws(Fault) {
        var tokens: [Token] = []
        var word = Token(text: "", offset: 0)
        for (offset, scalar) in text.unicodeScalars.enumerated() {
            let isWord =
                scalar.properties.isAlphabetic || scalar.properties.numericType != nil
                || "_*?.-".unicodeScalars.contains(scalar)
            if isWord {
                if word.text.isEmpty { word.offset = offset }
                word.text.unicodeScalars.append(scalar)
                continue
            }
            if !word.text.isEmpty { tokens.append(word) }
            word.text = ""
            switch scalar {
            case " ", "\t", "\n", "\r": continue
            case "(", ")": tokens.append(Token(text: String(scalar), offset: offset))
            case "|":
                throw Fault(
                    message: "aggregations behind '|' are not part of Sigma any more; write a correlation rule "
                        + "(correlation: {type: event_count, …}) that names this rule",
                    offset: offset)
            default: throw Fault(message: "'\(scalar)' is no part of a condition", offset: offset)
            }
        }
        if !word.text.isEmpty { tokens.append(word) }
        self.tokens = tokens
        end = text.unicodeScalars.count
        self.selections = selections
        self.names = names
    }

    private var peek: Token? { at < tokens.count ? tokens[at] : nil }

    private mutating func take(_ word: String) -> Bool {
        guard peek?.text.lowercased() == word else { return false }
        at += 1
        return true
    }

    private mutating func alternatives() throws(Fault) -> String {
        depth += 1
        defer { depth -= 1 }
        guard depth <= Self.depthLimit else {
            throw Fault(message: "nested deeper than \(Self.depthLimit)", offset: peek?.offset ?? end)
        }
        var parts = [try together()]
        while take("or") { parts.append(try together()) }
        return SigmaItemReader.join(parts, " || ")
    }

    private mutating func together() throws(Fault) -> String {
        var parts = [try negated()]
        while take("and") { parts.append(try negated()) }
        return SigmaItemReader.join(parts, " && ")
    }

    private mutating func negated() throws(Fault) -> String {
        var isNegated = false
        while take("not") { isNegated.toggle() }
        let part = try atom()
        return isNegated ? "!(\(part))" : part
    }

    private mutating func atom() throws(Fault) -> String {
        guard let token = peek else {
            throw Fault(message: "the condition ends where a selection is expected", offset: end)
        }
        at += 1
        if token.text == "(" {
            let inner = try alternatives()
            guard take(")") else { throw Fault(message: "no ')' closes this '('", offset: token.offset) }
            return inner
        }
        if peek?.text.lowercased() == "of" { return try quantified(token) }
        guard let selection = selections[token.text] else {
            throw Fault(
                message: "there is no selection '\(token.text)'" + Spelling.hint(for: token.text, among: names),
                offset: token.offset)
        }
        return try sized(selection, at: token)
    }

    /// `1 of selection_*`, `all of them`.
    private mutating func quantified(_ quantifier: Token) throws(Fault) -> String {
        at += 1
        let isAll = quantifier.text.lowercased() == "all"
        guard isAll || quantifier.text == "1" || quantifier.text.lowercased() == "any" else {
            throw Fault(
                message: "only '1 of', 'any of' and 'all of' are part of Sigma; write the combinations out",
                offset: quantifier.offset)
        }
        guard let pattern = peek else {
            throw Fault(message: "'them' or a pattern is expected behind 'of'", offset: end)
        }
        at += 1
        let chosen: [String]
        if pattern.text.lowercased() == "them" {
            chosen = names.filter { !$0.hasPrefix("_") }
        } else {
            let matcher = SigmaPattern(pattern.text, isCased: true)
            chosen = names.filter { name in name.withText { matcher.matches($0) } }
        }
        guard !chosen.isEmpty else {
            throw Fault(message: "no selection is called '\(pattern.text)'", offset: pattern.offset)
        }
        var parts: [String] = []
        for name in chosen { parts.append(try sized(selections[name] ?? "false", at: pattern)) }
        return SigmaItemReader.join(parts, isAll ? " && " : " || ")
    }

    /// A selection that is written once more; a short condition must not become an endless one.
    private mutating func sized(_ selection: String, at token: Token) throws(Fault) -> String {
        written += selection.utf8.count
        guard written <= Self.sizeLimit else {
            throw Fault(message: "the condition names large selections too often", offset: token.offset)
        }
        return selection
    }
}
