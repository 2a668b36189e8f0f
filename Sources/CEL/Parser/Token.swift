/// A token of an expression: what it is and which bytes it covers.
struct Token {
    enum Kind: Equatable {
        case ident, escapedIdent, int, uint, double, string, bytes
        case `true`, `false`, null, `in`
        case dot, comma, colon, question, leftParen, rightParen, leftBracket, rightBracket, leftBrace, rightBrace
        case plus, minus, star, slash, percent, bang
        case equal, notEqual, less, lessEqual, greater, greaterEqual, and, or
        case end
    }

    let kind: Kind
    let start: Int
    let end: Int
}
