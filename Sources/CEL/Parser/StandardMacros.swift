extension Macro {
    /// The macros of the core language.
    static let standard: [Macro] = [
        .global("has", 1) { nodes, _, arguments in
            guard case .select(let operand, let field, false) = arguments[0].kind else {
                throw MacroFault(message: "invalid argument to has() macro", node: arguments[0])
            }
            return nodes.make(.select(operand: operand, field: field, testOnly: true))
        },
        .member("all", 2) { nodes, target, arguments in
            try quantifier(&nodes, target, [arguments[0]], .all(arguments[1]))
        },
        .member("exists", 2) { nodes, target, arguments in
            try quantifier(&nodes, target, [arguments[0]], .exists(arguments[1]))
        },
        .member("exists_one", 2) { nodes, target, arguments in
            try quantifier(&nodes, target, [arguments[0]], .existsOne(arguments[1]))
        },
        .member("existsOne", 2) { nodes, target, arguments in
            try quantifier(&nodes, target, [arguments[0]], .existsOne(arguments[1]))
        },
        .member("map", 2) { nodes, target, arguments in
            try collect(&nodes, target, [arguments[0]], .map(filter: nil, transform: arguments[1]))
        },
        .member("map", 3) { nodes, target, arguments in
            try collect(&nodes, target, [arguments[0]], .map(filter: arguments[1], transform: arguments[2]))
        },
        .member("filter", 2) { nodes, target, arguments in
            try collect(&nodes, target, [arguments[0]], .filter(arguments[1]))
        },
    ]

    /// The variable names of a loop macro.
    static func variables(_ arguments: [Expression]) throws -> [String] {
        var names: [String] = []
        for argument in arguments {
            guard case .ident(let name) = argument.kind, !name.hasPrefix(".") else {
                throw MacroFault(message: "argument must be a simple name", node: argument)
            }
            if name == Operator.accumulator || name == "__result__" {
                throw MacroFault(message: "iteration variable overwrites accumulator variable", node: argument)
            }
            if names.contains(name) {
                throw MacroFault(message: "duplicate variable name: \(name)", node: argument)
            }
            names.append(name)
        }
        return names
    }

    /// `all`, `exists` and `existsOne` over one variable or two.
    static func quantifier(
        _ nodes: inout NodeFactory, _ target: Expression?, _ names: [Expression], _ shape: Comprehension.Shape
    ) throws -> Expression? {
        guard let target else { return nil }
        let names = try variables(names)
        let accumulator = Operator.accumulator
        let (initial, condition, step, result): (Expression, Expression, Expression, Expression)
        switch shape {
        case .all(let predicate):
            initial = nodes.literal(.bool(true))
            condition = nodes.call(Operator.notStrictlyFalse, nodes.ident(accumulator))
            step = nodes.call(Operator.and, nodes.ident(accumulator), predicate)
            result = nodes.ident(accumulator)
        case .exists(let predicate):
            initial = nodes.literal(.bool(false))
            let negated = nodes.call(Operator.not, nodes.ident(accumulator))
            condition = nodes.call(Operator.notStrictlyFalse, negated)
            step = nodes.call(Operator.or, nodes.ident(accumulator), predicate)
            result = nodes.ident(accumulator)
        case .existsOne(let predicate):
            initial = nodes.literal(.int(0))
            condition = nodes.literal(.bool(true))
            let increment = nodes.call(Operator.add, nodes.ident(accumulator), nodes.literal(.int(1)))
            step = nodes.call(Operator.conditional, predicate, increment, nodes.ident(accumulator))
            result = nodes.call(Operator.equal, nodes.ident(accumulator), nodes.literal(.int(1)))
        default: return nil
        }
        return nodes.make(
            .comprehension(
                Comprehension(
                    shape: shape, range: target, variable: names[0], secondVariable: names.count > 1 ? names[1] : nil,
                    accumulator: accumulator, initial: initial, condition: condition, step: step, result: result)))
    }

    /// `map`, `filter` and `transformList`: loops that make a list.
    static func collect(
        _ nodes: inout NodeFactory, _ target: Expression?, _ names: [Expression], _ shape: Comprehension.Shape
    ) throws -> Expression? {
        guard let target else { return nil }
        let names = try variables(names)
        let accumulator = Operator.accumulator
        let element: Expression
        let filter: Expression?
        switch shape {
        case .map(let condition, let transform), .transformList(let condition, let transform):
            (element, filter) = (transform, condition)
        case .filter(let condition): (element, filter) = (nodes.ident(names[0]), condition)
        default: return nil
        }
        var step = nodes.call(Operator.add, nodes.ident(accumulator), nodes.list(element))
        if let filter { step = nodes.call(Operator.conditional, filter, step, nodes.ident(accumulator)) }
        return nodes.make(
            .comprehension(
                Comprehension(
                    shape: shape, range: target, variable: names[0], secondVariable: names.count > 1 ? names[1] : nil,
                    accumulator: accumulator, initial: nodes.list(), condition: nodes.literal(.bool(true)), step: step,
                    result: nodes.ident(accumulator))))
    }
}
