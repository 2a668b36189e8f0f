/// The rules of the grammar, as cel-go's `CEL.g4` has them.
///
/// Operators of one precedence are a rule here, where ANTLR has one rule with itself on the left.
enum SyntaxRule: CaseIterable {
    case start, expr, conditionalOr, conditionalAnd, relation, sum, product, unary, member, primary, literal
    case exprList, listInit, fieldInitializerList, mapInitializerList, optField, optExpr, escapeIdent

    /// A part of a rule.
    indirect enum Part: Sendable {
        case token(TokenSet)
        case rule(SyntaxRule)
        case sequence([Part])
        case choice([Part])
        case optional(Part)
        /// Any number of times.
        case any(Part)
        /// At least once.
        case some(Part)
    }

    var body: Part {
        switch self {
        case .start: [.rule(.expr), .end]
        case .expr:
            [
                .rule(.conditionalOr),
                .optional([.question, .rule(.conditionalOr), .colon, .rule(.expr)]),
            ]
        case .conditionalOr: [.rule(.conditionalAnd), .any([.token(TokenSet(.or)), .rule(.conditionalAnd)])]
        case .conditionalAnd: [.rule(.relation), .any([.token(TokenSet(.and)), .rule(.relation)])]
        case .relation:
            [
                .rule(.sum),
                .any([
                    .token(TokenSet(.less, .lessEqual, .greaterEqual, .greater, .equal, .notEqual, .in)), .rule(.sum),
                ]),
            ]
        case .sum: [.rule(.product), .any([.token(TokenSet(.plus, .minus)), .rule(.product)])]
        case .product: [.rule(.unary), .any([.token(TokenSet(.star, .slash, .percent)), .rule(.unary)])]
        case .unary:
            .choice([
                .rule(.member), [.some(.token(TokenSet(.bang))), .rule(.member)],
                [.some(.token(TokenSet(.minus))), .rule(.member)],
            ])
        case .member:
            [
                .rule(.primary),
                .any(
                    .choice([
                        [.dot, .optional(.question), .rule(.escapeIdent)],
                        [.dot, .ident, .leftParen, .optional(.rule(.exprList)), .rightParen],
                        [.leftBracket, .optional(.question), .rule(.expr), .rightBracket],
                    ])),
            ]
        case .primary:
            .choice([
                [.optional(.dot), .ident],
                [.optional(.dot), .ident, .leftParen, .optional(.rule(.exprList)), .rightParen],
                [.leftParen, .rule(.expr), .rightParen],
                [.leftBracket, .optional(.rule(.listInit)), .optional(.comma), .rightBracket],
                [.leftBrace, .optional(.rule(.mapInitializerList)), .optional(.comma), .rightBrace],
                [
                    .optional(.dot), .ident, .any([.dot, .ident]), .leftBrace,
                    .optional(.rule(.fieldInitializerList)), .optional(.comma), .rightBrace,
                ],
                .rule(.literal),
            ])
        case .exprList: [.rule(.expr), .any([.comma, .rule(.expr)])]
        case .listInit: [.rule(.optExpr), .any([.comma, .rule(.optExpr)])]
        case .fieldInitializerList:
            [
                .rule(.optField), .colon, .rule(.expr),
                .any([.comma, .rule(.optField), .colon, .rule(.expr)]),
            ]
        case .mapInitializerList:
            [
                .rule(.optExpr), .colon, .rule(.expr),
                .any([.comma, .rule(.optExpr), .colon, .rule(.expr)]),
            ]
        case .optField: [.optional(.question), .rule(.escapeIdent)]
        case .optExpr: [.optional(.question), .rule(.expr)]
        case .escapeIdent: .choice([.ident, .token(TokenSet(.escapedIdent))])
        case .literal:
            .choice([
                [.optional(.token(TokenSet(.minus))), .token(TokenSet(.int))], .token(TokenSet(.uint)),
                [.optional(.token(TokenSet(.minus))), .token(TokenSet(.double))], .token(TokenSet(.string)),
                .token(TokenSet(.bytes)), .token(TokenSet(.true)), .token(TokenSet(.false)), .token(TokenSet(.null)),
            ])
        }
    }
}

extension SyntaxRule.Part: ExpressibleByArrayLiteral {
    init(arrayLiteral parts: SyntaxRule.Part...) { self = .sequence(parts) }

    static let end = Self.token(TokenSet(.end))
    static let question = Self.token(TokenSet(.question))
    static let colon = Self.token(TokenSet(.colon))
    static let comma = Self.token(TokenSet(.comma))
    static let dot = Self.token(TokenSet(.dot))
    static let ident = Self.token(TokenSet(.ident))
    static let leftParen = Self.token(TokenSet(.leftParen))
    static let rightParen = Self.token(TokenSet(.rightParen))
    static let leftBracket = Self.token(TokenSet(.leftBracket))
    static let rightBracket = Self.token(TokenSet(.rightBracket))
    static let leftBrace = Self.token(TokenSet(.leftBrace))
    static let rightBrace = Self.token(TokenSet(.rightBrace))
}
