import JSONView

/// Turns checked trees into instructions.
///
/// Field paths become steps below a variable, read once for each value of the variable; constant parts are evaluated now;
/// in a set of programs, equal parts become one.
struct Planner {
    private(set) var ops: [Op] = []
    private(set) var operands: [Int32] = []
    private(set) var constants: [Cell] = []
    private(set) var paths: [PathStep] = []
    private(set) var callSites: [CallSite] = []
    private(set) var regexes: [RegularExpression] = []
    private(set) var structures: [ProgramTables.StructureLiteral] = []
    /// The variables of the environment in use, by register.
    private(set) var variables: [(name: String, slot: Int)] = []
    private(set) var registerCount = 0
    private(set) var sharedCount = 0
    let limits: Limits
    let pool: Evaluator

    /// Whether each node gets an instruction of its own that tells the observer its value.
    private let isTraced: Bool
    /// Whether what is planned is a constant part, which is evaluated at once.
    private var isFolding = false
    private let tables: EnvironmentTables
    private let resolver: NameResolver
    private var expression: CheckedExpression
    private var scopes: [(name: String, op: Op, path: PathRoot?)] = []
    private var pathIndices: [PathKey: Int32] = [:]
    private var constantNodes: [Int: Bool] = [:]
    private var parts = SharedParts()

    private struct PathKey: Hashable {
        let parent: Int32
        let root: Int32
        let key: String
        let field: Int32
    }

    private struct PathRoot {
        let register: Int32
        let isVariable: Bool
    }

    /// Prepares planning for expressions of one environment.
    init(_ expression: CheckedExpression, isTraced: Bool = false) {
        self.expression = expression
        self.isTraced = isTraced
        tables = expression.tables
        limits = expression.tables.limits
        resolver = NameResolver(tables: expression.tables)
        pool = Evaluator()
        // The registers of the environment's variables come first; those of loops follow while planning goes on.
        for (slot, variable) in tables.variables.enumerated() { variables.append((variable.name, slot)) }
        registerCount = variables.count
    }

    /// Finds what expressions have in common, before they are planned.
    mutating func prepare(_ expressions: [CheckedExpression]) {
        for expression in expressions { parts.count(expression) }
    }

    /// Plans an expression; the result is the index of its instruction.
    mutating func plan(_ expression: CheckedExpression) -> Int32 {
        self.expression = expression
        constantNodes = [:]
        if !isTraced { parts.count(expression) }
        return plan(expression.root)
    }

    // MARK: Emitting

    private mutating func emit(_ op: Op) -> Int32 {
        ops.append(op)
        return Int32(truncatingIfNeeded: ops.count - 1)
    }

    private mutating func emit(_ code: Opcode, _ node: Expression, _ a: Int32 = 0, _ b: Int32 = 0) -> Int32 {
        emit(Op(code: code, node: Int32(truncatingIfNeeded: node.id), a: a, b: b))
    }

    private mutating func emit(constant: Cell, _ node: Expression) -> Int32 {
        constants.append(constant)
        return emit(.constant, node, Int32(truncatingIfNeeded: constants.count - 1))
    }

    private mutating func emit(error message: String, _ node: Expression) -> Int32 {
        emit(constant: pool.evaluation.error(message), node)
    }

    private mutating func emit(operands list: [Int32]) -> Int32 {
        operands.append(contentsOf: list)
        return Int32(truncatingIfNeeded: operands.count - list.count)
    }

    // MARK: Nodes

    private mutating func plan(_ node: Expression) -> Int32 {
        if !isTraced {
            if case .literal = node.kind {
            } else if !isFolding, isConstant(node), let folded = fold(node) {
                return folded
            }
            if let signature = parts.sharedSignature(of: node) {
                if let known = parts.instruction(signature) { return known }
                let inner = planNode(node)
                let memo = Int32(truncatingIfNeeded: sharedCount)
                sharedCount += 1
                let shared = emit(.shared, node, inner, memo)
                parts.setInstruction(shared, for: signature)
                return shared
            }
            return planNode(node)
        }
        let inner = planNode(node)
        switch ops[Int(inner)].code {
        case .tracedSelect, .tracedIndex: return inner
        default: return emit(.traced, node, inner)
        }
    }

