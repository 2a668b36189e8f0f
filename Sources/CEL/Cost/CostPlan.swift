/// What the parts of an expression cost when they run, as cel-go counts it.
///
/// Most of the cost of an expression is known beforehand. It is summed up to the nearest part that surely runs as a whole:
/// the root, the second operand of `&&`, a branch of `?:`, the body of a loop. What depends on values has a rule of its
/// own.
struct CostPlan {
    /// What is known beforehand, by the node with which a part begins.
    private(set) var known: [Int: UInt64] = [:]
    /// Rules for calls, by node.
    private(set) var meters: [Int: Meter] = [:]
    /// Rules for operators, by node.
    private(set) var operators: [Int: OperatorPrice] = [:]
    /// What a constant regular expression adds to each character of a text, by node.
    private(set) var patterns: [Int: UInt64] = [:]
    private let expression: CheckedExpression
    /// Whether lists, maps and conversions of literals are made once and cost nothing, and `has` costs nothing either.
    private let optimizes: Bool

    init(_ expression: CheckedExpression, optimizes: Bool) {
        self.expression = expression
        self.optimizes = optimizes
        add(expression.root)
    }

    /// Sums up a part that begins at a node.
    private mutating func add(_ node: Expression, isBranch: Bool = false, step: UInt64 = 0) {
        let cost = walk(node).adding(step)
        // The branches of `?:` are attributes of the whole: reading the variable is not counted again.
        known[node.id] = isBranch && isAttribute(node) ? cost - min(1, cost) : cost
    }

    private mutating func walk(_ nodes: some Sequence<Expression>) -> UInt64 {
        var sum: UInt64 = 0
        for node in nodes { sum = sum.adding(walk(node)) }
        return sum
    }

    private mutating func walk(_ node: Expression) -> UInt64 {
        switch node.kind {
        case .literal: return 0
        case .ident: return isNamedConstant(node) ? 0 : Prices.select
        case .select(let operand, _, let testOnly):
            if !testOnly, expression.references[node.id] != nil { return isNamedConstant(node) ? 0 : Prices.select }
            return walk(operand).adding(base(operand)).adding(
                testOnly ? (optimizes ? 0 : Prices.select) : Prices.select)
        case .call(let function, let target, let arguments): return call(node, function, target, arguments)
        case .list(let elements, _):
            return optimizes && isConstant(node) ? 0 : walk(elements).adding(Prices.list)
        case .map(let entries):
            if optimizes, isConstant(node) { return 0 }
            return walk(entries.flatMap { [$0.key, $0.value] }).adding(Prices.map)
        case .structure(_, let fields): return walk(fields.map(\.value)).adding(Prices.structure)
        case .comprehension(let loop): return comprehension(loop)
        }
    }

    /// What selecting from an operand costs beside the selection: values that are made count as variables.
    private func base(_ operand: Expression) -> UInt64 { isAttribute(operand) ? 0 : Prices.select }

    /// Whether a node is a variable, a field or element of one, or a choice between such.
    private func isAttribute(_ node: Expression) -> Bool {
        switch node.kind {
        case .ident: !isNamedConstant(node)
        case .select(_, _, let testOnly): testOnly || !isNamedConstant(node)
        case .call(let function, nil, _):
            [Operator.index, Operator.optionalIndex, Operator.optionalSelect, Operator.conditional].contains(function)
        default: false
        }
    }

    private func isNamedConstant(_ node: Expression) -> Bool {
        switch expression.references[node.id] {
        case .constant?, .type?: true
        default: false
        }
    }

    /// Whether cel-go makes a node's value when it plans.
    func isConstant(_ node: Expression) -> Bool {
        switch node.kind {
        case .literal: true
        case .ident, .select: isNamedConstant(node)
        case .list(let elements, let optional): optional.isEmpty && elements.allSatisfy { isConstant($0) }
        case .map(let entries):
            entries.allSatisfy { !$0.isOptional && isConstant($0.key) && isConstant($0.value) }
        case .call(let function, nil, let arguments):
            optimizes && arguments.count == 1 && Self.conversions.contains(function)
                && isConstant(arguments[0])
        default: false
        }
    }

    private static let conversions: Set<String> = [
        "bool", "bytes", "double", "duration", "dyn", "int", "string", "timestamp", "type", "uint",
    ]

    // MARK: Calls

