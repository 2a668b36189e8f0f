import JSONView

// Parts that mean the same in each evaluation.
extension Planner {
    /// Whether a part means the same in each evaluation.
    mutating func isConstant(_ node: Expression) -> Bool {
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
    mutating func fold(_ node: Expression) -> Int32? {
        var planner = Planner(expression)
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