    private mutating func planNode(_ node: Expression) -> Int32 {
        switch node.kind {
        case .literal(let literal): return emit(constant: pool.evaluation.importing(literal), node)
        case .ident(let name): return ident(node, name)
        case .select(let operand, let field, let testOnly): return select(node, operand, field, testOnly)
        case .call(let function, let target, let arguments): return call(node, function, target, arguments)
        case .list(let elements, let optional):
            let planned = elements.map { plan($0) }
            let marks = optional.isEmpty ? -1 : emit(operands: elements.indices.map { optional.contains($0) ? 1 : 0 })
            return emit(
                Op(
                    code: .list, node: Int32(truncatingIfNeeded: node.id), a: emit(operands: planned),
                    b: Int32(truncatingIfNeeded: planned.count), c: marks))
        case .map(let entries):
            let planned = entries.flatMap { [plan($0.key), plan($0.value)] }
            let marks = entries.contains { $0.isOptional } ? emit(operands: entries.map { $0.isOptional ? 1 : 0 }) : -1
            return emit(
                Op(
                    code: .map, node: Int32(truncatingIfNeeded: node.id), a: emit(operands: planned),
                    b: Int32(truncatingIfNeeded: entries.count), c: marks))
        case .structure(let name, let fields): return structure(node, name, fields)
        case .comprehension(let loop): return comprehension(node, loop)
        }
    }

    private func local(_ name: String) -> (op: Op, path: PathRoot?)? {
        for scope in scopes.reversed() where scope.name == name { return (scope.op, scope.path) }
        return nil
    }

    private mutating func ident(_ node: Expression, _ name: String) -> Int32 {
        if let (op, _) = local(name) {
            var op = op
            op.node = Int32(truncatingIfNeeded: node.id)
            return emit(op)
        }
        if let reference = expression.references[node.id] ?? resolver.ident(name)?.0 { return emit(reference, node) }
        return emit(error: "undeclared reference to '\(name)' (in container '\(tables.container)')", node)
    }

    private mutating func emit(_ reference: Reference, _ node: Expression) -> Int32 {
        switch reference {
        case .variable(let slot): return emit(.variable, node, Int32(truncatingIfNeeded: slot))
        case .constant(let position): return emit(constant: constant(position), node)
        case .type(let type): return emit(constant: pool.evaluation.type(type), node)
        default: return emit(error: "no such overload", node)
        }
    }

    private var namedConstants: [Int: Cell] = [:]

    private mutating func constant(_ position: Int) -> Cell {
        if let known = namedConstants[position] { return known }
        let made = pool.evaluation.importing(tables.constants[position].value)
        namedConstants[position] = made
        return made
    }

    /// The meaning of a qualified name, where the whole of it is declared.
    private func qualified(_ node: Expression) -> Reference? {
        if let reference = expression.references[node.id] {
            switch reference {
            case .variable, .constant, .type: return reference
            default: return nil
            }
        }
        guard expression.types[node.id] == nil, let name = node.qualifiedName,
            node.leadingIdent.flatMap({ local($0) }) == nil
        else { return nil }
        return resolver.ident(name)?.0
    }

    // MARK: Fields

    private mutating func select(
        _ node: Expression, _ operand: Expression, _ field: String, _ testOnly: Bool
    ) -> Int32 {
        if !testOnly, let reference = qualified(node) { return emit(reference, node) }
        if !isTraced, let path = path(of: operand, key: field, node) {
            return emit(testOnly ? .hasPath : .path, node, path)
        }
        let step = step(field, of: operand, node)
        return emit(testOnly ? .has : isTraced ? .tracedSelect : .select, node, plan(operand), step)
    }

    /// The path that a key below an expression is, when the expression is a path or a variable.
    private mutating func path(of operand: Expression, key: String, _ node: Expression) -> Int32? {
        switch operand.kind {
        case .ident(let name):
            if let (_, root) = local(name) {
                return root.map { addPath(parent: -1, root: $0, key, operand, node) }
            }
            guard case .variable(let slot)? = expression.references[operand.id] ?? resolver.ident(name)?.0 else {
                return nil
            }
            return addPath(
                parent: -1, root: PathRoot(register: Int32(truncatingIfNeeded: slot), isVariable: true), key, operand,
                node)
        case .select(let inner, let field, testOnly: false):
            if let reference = qualified(operand) {
                guard case .variable(let slot) = reference else { return nil }
                return addPath(
                    parent: -1, root: PathRoot(register: Int32(truncatingIfNeeded: slot), isVariable: true), key,
                    operand,
                    node)
            }
            return path(of: inner, key: field, operand).map { addPath(parent: $0, root: nil, key, operand, node) }
        case .call(Operator.index, nil, let arguments):
            guard case .literal(.string(let field)) = arguments[1].kind else { return nil }
            return path(of: arguments[0], key: field, operand).map {
                addPath(parent: $0, root: nil, key, operand, node)
            }
        default: return nil
        }
    }

