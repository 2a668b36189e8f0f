// Instructions that count what an evaluation costs, as cel-go counts it.
//
// An attribute (a variable with the fields and indices selected from it) costs one, and one for each of these; a call costs
// what its meter says; logic costs nothing; a loop costs what the steps of its fold cost, although no fold is made.
extension Planner {
    var isMetered: Bool {
        if case .metered = mode { true } else { false }
    }

    private var optimizes: Bool { mode == .metered(optimizes: true) }

    private mutating func charge(_ cost: Int, _ pc: Int32, _ node: Expression) -> Int32 {
        cost == 0 ? pc : emit(.charged, node, pc, Int32(truncatingIfNeeded: cost))
    }

    /// Plans a node; `base` is what an attribute costs beside its parts: 0 where it stands within another attribute.
    mutating func planMetered(_ node: Expression, base: Int = 1) -> Int32 {
        if case .literal = node.kind { return planNode(node) }
        if optimizes, isFree(node), let folded = fold(node) { return folded }
        switch node.kind {
        case .literal: return planNode(node)
        case .ident:
            let planned = planNode(node)
            return ops[Int(planned)].code == .constant ? planned : charge(base, planned, node)
        case .select(let operand, let field, let testOnly):
            return testOnly ? presence(node, operand, field) : selection(node, operand, field, base)
        case .call(let function, let target, let arguments):
            return planMeteredCall(node, function, target, arguments, base)
        case .list: return charge(10, planNode(node), node)
        case .map: return charge(30, planNode(node), node)
        case .structure: return charge(40, planNode(node), node)
        case .comprehension(let loop): return planMeteredLoop(node, loop)
        }
    }

    // MARK: Attributes

    private func isAttribute(_ node: Expression) -> Bool {
        switch node.kind {
        case .ident, .select(_, _, testOnly: false): true
        case .call(Operator.index, nil, _), .call(Operator.optionalIndex, nil, _),
            .call(Operator.optionalSelect, nil, _):
            true
        default: false
        }
    }

    /// The operand of a selection: what it costs belongs to the same attribute.
    private mutating func within(_ operand: Expression, _ base: Int) -> (pc: Int32, cost: Int) {
        isAttribute(operand) ? (planMetered(operand, base: base), 0) : (planMetered(operand), base)
    }

    private mutating func selection(_ node: Expression, _ operand: Expression, _ field: String, _ base: Int) -> Int32 {
        if let reference = qualified(node) {
            let planned = emit(reference, node)
            return ops[Int(planned)].code == .constant ? planned : charge(base, planned, node)
        }
        if let path = path(of: operand, key: field, node) {
            return charge(depth(path) + base, emit(.path, node, path), node)
        }
        let inner = within(operand, base)
        return charge(1 + inner.cost, emit(.select, node, inner.pc, step(field, of: operand, node)), node)
    }

    private mutating func presence(_ node: Expression, _ operand: Expression, _ field: String) -> Int32 {
        if let path = path(of: operand, key: field, node) {
            return charge(depth(path), emit(.hasPath, node, path), node)
        }
        let inner = within(operand, 0)
        return charge(1, emit(.has, node, inner.pc, step(field, of: operand, node)), node)
    }

    private func depth(_ path: Int32) -> Int {
        var depth = 0
        var at = path
        while at >= 0 {
            depth += 1
            at = paths[Int(at)].parent
        }
        return depth
    }

    // MARK: Calls

