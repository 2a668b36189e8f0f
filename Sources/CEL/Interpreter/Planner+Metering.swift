// Instructions that count what an evaluation costs, as cel-go counts it.
//
// They are those of the quick program. What is known beforehand stands in one `charged` before each part that surely runs
// as a whole; an operator or call whose cost depends on values has its rule beside it.
extension Planner {
    var isMetered: Bool {
        if case .metered = mode { true } else { false }
    }

    /// Plans a node and what it costs.
    ///
    /// Nothing is shared or made ahead that cel-go does not make ahead.
    mutating func planMetered(_ node: Expression) -> Int32 {
        var folded: Int32?
        if costs?.isConstant(node) == true, isConstant(node) {
            if case .literal = node.kind {} else { folded = fold(node) }
        }
        let planned = folded ?? planNode(node)
        if folded == nil { setRule(of: planned, node) }
        guard let known = costs?.known[node.id], known > 0 else { return planned }
        return emit(.charged, node, planned, Int32(bitPattern: UInt32(clamping: known)))
    }

    private mutating func setRule(of pc: Int32, _ node: Expression) {
        let at = Int(pc)
        switch ops[at].code {
        case .call:
            guard let meter = costs?.meters[node.id] else { return }
            callSites[Int(ops[at].c)].meter = meter
            ops[at].d = 0
        case .matches: ops[at].d = costs?.patterns[node.id].map { Int32(clamping: $0) } ?? -1
        case .equal, .notEqual, .less, .lessEqual, .greater, .greaterEqual, .add, .contained, .startsWith, .endsWith,
            .contains:
            ops[at].d = costs?.operators[node.id]?.rawValue ?? -1
        default: break
        }
    }
}
