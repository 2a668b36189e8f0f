import JSONView

/// Turns checked trees into instructions.
///
/// Field paths become steps below a variable, read once for each value of the variable; constant parts are evaluated now;
/// in a set of programs, equal parts become one.
struct Planner {
    /// What instructions are for.
    enum Mode: Equatable {
        /// To be quick.
        case fast
        /// To tell an observer the value of each node.
        case traced
        /// To count what the evaluation costs. `optimizes`: constant lists, maps and conversions are free, as in Kubernetes.
        case metered(optimizes: Bool)
    }

    var ops: [Op] = []
    var operands: [Int32] = []
    var constants: [Cell] = []
    var paths: [PathStep] = []
    var callSites: [CallSite] = []
    var regexes: [RegularExpression] = []
    var structures: [ProgramTables.StructureLiteral] = []
    /// The variables of the environment in use, by register.
    var variables: [(name: String, slot: Int)] = []
    var registerCount = 0
    var sharedCount = 0
    let limits: Limits
    let pool: Evaluator

    let mode: Mode
    /// Whether what is planned is a constant part, which is evaluated at once.
    var isFolding = false
    let tables: EnvironmentTables
    let resolver: NameResolver
    var expression: CheckedExpression
    var scopes: [(name: String, op: Op, path: PathRoot?)] = []
    var pathIndices: [PathKey: Int32] = [:]
    var constantNodes: [Int: Bool] = [:]
    var parts = SharedParts()
    /// What the parts of the expression cost, where cost is counted.
    var costs: CostPlan?

    struct PathKey: Hashable {
        let parent: Int32
        let root: Int32
        let key: String
        let field: Int32
    }

    struct PathRoot {
        let register: Int32
        let isVariable: Bool
    }

    /// Prepares planning for expressions of one environment.
    init(_ expression: CheckedExpression, mode: Mode = .fast) {
        self.expression = expression
        self.mode = mode
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
        switch mode {
        case .fast: parts.count(expression)
        case .metered(let optimizes): costs = CostPlan(expression, optimizes: optimizes)
        case .traced: break
        }
        return plan(expression.root)
    }

    // MARK: Emitting

    mutating func emit(_ op: Op) -> Int32 {
        ops.append(op)
        return Int32(truncatingIfNeeded: ops.count - 1)
    }

    mutating func emit(_ code: Opcode, _ node: Expression, _ a: Int32 = 0, _ b: Int32 = 0) -> Int32 {
        emit(Op(code: code, node: Int32(truncatingIfNeeded: node.id), a: a, b: b))
    }

    mutating func emit(constant: Cell, _ node: Expression) -> Int32 {
        constants.append(constant)
        return emit(.constant, node, Int32(truncatingIfNeeded: constants.count - 1))
    }

    mutating func emit(error message: String, _ node: Expression) -> Int32 {
        emit(constant: pool.evaluation.error(message), node)
    }

    mutating func emit(operands list: [Int32]) -> Int32 {
        operands.append(contentsOf: list)
        return Int32(truncatingIfNeeded: operands.count - list.count)
    }

    // MARK: Nodes

    mutating func plan(_ node: Expression) -> Int32 {
        switch mode {
        case .metered: return planMetered(node)
        case .traced:
            let inner = planNode(node)
            switch ops[Int(inner)].code {
            case .tracedSelect, .tracedIndex: return inner
            default: return emit(.traced, node, inner)
            }
        case .fast:
            if case .literal = node.kind {
            } else if !isFolding, isConstant(node), let folded = fold(node) {
                return folded
            }
            guard let signature = parts.sharedSignature(of: node) else { return planNode(node) }
            if let known = parts.instruction(signature) { return known }
            let inner = planNode(node)
            let memo = Int32(truncatingIfNeeded: sharedCount)
            sharedCount += 1
            let shared = emit(.shared, node, inner, memo)
            parts.setInstruction(shared, for: signature)
            return shared
        }
    }

    mutating func planNode(_ node: Expression) -> Int32 {
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

    func local(_ name: String) -> (op: Op, path: PathRoot?)? {
        for scope in scopes.reversed() where scope.name == name { return (scope.op, scope.path) }
        return nil
    }

    mutating func ident(_ node: Expression, _ name: String) -> Int32 {
        if let (op, _) = local(name) {
            var op = op
            op.node = Int32(truncatingIfNeeded: node.id)
            return emit(op)
        }
        if let reference = expression.references[node.id] ?? resolver.ident(name)?.0 { return emit(reference, node) }
        return emit(error: "undeclared reference to '\(name)' (in container '\(tables.container)')", node)
    }

    mutating func emit(_ reference: Reference, _ node: Expression) -> Int32 {
        switch reference {
        case .variable(let slot): return emit(.variable, node, Int32(truncatingIfNeeded: slot))
        case .constant(let position): return emit(constant: constant(position), node)
        case .type(let type): return emit(constant: pool.evaluation.type(type), node)
        default: return emit(error: "no such overload", node)
        }
    }

    var namedConstants: [Int: Cell] = [:]

    mutating func constant(_ position: Int) -> Cell {
        if let known = namedConstants[position] { return known }
        let made = pool.evaluation.importing(tables.constants[position].value)
        namedConstants[position] = made
        return made
    }

    /// The meaning of a qualified name, where the whole of it is declared.
    func qualified(_ node: Expression) -> Reference? {
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
}