    private mutating func addPath(
        parent: Int32, root: PathRoot?, _ key: String, _ operand: Expression, _ node: Expression
    ) -> Int32 {
        let field = fieldIndex(key, of: operand)
        let register = root?.register ?? paths[Int(parent)].root
        let identity = PathKey(parent: parent, root: register, key: key, field: field)
        if let known = pathIndices[identity] { return known }
        let isVariable = root?.isVariable ?? paths[Int(parent)].isVariable
        let added = appendStep(parent: parent, root: register, isVariable: isVariable, key, field, node)
        pathIndices[identity] = added
        return added
    }

    /// A step that belongs to no path: a key of whatever value an instruction gives.
    private mutating func step(_ key: String, of operand: Expression, _ node: Expression) -> Int32 {
        appendStep(parent: -1, root: 0, isVariable: false, key, fieldIndex(key, of: operand), node)
    }

    private mutating func appendStep(
        parent: Int32, root: Int32, isVariable: Bool, _ key: String, _ field: Int32, _ node: Expression
    ) -> Int32 {
        paths.append(
            PathStep(
                parent: parent, root: root, isVariable: isVariable, key: pool.evaluation.text(key), field: field,
                missing: pool.evaluation.error("no such key: \(key)"), node: Int32(truncatingIfNeeded: node.id)))
        return Int32(truncatingIfNeeded: paths.count - 1)
    }

    private func fieldIndex(_ key: String, of operand: Expression) -> Int32 {
        guard case .object(let type)? = expression.types[operand.id], let index = type.index(of: key) else { return -1 }
        return Int32(truncatingIfNeeded: index)
    }

    // MARK: Calls

