import JSONView

// What observers are told.
extension Evaluation {
    func traced(_ op: UnsafePointer<Op>) -> Cell {
        let cell = eval(op.pointee.a)
        state.pointee.observer?.observe(node: Int(op.pointee.node), value: exporting(cell))
        return cell
    }

    /// Selects and tells the observer the JSON value itself, so that it can find its place in the document.
    func tracedSelect(_ op: UnsafePointer<Op>) -> Cell {
        let operand = eval(op.pointee.a)
        let cell = select(operand, op.pointee.b)
        if case .json(let object) = operand,
            let member = object.member((state.pointee.paths + Int(op.pointee.b)).pointee.key)
        {
            state.pointee.observer?.observe(node: Int(op.pointee.node), value: .json(member))
        } else {
            state.pointee.observer?.observe(node: Int(op.pointee.node), value: exporting(cell))
        }
        return cell
    }

    func tracedIndex(_ op: UnsafePointer<Op>) -> Cell {
        let (operand, position) = (eval(op.pointee.a), eval(op.pointee.b))
        let cell = index(operand, position, op)
        var found: JSONValue?
        if case .json(let container) = operand {
            switch position {
            case .string(let key): found = container.member(key)
            case .int(let at): found = container[Int(at)]
            default: break
            }
        }
        state.pointee.observer?.observe(
            node: Int(op.pointee.node), value: found.map { .json($0) } ?? exporting(cell))
        return cell
    }
}
