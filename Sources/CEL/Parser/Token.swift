/// A token of an expression: what it is and which bytes it covers.
struct Token {
    /// The kinds, in the order in which cel-go's grammar declares them: messages list what was expected in this order.
    enum Kind: UInt8, CaseIterable {
        case end
        case equal, notEqual, `in`, less, lessEqual, greaterEqual, greater, and, or
        case leftBracket, rightBracket, leftBrace, rightBrace, leftParen, rightParen
        case dot, comma, minus, bang, question, colon, plus, star, slash, percent
        case `true`, `false`, null, double, int, uint, string, bytes, ident, escapedIdent

        /// The kind as messages name it: fixed text in quotes, other kinds by their name in the grammar.
        var name: String {
            switch self {
            case .end: "<EOF>"
            case .double: "NUM_FLOAT"
            case .int: "NUM_INT"
            case .uint: "NUM_UINT"
            case .string: "STRING"
            case .bytes: "BYTES"
            case .ident: "IDENTIFIER"
            case .escapedIdent: "ESC_IDENTIFIER"
            default: "'\(spelling)'"
            }
        }

        private var spelling: String {
            switch self {
            case .equal: "=="
            case .notEqual: "!="
            case .in: "in"
            case .less: "<"
            case .lessEqual: "<="
            case .greaterEqual: ">="
            case .greater: ">"
            case .and: "&&"
            case .or: "||"
            case .leftBracket: "["
            case .rightBracket: "]"
            case .leftBrace: "{"
            case .rightBrace: "}"
            case .leftParen: "("
            case .rightParen: ")"
            case .dot: "."
            case .comma: ","
            case .minus: "-"
            case .bang: "!"
            case .question: "?"
            case .colon: ":"
            case .plus: "+"
            case .star: "*"
            case .slash: "/"
            case .percent: "%"
            case .true: "true"
            case .false: "false"
            case .null: "null"
            default: ""
            }
        }
    }

    let kind: Kind
    let start: Int
    let end: Int
}

/// A set of kinds of tokens.
struct TokenSet: OptionSet, Hashable {
    let rawValue: UInt64

    init(rawValue: UInt64) { self.rawValue = rawValue }

    init(_ kinds: Token.Kind...) { rawValue = kinds.reduce(0) { $0 | 1 << UInt64($1.rawValue) } }

    /// Not a kind: the rule may end here, and what follows is for its caller to say.
    static let ruleEnd = TokenSet(rawValue: 1 << 63)

    func contains(_ kind: Token.Kind) -> Bool { rawValue & 1 << UInt64(kind.rawValue) != 0 }

    /// The kinds as messages list them.
    var description: String {
        let names = Token.Kind.allCases.filter { contains($0) }.map(\.name)
        return names.count == 1 ? names[0] : "{\(names.joined(separator: ", "))}"
    }
}