    private mutating func call(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression]
    ) -> Int32 {
        if target == nil, let planned = operation(node, function, arguments) { return planned }
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
        if let planned = textOperation(node, name, operands, overloads) { return planned }
        let planned = operands.map { plan($0) }
        if name == "matches", planned.count == 2, let regex = constantRegex(planned[1]) {
            return emit(.matches, node, planned[0], regex)
        }
        callSites.append(CallSite(function: name, overloads: overloads))
        return emit(
            Op(
                code: .call, node: Int32(truncatingIfNeeded: node.id), a: emit(operands: planned),
                b: Int32(truncatingIfNeeded: planned.count), c: Int32(truncatingIfNeeded: callSites.count - 1)))
    }

    /// Operators, which have instructions of their own.
    private mutating func operation(_ node: Expression, _ function: String, _ arguments: [Expression]) -> Int32? {
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
            if !isTraced, case .literal(.string(let key)) = arguments[1].kind, !isRecord(arguments[0]),
                let path = path(of: arguments[0], key: key, node)
            {
                return emit(.path, node, path)
            }
            return emit(isTraced ? .tracedIndex : .index, node, plan(arguments[0]), plan(arguments[1]))
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

    private static let binary: [String: Opcode] = [
        Operator.and: .and, Operator.or: .or, Operator.equal: .equal, Operator.notEqual: .notEqual,
        Operator.less: .less, Operator.lessEqual: .lessEqual, Operator.greater: .greater,
        Operator.greaterEqual: .greaterEqual, Operator.add: .add, Operator.subtract: .subtract,
        Operator.multiply: .multiply, Operator.divide: .divide, Operator.modulo: .modulo,
    ]

    private func isRecord(_ node: Expression) -> Bool {
        if case .object? = expression.types[node.id] { true } else { false }
    }

    /// Makes `x in constant list` a lookup by hash.
    private func indexConstant(_ pc: Int32) {
        var op = ops[Int(pc)]
        while op.code == .traced { op = ops[Int(op.a)] }
        guard op.code == .constant, case .list(let box) = constants[Int(op.a)] else { return }
        let list = box.takeUnretainedValue()
        if list.index == nil {
            list.index = CellIndex(UnsafeBufferPointer(start: list.cells, count: list.count))
        }
    }

    /// The functions of strings that rules live on.
    private mutating func textOperation(
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

    /// Compiles the pattern of `matches` now when it is constant; nil when it must be compiled, or fails, later.
    private mutating func constantRegex(_ pc: Int32) -> Int32? {
        guard ops[Int(pc)].code == .constant, case .string(let pattern) = constants[Int(ops[Int(pc)].a)],
            let regex = try? RegularExpression(pattern)
        else { return nil }
        regexes.append(regex)
        return Int32(truncatingIfNeeded: regexes.count - 1)
    }

    private mutating func structure(
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

    // MARK: Comprehensions

    private mutating func register() -> Int32 {
        registerCount += 1
        return Int32(truncatingIfNeeded: registerCount - 1)
    }

    private mutating func comprehension(_ node: Expression, _ loop: Comprehension) -> Int32 {
        if case .bind = loop.shape { return bind(node, loop) }
        let range = plan(loop.range)
        let first = register()
        let second = loop.secondVariable.map { _ in register() } ?? -1
        let mark = scopes.count
        let placeholder = Int32(truncatingIfNeeded: node.id)
        scopes.append(
            (
                loop.variable, Op(code: .register, node: placeholder, a: first),
                PathRoot(register: first, isVariable: false)
            ))
        if let name = loop.secondVariable {
            scopes.append(
                (name, Op(code: .register, node: placeholder, a: second), PathRoot(register: second, isVariable: false))
            )
        }
        let code: Opcode
        let body: [Int32]
        switch loop.shape {
        case .all(let predicate): (code, body) = (.all, [plan(predicate)])
        case .exists(let predicate): (code, body) = (.exists, [plan(predicate)])
        case .existsOne(let predicate): (code, body) = (.existsOne, [plan(predicate)])
        case .filter(let filter):
            let element = emit(Op(code: .register, node: placeholder, a: first))
            (code, body) = (.collect, [plan(filter), element])
        case .map(let filter, let transform), .transformList(let filter, let transform):
            (code, body) = (.collect, [filter.map { plan($0) } ?? -1, plan(transform)])
        case .transformMap(let filter, let transform):
            (code, body) = (.collectMap, [filter.map { plan($0) } ?? -1, plan(transform)])
        case .transformMapEntry(let filter, let entry):
            (code, body) = (.collectEntries, [filter.map { plan($0) } ?? -1, plan(entry)])
        case .bind: (code, body) = (.constant, [])
        }
        scopes.removeSubrange(mark...)
        return emit(Op(code: code, node: placeholder, a: range, b: first, c: second, d: emit(operands: body)))
    }

    private mutating func bind(_ node: Expression, _ loop: Comprehension) -> Int32 {
        let value = plan(loop.initial)
        let register = register()
        scopes.append(
            (loop.accumulator, Op(code: .bound, node: Int32(truncatingIfNeeded: node.id), a: register, b: value), nil))
        let body = plan(loop.result)
        scopes.removeLast()
        return emit(.scope, node, register, body)
    }

    // MARK: Constant parts

    /// Whether a part means the same in each evaluation.
    private mutating func isConstant(_ node: Expression) -> Bool {
        if let known = constantNodes[node.id] { return known }
        let result: Bool
        switch node.kind {
        case .literal: result = true
        case .ident, .comprehension: result = false
        case .select(let operand, _, _): result = isConstant(operand)
        case .structure: result = false
        case .call(let function, _, _):
            // Only what was checked is called ahead of time; optionals keep their laziness.
            let isKnown = expression.references[node.id] != nil || function == Operator.conditional
            result = isKnown && node.kind.children.allSatisfy { isConstant($0) }
        case .list, .map: result = node.kind.children.allSatisfy { isConstant($0) }
        }
        constantNodes[node.id] = result
        return result
    }

    /// Evaluates a constant part now; nil when that fails, so that it fails again, in its place, when the program runs.
    private mutating func fold(_ node: Expression) -> Int32? {
        var planner = Planner(expression, isTraced: false)
        planner.isFolding = true
        let pc = planner.planNode(node)
        let evaluator = Evaluator()
        let value = evaluator.run(ProgramTables(planner), from: pc, nil)
        switch value {
        case .error, .unknown: return nil
        default:
            let cell = pool.evaluation.constant(value)
            return emit(constant: cell, node)
        }
    }
}
