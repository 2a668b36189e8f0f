import JSONView

// Variables, paths below them, and single elements.
extension Evaluation {
    // MARK: Names

    @inline(__always)
    func variable(_ op: UnsafePointer<Op>) -> Cell {
        let cell = state.pointee.registers[Int(op.pointee.a)]
        if case .absent = cell { return load(op.pointee.a, op.pointee.node) }
        return cell
    }

    /// Asks the activation for a variable.
    func load(_ register: Int32, _ node: Int32) -> Cell {
        let cell: Cell
        if let value = state.pointee.activation?.value(slot: Int(state.pointee.slots[Int(register)])) {
            cell = importing(value)
        } else {
            let tables = state.pointee.tables?.takeUnretainedValue()
            state.pointee.faultNode = node
            cell = error("no such attribute(s): \(tables?.variables[Int(register)].name ?? "")")
        }
        state.pointee.registers[Int(register)] = cell
        return cell
    }

    /// A name made by `cel.bind`: its value is made when first asked for, in each run of its scope.
    func bound(_ op: UnsafePointer<Op>) -> Cell {
        let cell = state.pointee.registers[Int(op.pointee.a)]
        guard case .absent = cell else { return cell }
        let made = eval(op.pointee.b)
        assign(op.pointee.a, made)
        return made
    }

    @inline(__always)
    func assign(_ register: Int32, _ cell: Cell) {
        state.pointee.clock &+= 1
        state.pointee.registers[Int(register)] = cell
        state.pointee.epochs[Int(register)] = state.pointee.clock
    }

    func shared(_ op: UnsafePointer<Op>) -> Cell {
        let memo = Int(op.pointee.b)
        if state.pointee.memoEpochs[memo] == state.pointee.began { return state.pointee.memos[memo] }
        let cell = eval(op.pointee.a)
        state.pointee.memos[memo] = cell
        state.pointee.memoEpochs[memo] = state.pointee.began
        return cell
    }

    // MARK: Paths

    /// The value at a path, `absent` where its last key is missing; read once for each value of the root.
    func path(_ at: Int32) -> Cell {
        let step = state.pointee.paths + Int(at)
        let epoch = state.pointee.epochs[Int(step.pointee.root)]
        if state.pointee.memoEpochs[Int(at)] == epoch { return state.pointee.memos[Int(at)] }
        let parent = pathParent(step)
        let cell = field(parent, step)
        if case .error = cell, !parent.isError { state.pointee.faultNode = step.pointee.node }
        state.pointee.memos[Int(at)] = cell
        state.pointee.memoEpochs[Int(at)] = epoch
        return cell
    }

    @inline(__always)
    func pathParent(_ step: UnsafePointer<PathStep>) -> Cell {
        if step.pointee.parent >= 0 { return pathValue(step.pointee.parent) }
        let cell = state.pointee.registers[Int(step.pointee.root)]
        if step.pointee.isVariable, case .absent = cell { return load(step.pointee.root, step.pointee.node) }
        return cell
    }

    @inline(__always)
    func pathValue(_ at: Int32) -> Cell {
        let cell = path(at)
        if case .absent = cell { return missing(at) }
        return cell
    }

    func missing(_ at: Int32) -> Cell {
        let step = state.pointee.paths + Int(at)
        state.pointee.faultNode = step.pointee.node
        return step.pointee.missing
    }

    @inline(__always)
    func hasPath(_ at: Int32) -> Truth {
        let step = state.pointee.paths + Int(at)
        let parent = pathParent(step)
        if case .json(let value) = parent, value.kind == .object {
            if case .absent = path(at) { return .false }
            return .true
        }
        return hasField(parent, step)
    }

    func select(_ operand: Cell, _ at: Int32) -> Cell {
        let cell = field(operand, state.pointee.paths + Int(at))
        if case .absent = cell { return missing(at) }
        return cell
    }

    func optionalSelect(_ operand: Cell, _ at: Int32) -> Cell {
        // A record may give an error for a field that is not set.
        if case .object = operand, hasField(operand, state.pointee.paths + Int(at)) == .false { return .emptyOptional }
        if case .optional(let box) = operand { return optionalSelect(box.takeUnretainedValue().cell, at) }
        let cell = field(operand, state.pointee.paths + Int(at))
        switch cell {
        case .absent: return .emptyOptional
        case .error, .unknown, .emptyOptional: return cell
        default: break
        }
        // Only what is present is charged.
        if state.pointee.isMetered { charge(cost: Prices.select) }
        if case .optional = cell { return cell }
        return optional(cell)
    }

    // MARK: Indexing

    func index(_ operand: Cell, _ index: Cell, _ op: UnsafePointer<Op>) -> Cell {
        if operand.isError { return operand }
        if index.isError { return index }
        if case .emptyOptional = operand { return operand }
        if case .optional(let box) = operand { return optionalIndex(box.takeUnretainedValue().cell, index) }
        let found = at(operand, index)
        if case .absent = found {
            fault(op)
            return mapCount(operand) != nil ? noSuchKey(index) : error("index out of bounds: \(display(index))")
        }
        if case .error = found { fault(op) }
        return found
    }

    func optionalIndex(_ operand: Cell, _ index: Cell) -> Cell {
        if operand.isError { return operand }
        if index.isError { return index }
        if case .emptyOptional = operand { return operand }
        if case .optional(let box) = operand { return optionalIndex(box.takeUnretainedValue().cell, index) }
        let found = at(operand, index)
        switch found {
        case .absent: return .emptyOptional
        case .error: return found
        default:
            // Only what is present is charged.
            if state.pointee.isMetered { charge(cost: Prices.select) }
            return optional(found)
        }
    }

    /// An element or entry; `absent` where there is none.
    func at(_ operand: Cell, _ index: Cell) -> Cell {
        if listCount(operand) != nil {
            switch index {
            case .int(let position): return element(operand, at: Int(position)) ?? .absent
            case .uint(let position): return Int(exactly: position).flatMap { element(operand, at: $0) } ?? .absent
            case .double(let position):
                guard let whole = Int(exactly: position) else { return noSuchOverload() }
                return element(operand, at: whole) ?? .absent
            default: return noSuchOverload()
            }
        }
        guard mapCount(operand) != nil else { return noSuchOverload() }
        switch index {
        case .bool, .int, .uint, .double, .string: return lookup(operand, index) ?? .absent
        default: return error("unsupported key type: \(typeName(index))")
        }
    }
}
