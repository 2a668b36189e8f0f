import JSONView

// Operators and functions.
extension Planner {
    mutating func call(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression]
    ) -> Int32 {
        if target == nil, let planned = operation(node, function, arguments) { return planned }
        let (name, operands, overloads) = resolved(node, function, target, arguments)
        if let planned = textOperation(node, name, operands, overloads) { return planned }
        let planned = operands.map { plan($0) }
        if name == "matches", planned.count == 2, let regex = constantRegex(planned[1]) {
            return emit(.matches, node, planned[0], regex)
        }
        var site = CallSite(function: name, overloads: prepared(overloads, for: planned, operands))
        if let position = overloads.lazy.compactMap(\.patternPosition).first, position < planned.count {
            site.regex = compiledConstant(planned[position])
        }
        callSites.append(site)
        return emit(
            Op(
                code: .call, node: Int32(truncatingIfNeeded: node.id), a: emit(operands: planned),
                b: Int32(truncatingIfNeeded: planned.count), c: Int32(truncatingIfNeeded: callSites.count - 1)))
    }

    /// The overloads of a call, those that can be prepared for its constants.
    private func prepared(
        _ overloads: [Overload], for planned: [Int32], _ operands: [Expression]
    ) -> [Overload] {
        guard overloads.contains(where: { $0.preparation != nil }) else { return overloads }
        let constants = zip(planned, operands).map { planned, operand in
            constant(at: planned).map { pool.evaluation.exporting($0) } ?? Self.literal(operand)
        }
        return overloads.map { $0.prepared(for: constants) ?? $0 }
    }

    /// The value of a literal, or of a list of literals, which a plan that is traced makes anew each time.
    private static func literal(_ node: Expression) -> Value? {
        switch node.kind {
        case .literal(let literal): return literal.value
        case .list(let elements, let optional) where optional.isEmpty:
            var values: [Value] = []
            for element in elements {
                guard case .literal(let literal) = element.kind else { return nil }
                values.append(literal.value)
            }
            return .list(ListValue(values))
        default: return nil
        }
    }

    /// The constant that an instruction gives; nil where it gives anything else.
    private func constant(at pc: Int32) -> Cell? {
        var op = ops[Int(pc)]
        while op.code == .traced || op.code == .charged { op = ops[Int(op.a)] }
        return op.code == .constant ? constants[Int(op.a)] : nil
    }

    /// The function that a call means, everything that it gets, and the overloads that may be meant.
    func resolved(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression]
    ) -> (name: String, operands: [Expression], overloads: [Overload]) {
        var operands = arguments
        var name = function
        var overloads: [Overload] = []
        if case .call(let function, let candidates, let isQualified)? = expression.references[node.id] {
            (name, overloads) = (function, candidates)
            if let target, !isQualified { operands.insert(target, at: 0) }
        } else if let target {
            if node.leadingIdent == nil, target.leadingIdent.flatMap({ local($0) }) == nil,
                let prefix = target.qualifiedName,
                let (qualified, found) = resolver.function("\(prefix).\(function)")
            {
                (name, overloads) = (qualified, found.filter { !$0.isMember })
            } else {
                overloads = (tables.functions[function] ?? []).filter(\.isMember)
                operands.insert(target, at: 0)
            }
        } else {
            overloads = resolver.function(function)?.1.filter { !$0.isMember } ?? []
        }
        return (name, operands, overloads)
    }

    /// Operators, which have instructions of their own.
    mutating func operation(_ node: Expression, _ function: String, _ arguments: [Expression]) -> Int32? {
        switch (function, arguments.count) {
        case (Operator.conditional, 3):
            let planned = arguments.map { plan($0) }
            return emit(
                Op(
                    code: .conditional, node: Int32(truncatingIfNeeded: node.id), a: planned[0], b: planned[1],
                    c: planned[2]))
        case (Operator.optionalSelect, 2):
            guard case .literal(.string(let field)) = arguments[1].kind else { return nil }
            return emit(.optionalSelect, node, plan(arguments[0]), step(field, of: arguments[0], node))
        case (Operator.index, 2):
            if mode != .traced, case .literal(.string(let key)) = arguments[1].kind, !isRecord(arguments[0]),
                let path = path(of: arguments[0], key: key, node)
            {
                return emit(.path, node, path)
            }
            return emit(mode == .traced ? .tracedIndex : .index, node, plan(arguments[0]), plan(arguments[1]))
        case (Operator.optionalIndex, 2):
            return emit(.optionalIndex, node, plan(arguments[0]), plan(arguments[1]))
        case (Operator.in, 2):
            let planned = (plan(arguments[0]), plan(arguments[1]))
            indexConstant(planned.1)
            return emit(.contained, node, planned.0, planned.1)
        case (Operator.not, 1): return emit(.not, node, plan(arguments[0]))
        case (Operator.negate, 1): return emit(.negate, node, plan(arguments[0]))
        case (Operator.notStrictlyFalse, 1): return emit(.notStrictlyFalse, node, plan(arguments[0]))
        default:
            guard arguments.count == 2, let code = Self.binary[function] else { return nil }
            return emit(code, node, plan(arguments[0]), plan(arguments[1]))
        }
    }

    static let binary: [String: Opcode] = [
        Operator.and: .and, Operator.or: .or, Operator.equal: .equal, Operator.notEqual: .notEqual,
        Operator.less: .less, Operator.lessEqual: .lessEqual, Operator.greater: .greater,
        Operator.greaterEqual: .greaterEqual, Operator.add: .add, Operator.subtract: .subtract,
        Operator.multiply: .multiply, Operator.divide: .divide, Operator.modulo: .modulo,
    ]

    func isRecord(_ node: Expression) -> Bool {
        if case .object? = expression.types[node.id] { true } else { false }
    }

    /// Makes `x in constant list` a lookup by hash.
    func indexConstant(_ pc: Int32) {
        var op = ops[Int(pc)]
        while op.code == .traced { op = ops[Int(op.a)] }
        guard op.code == .constant, case .list(let box) = constants[Int(op.a)] else { return }
        let list = box.takeUnretainedValue()
        if list.index == nil {
            list.index = CellIndex(UnsafeBufferPointer(start: list.cells, count: list.count))
        }
    }

    /// The functions of strings that rules live on.
    mutating func textOperation(
        _ node: Expression, _ name: String, _ operands: [Expression], _ overloads: [Overload]
    ) -> Int32? {
        // Where a library has overloads of its own under the name, the general call finds the right one.
        guard overloads.allSatisfy({ $0.body == nil }), !overloads.isEmpty else { return nil }
        switch (name, operands.count) {
        case ("startsWith", 2): return emit(.startsWith, node, plan(operands[0]), plan(operands[1]))
        case ("endsWith", 2): return emit(.endsWith, node, plan(operands[0]), plan(operands[1]))
        case ("contains", 2): return emit(.contains, node, plan(operands[0]), plan(operands[1]))
        case ("or", 2): return emit(.optionalOr, node, plan(operands[0]), plan(operands[1]))
        case ("orValue", 2): return emit(.optionalOrValue, node, plan(operands[0]), plan(operands[1]))
        case ("size", 1): return emit(.size, node, plan(operands[0]))
        default: return nil
        }
    }

    /// A regular expression, compiled now when it is constant; nil when it must be compiled, or fails, later.
    func compiledConstant(_ pc: Int32) -> RegularExpression? {
        guard ops[Int(pc)].code == .constant, case .string(let pattern) = constants[Int(ops[Int(pc)].a)] else {
            return nil
        }
        return try? RegularExpression(pattern)
    }

    /// The number of the pattern of `matches` among the program's, where it is constant.
    mutating func constantRegex(_ pc: Int32) -> Int32? {
        guard let regex = compiledConstant(pc) else { return nil }
        regexes.append(regex)
        return Int32(truncatingIfNeeded: regexes.count - 1)
    }

    mutating func structure(
        _ node: Expression, _ name: String, _ fields: [Expression.StructureField]
    ) -> Int32 {
        var type: WellKnownType?
        if case .structure(let known)? = expression.references[node.id] { type = known }
        guard let type = type ?? resolver.structure(name) else {
            return emit(error: "unknown type: \(name)", node)
        }
        let planned = fields.map { plan($0.value) }
        structures.append(
            ProgramTables.StructureLiteral(type: type, fields: fields.map { ($0.name, $0.isOptional) }))
        return emit(
            Op(
                code: .structure, node: Int32(truncatingIfNeeded: node.id), a: emit(operands: planned),
                b: Int32(truncatingIfNeeded: planned.count), c: Int32(truncatingIfNeeded: structures.count - 1)))
    }
}

extension Literal {
    /// The literal as a value.
    fileprivate var value: Value {
        switch self {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .uint(let value): .uint(value)
        case .double(let value): .double(value)
        case .string(let value): .string(value)
        case .bytes(let value): .bytes(value)
        }
    }
}