    private mutating func call(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression]
    ) -> UInt64 {
        if target == nil, let cost = operation(node, function, arguments) { return cost }
        if let target, arguments.count == 1, function == "or" || function == "orValue" {
            add(arguments[0])
            return walk(target)
        }
        var overload = ""
        var meter = Meter.declared(.constant(Prices.call))
        var operands = (target.map { [$0] } ?? []) + arguments
        if case .call(_, let overloads, let isQualified)? = expression.references[node.id] {
            meter = .of(overloads)
            if overloads.count == 1 { overload = overloads[0].id }
            if isQualified { operands = arguments }
        }
        if optimizes, isConstant(node) { return 0 }
        let cost = walk(operands)
        if let fixed = meter.fixed { return cost.adding(fixed) }
        meters[node.id] = meter
        switch overload {
        case "starts_with_string", "ends_with_string": operators[node.id] = .affix
        case "contains_string": operators[node.id] = .contains
        case "matches_string":
            if case .literal(.string(let pattern))? = arguments.last?.kind {
                patterns[node.id] = UInt64(pattern.unicodeScalars.count).multiplied(by: Prices.regexCharacter)
            }
        default: break
        }
        return cost
    }

    private mutating func operation(_ node: Expression, _ function: String, _ arguments: [Expression]) -> UInt64? {
        switch (function, arguments.count) {
        case (Operator.and, 2), (Operator.or, 2):
            add(arguments[1])
            return walk(arguments[0])
        case (Operator.conditional, 3):
            add(arguments[1], isBranch: true)
            add(arguments[2], isBranch: true)
            return walk(arguments[0])
        case (Operator.index, 2), (Operator.optionalIndex, 2):
            let index = walk(arguments[1])
            // An index that is a variable counts as one selection with it.
            let merged = isAttribute(arguments[1]) ? index - min(1, index) : index
            let selection = function == Operator.index ? Prices.select : 0
            return walk(arguments[0]).adding(base(arguments[0])).adding(merged).adding(selection)
        case (Operator.optionalSelect, 2): return walk(arguments[0]).adding(base(arguments[0]))
        case (Operator.in, 2): return membership(node, arguments)
        case (Operator.equal, 2), (Operator.notEqual, 2):
            operators[node.id] = .comparison
            return walk(arguments)
        case (Operator.add, 2), (Operator.less, 2), (Operator.lessEqual, 2), (Operator.greater, 2),
            (Operator.greaterEqual, 2):
            guard case .call(_, let overloads, _)? = expression.references[node.id], overloads.count == 1,
                overloads[0].parameters[0] == .string || overloads[0].parameters[0] == .bytes
            else { return walk(arguments).adding(Prices.call) }
            operators[node.id] = function == Operator.add ? .join : .comparison
            return walk(arguments)
        default: return nil
        }
    }

    private mutating func membership(_ node: Expression, _ arguments: [Expression]) -> UInt64 {
        guard case .call(_, let overloads, _)? = expression.references[node.id], overloads.count == 1,
            overloads[0].id == "in_list"
        else { return walk(arguments).adding(Prices.call) }
        if optimizes, case .list(let elements, _) = arguments[1].kind, isConstant(arguments[1]),
            elements.allSatisfy({ if case .literal = $0.kind { true } else { false } })
        {
            return elements.isEmpty ? 0 : walk(arguments[0])
        }
        operators[node.id] = .membership
        return walk(arguments)
    }

    // MARK: Loops

    /// What adding an element to a list costs: the list so far, the list of one, their concatenation.
    static let listStep = Prices.select + Prices.list + Prices.call

    private mutating func comprehension(_ loop: Comprehension) -> UInt64 {
        if case .bind = loop.shape {
            add(loop.initial)
            return walk(loop.result).adding(optimizes ? 0 : Prices.list)
        }
        let range = walk(loop.range)
        switch loop.shape {
        // A step costs its condition and its accumulator beside what the author wrote.
        case .all(let predicate):
            add(predicate, step: 3)
            return range.adding(Prices.select)
        case .exists(let predicate):
            add(predicate, step: 4)
            return range.adding(Prices.select)
        case .existsOne(let predicate):
            add(predicate)
            return range.adding(Prices.select + Prices.call)
        case .filter(let filter): add(filter)
        case .map(let filter, let transform), .transformList(let filter, let transform):
            if let filter { add(filter) }
            add(transform, step: Self.listStep)
        case .transformMap(let filter, let transform):
            if let filter { add(filter) }
            add(transform, step: 3)
        case .transformMapEntry(let filter, let entry):
            if let filter { add(filter) }
            add(entry, step: 2)
        case .bind: break
        }
        return range.adding(Prices.select).adding(walk(loop.initial))
    }
}
