import JSONView

// What observers are told.
extension Evaluation {
    func traced(_ op: UnsafePointer<Op>) -> Cell {
        let cell = eval(op.pointee.a)
        tell(op, cell)
        return cell
    }

    /// Selects and tells the observer the JSON value itself, so that it can find its place in the document.
    func tracedSelect(_ op: UnsafePointer<Op>) -> Cell {
        let operand = eval(op.pointee.a)
        let cell = select(operand, op.pointee.b)
        if case .json(let object) = operand,
            let member = object.member((state.pointee.paths + Int(op.pointee.b)).pointee.key)
        {
            tell(op, .json(member))
        } else {
            tell(op, cell)
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
        tell(op, found.map { .json($0) } ?? cell)
        return cell
    }

    /// Tells whoever wants to know the value of an instruction's node.
    private func tell(_ op: UnsafePointer<Op>, _ cell: Cell) {
        if let trace = state.pointee.trace {
            trace._withUnsafeGuaranteedRef { $0.note(op.pointee.node, cell) }
        } else {
            state.pointee.observer?.observe(node: Int(op.pointee.node), value: exporting(cell))
        }
    }
}