    private mutating func planMeteredCall(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression], _ base: Int
    ) -> Int32 {
        switch (function, arguments.count) {
        case (Operator.and, 2), (Operator.or, 2): return planNode(node)
        case (Operator.conditional, 3):
            let condition = planMetered(arguments[0])
            let branches = arguments[1...].map { planMetered($0, base: 0) }
            return emit(
                Op(
                    code: .conditional, node: Int32(truncatingIfNeeded: node.id), a: condition, b: branches[0],
                    c: branches[1]))
        case (Operator.optionalSelect, 2):
            guard case .literal(.string(let field)) = arguments[1].kind else { break }
            let inner = within(arguments[0], base)
            return charge(
                1 + inner.cost, emit(.optionalSelect, node, inner.pc, step(field, of: arguments[0], node)), node)
        case (Operator.index, 2), (Operator.optionalIndex, 2):
            return indexing(node, function, arguments, base)
        case ("or", 1) where target != nil, ("orValue", 1) where target != nil:
            // The arguments are looked at one after the other, and cost nothing by themselves.
            if case .call(_, let overloads, _)? = expression.references[node.id],
                overloads.allSatisfy({ $0.body == nil })
            {
                return planNode(node)
            }
        case (Operator.in, 2):
            // A constant list is a set for an optimizing interpreter, and looking into it is free.
            if optimizes, isFree(arguments[1]), case .list = arguments[1].kind {
                let planned = (planMetered(arguments[0]), planMetered(arguments[1]))
                indexConstant(planned.1)
                return emit(.contained, node, planned.0, planned.1)
            }
        default: break
        }
        return metered(node, function, target, arguments)
    }

    private mutating func indexing(_ node: Expression, _ function: String, _ arguments: [Expression], _ base: Int)
        -> Int32
    {
        if function == Operator.index, case .literal(.string(let key)) = arguments[1].kind, !isRecord(arguments[0]),
            let path = path(of: arguments[0], key: key, node)
        {
            return charge(depth(path) + base, emit(.path, node, path), node)
        }
        let inner = within(arguments[0], base)
        let index = planMetered(arguments[1], base: isAttribute(arguments[1]) ? 0 : 1)
        let code: Opcode = function == Operator.index ? .index : .optionalIndex
        return charge(1 + inner.cost, emit(code, node, inner.pc, index), node)
    }

    private mutating func metered(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression]
    ) -> Int32 {
        let (name, operands, overloads) = resolved(node, function, target, arguments)
        let planned = operands.map { planMetered($0) }
        if function == Operator.in, planned.count == 2 { indexConstant(planned[1]) }
        if name == "matches", planned.count == 2, let regex = constantRegex(planned[1]) {
            meteredSites.append(MeteredSite(action: .matches(regexes[Int(regex)]), meter: .search))
        } else if let code = Self.instruction(name, planned.count), overloads.allSatisfy({ $0.body == nil }) {
            meteredSites.append(MeteredSite(action: .operation(code), meter: .of(operator: name)))
        } else {
            meteredSites.append(
                MeteredSite(
                    action: .overloads(CallSite(function: name, overloads: overloads), overloads.map { .of($0) }),
                    meter: .declared(.constant(1))))
        }
        return emit(
            Op(
                code: .metered, node: Int32(truncatingIfNeeded: node.id), a: emit(operands: planned),
                b: Int32(truncatingIfNeeded: planned.count), c: Int32(truncatingIfNeeded: meteredSites.count - 1)))
    }

    private static func instruction(_ name: String, _ count: Int) -> Opcode? {
        switch (name, count) {
        case (Operator.not, 1): .not
        case (Operator.negate, 1): .negate
        case (Operator.in, 2): .contained
        case ("startsWith", 2): .startsWith
        case ("endsWith", 2): .endsWith
        case ("contains", 2): .contains
        case ("size", 1): .size
        default: count == 2 ? binary[name] : nil
        }
    }

    // MARK: Loops

    private mutating func planMeteredLoop(_ node: Expression, _ loop: Comprehension) -> Int32 {
        let planned = planNode(node)
        // Beside its steps, a loop costs its first and its last value.
        let empty = optimizes ? 0 : 1
        switch loop.shape {
        case .all, .exists: return charge(1, planned, node)
        case .existsOne: return charge(2, planned, node)
        case .map, .filter, .transformList: return charge(1 + empty * 10, planned, node)
        case .transformMap, .transformMapEntry: return charge(1 + empty * 30, planned, node)
        case .bind: return charge(empty * 10, planned, node)
        }
    }

    /// What a step of a loop's fold costs beside the parts that the rule's author wrote.
    mutating func charged(_ pc: Int32, _ shape: Comprehension.Shape, _ node: Expression) -> Int32 {
        guard isMetered else { return pc }
        switch shape {
        case .all: return charge(3, pc, node)
        case .exists: return charge(4, pc, node)
        case .existsOne, .bind: return pc
        case .map, .transformList: return charge(12, pc, node)
        case .filter: return charge(13, pc, node)
        case .transformMap: return charge(3, pc, node)
        case .transformMapEntry: return charge(2, pc, node)
        }
    }

    // MARK: Constant parts

    /// Whether an optimizing interpreter has the node's value before it runs.
    private func isFree(_ node: Expression) -> Bool {
        switch node.kind {
        case .literal: true
        case .list(let elements, let optional): optional.isEmpty && elements.allSatisfy { isFree($0) }
        case .map(let entries): entries.allSatisfy { !$0.isOptional && isFree($0.key) && isFree($0.value) }
        case .call(let function, nil, let arguments):
            Self.conversions.contains(function) && arguments.count == 1 && isFree(arguments[0])
        default: false
        }
    }

    private static let conversions: Set<String> = [
        "bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint",
    ]
}
