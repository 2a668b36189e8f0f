extension Library {
    /// Loops over positions and elements, keys and values: `all`, `exists`, `existsOne`, `transformList`, `transformMap`.
    public static let twoVariableComprehensions = Library(
        "two-variable comprehensions",
        overloads: [
            // What the folds of `transformMap` call; the interpreter runs the loops without them.
            Overload(
                "@mapInsert_map_map", "cel.@mapInsert",
                [.map(.typeParam("K"), .typeParam("V")), .map(.typeParam("K"), .typeParam("V"))],
                .map(.typeParam("K"), .typeParam("V")), "The map with the entries of another."),
            Overload(
                "@mapInsert_map_key_value", "cel.@mapInsert",
                [.map(.typeParam("K"), .typeParam("V")), .typeParam("K"), .typeParam("V")],
                .map(.typeParam("K"), .typeParam("V")), "The map with one entry more."),
        ],
        macros: [
            .member("all", 3) { nodes, target, arguments in
                try Macro.quantifier(&nodes, target, Array(arguments.prefix(2)), .all(arguments[2]))
            },
            .member("exists", 3) { nodes, target, arguments in
                try Macro.quantifier(&nodes, target, Array(arguments.prefix(2)), .exists(arguments[2]))
            },
            .member("existsOne", 3) { nodes, target, arguments in
                try Macro.quantifier(&nodes, target, Array(arguments.prefix(2)), .existsOne(arguments[2]))
            },
            .member("exists_one", 3) { nodes, target, arguments in
                try Macro.quantifier(&nodes, target, Array(arguments.prefix(2)), .existsOne(arguments[2]))
            },
            .member("transformList", 3) { nodes, target, arguments in
                try Macro.collect(
                    &nodes, target, Array(arguments.prefix(2)), .transformList(filter: nil, transform: arguments[2]))
            },
            .member("transformList", 4) { nodes, target, arguments in
                try Macro.collect(
                    &nodes, target, Array(arguments.prefix(2)),
                    .transformList(filter: arguments[2], transform: arguments[3]))
            },
            .member("transformMap", 3) { nodes, target, arguments in
                try mapping(&nodes, target, arguments, .transformMap(filter: nil, transform: arguments[2]))
            },
            .member("transformMap", 4) { nodes, target, arguments in
                try mapping(&nodes, target, arguments, .transformMap(filter: arguments[2], transform: arguments[3]))
            },
            .member("transformMapEntry", 3) { nodes, target, arguments in
                try mapping(&nodes, target, arguments, .transformMapEntry(filter: nil, entry: arguments[2]))
            },
            .member("transformMapEntry", 4) { nodes, target, arguments in
                try mapping(&nodes, target, arguments, .transformMapEntry(filter: arguments[2], entry: arguments[3]))
            },
        ])

    private static func mapping(
        _ nodes: inout NodeFactory, _ target: Expression?, _ arguments: [Expression], _ shape: Comprehension.Shape
    ) throws -> Expression? {
        guard let target else { return nil }
        let names = try Macro.variables(Array(arguments.prefix(2)))
        let accumulator = nodes.ident(Operator.accumulator)
        let filter: Expression?
        var step: Expression
        switch shape {
        case .transformMap(let condition, let transform):
            filter = condition
            step = nodes.call("cel.@mapInsert", accumulator, nodes.ident(names[0]), transform)
        case .transformMapEntry(let condition, let entry):
            filter = condition
            step = nodes.call("cel.@mapInsert", accumulator, entry)
        default: return nil
        }
        if let filter { step = nodes.call(Operator.conditional, filter, step, nodes.ident(Operator.accumulator)) }
        return nodes.make(
            .comprehension(
                Comprehension(
                    shape: shape, range: target, variable: names[0], secondVariable: names[1],
                    accumulator: Operator.accumulator, initial: nodes.make(.map([])),
                    condition: nodes.literal(.bool(true)), step: step, result: nodes.ident(Operator.accumulator))))
    }
}
