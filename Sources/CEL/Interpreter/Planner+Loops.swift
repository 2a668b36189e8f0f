import JSONView

// Comprehensions.
extension Planner {
    mutating func register() -> Int32 {
        registerCount += 1
        return Int32(truncatingIfNeeded: registerCount - 1)
    }

    mutating func comprehension(_ node: Expression, _ loop: Comprehension) -> Int32 {
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
            var element = emit(Op(code: .register, node: placeholder, a: first))
            if isMetered { element = emit(.charged, node, element, Int32(CostPlan.listStep + Prices.select)) }
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

    mutating func bind(_ node: Expression, _ loop: Comprehension) -> Int32 {
        let value = plan(loop.initial)
        let register = register()
        scopes.append(
            (loop.accumulator, Op(code: .bound, node: Int32(truncatingIfNeeded: node.id), a: register, b: value), nil))
        let body = plan(loop.result)
        scopes.removeLast()
        return emit(.scope, node, register, body)
    }
}
