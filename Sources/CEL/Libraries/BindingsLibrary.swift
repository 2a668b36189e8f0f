extension Library {
    /// `cel.bind(name, value, expression)`.
    public static let bindings = Library(
        "bindings",
        macros: [
            .member("bind", 3) { nodes, target, arguments in
                guard case .ident("cel")? = target?.kind else { return nil }
                return try Macro.bind(&nodes, arguments[0], arguments[1], arguments[2])
            }
        ])

    /// `cel.block([values], expression)`, where `cel.index(n)` names a value: what optimizers write.
    public static let blocks = Library(
        "blocks",
        macros: [
            .member("block", 2) { nodes, target, arguments in
                guard case .ident("cel")? = target?.kind else { return nil }
                guard case .list(let values, let optional) = arguments[0].kind, optional.isEmpty else {
                    throw MacroFault(
                        message: "cel.block requires the first arg to be a list literal", node: arguments[0])
                }
                var body = arguments[1]
                for (position, value) in values.enumerated().reversed() {
                    body = try Macro.bind(&nodes, nodes.ident("@index\(position)"), value, body)
                }
                return body
            },
            .member("index", 1) { nodes, target, arguments in
                guard case .ident("cel")? = target?.kind else { return nil }
                guard case .literal(.int(let position)) = arguments[0].kind, position >= 0 else {
                    throw MacroFault(
                        message: "cel.index requires a single non-negative int constant arg", node: arguments[0])
                }
                return nodes.ident("@index\(position)")
            },
            named("iterVar", "@it"), named("accuVar", "@ac"),
        ])

    private static func named(_ macro: String, _ prefix: String) -> Macro {
        .member(macro, 2) { nodes, target, arguments in
            guard case .ident("cel")? = target?.kind else { return nil }
            guard case .literal(.int(let depth)) = arguments[0].kind,
                case .literal(.int(let unique)) = arguments[1].kind
            else {
                throw MacroFault(
                    message: "cel.\(macro) requires two non-negative int constant args", node: arguments[0])
            }
            return nodes.ident("\(prefix):\(depth):\(unique)")
        }
    }
}

extension Macro {
    /// A name for a value within an expression.
    static func bind(
        _ nodes: inout NodeFactory, _ name: Expression, _ value: Expression, _ body: Expression
    ) throws -> Expression {
        guard case .ident(let variable) = name.kind, !variable.hasPrefix(".") else {
            throw MacroFault(message: "cel.bind() variable names must be simple identifiers", node: name)
        }
        return nodes.make(
            .comprehension(
                Comprehension(
                    shape: .bind, range: nodes.list(), variable: "#unused", secondVariable: nil, accumulator: variable,
                    initial: value, condition: nodes.literal(.bool(false)), step: nodes.ident(variable), result: body)))
    }
}
