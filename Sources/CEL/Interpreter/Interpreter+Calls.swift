import JSONView

// Functions of strings, calls and literals with parts.
extension Evaluation {
    // MARK: Strings

    @inline(__always)
    func part(_ op: UnsafePointer<Op>, _ text: Cell, _ part: Cell) -> Truth {
        guard case .string(let text) = text, case .string(let part) = part else {
            if text.isError { return fail(text) }
            if part.isError { return fail(part) }
            fault(op)
            return fail(noSuchOverload())
        }
        switch op.pointee.code {
        case .startsWith: return text.hasPrefix(part) ? .true : .false
        case .endsWith: return text.hasSuffix(part) ? .true : .false
        default: return text.contains(part) ? .true : .false
        }
    }

    @inline(__always)
    func matches(_ regex: Int32, _ text: JSONText) -> Bool { state.pointee.regexes[Int(regex)].matches(text) }

    func noText(_ op: UnsafePointer<Op>) -> Truth {
        let cell = eval(op.pointee.a)
        if cell.isError { return fail(cell) }
        fault(op)
        return fail(noSuchOverload())
    }

    func size(_ op: UnsafePointer<Op>) -> Cell {
        let cell = eval(op.pointee.a)
        switch cell {
        case .string(let text): return .int(Int64(text.scalarCount))
        case .bytes(let bytes): return .int(Int64(bytes.count))
        case .error, .unknown: return cell
        default:
            if let count = listCount(cell) ?? mapCount(cell) { return .int(Int64(count)) }
            fault(op)
            return noSuchOverload()
        }
    }

    // MARK: Calls and literals

    /// Puts a cell on the stack of arguments.
    @inline(__always)
    func push(_ cell: Cell) {
        if state.pointee.stackCount == state.pointee.stackCapacity { growStack() }
        state.pointee.stack[state.pointee.stackCount] = cell
        state.pointee.stackCount += 1
    }

    func growStack() {
        let capacity = state.pointee.stackCapacity * 2
        charge(memory: capacity * MemoryLayout<Cell>.stride)
        let grown = UnsafeMutablePointer<Cell>.allocate(capacity: capacity)
        grown.update(from: state.pointee.stack, count: state.pointee.stackCount)
        state.pointee.stack.deallocate()
        state.pointee.stack = grown
        state.pointee.stackCapacity = capacity
    }

    func call(_ op: UnsafePointer<Op>) -> Cell {
        let base = state.pointee.stackCount
        defer { state.pointee.stackCount = base }
        let operands = state.pointee.operands + Int(op.pointee.a)
        for at in 0..<Int(op.pointee.b) {
            let cell = eval(operands[at])
            if cell.isError { return cell }
            push(cell)
        }
        if let halted = state.pointee.halted { return halted }
        var arguments = Arguments(evaluation: self, cells: state.pointee.stack + base, count: Int(op.pointee.b))
        let result = state.pointee.calls[Int(op.pointee.c)]._withUnsafeGuaranteedRef { call in
            arguments.compiled = call.regex.map { .passUnretained($0) }
            let result = call.run(arguments)
            if op.pointee.d >= 0, let meter = call.meter { charge(cost: price(meter, arguments, result)) }
            return result
        }
        if case .error = result { fault(op) }
        return result
    }

    func makeList(_ op: UnsafePointer<Op>) -> Cell {
        let base = state.pointee.stackCount
        defer { state.pointee.stackCount = base }
        for at in 0..<Int(op.pointee.b) {
            let cell = eval(state.pointee.operands[Int(op.pointee.a) + at])
            if cell.isError { return cell }
            guard op.pointee.c >= 0, state.pointee.operands[Int(op.pointee.c) + at] != 0 else {
                push(cell)
                continue
            }
            switch cell {
            case .emptyOptional: continue
            case .optional(let box): push(box.takeUnretainedValue().cell)
            default: return noSuchOverload()
            }
        }
        return listFromStack(base)
    }

    func listFromStack(_ base: Int) -> Cell {
        list(UnsafeBufferPointer(start: state.pointee.stack + base, count: state.pointee.stackCount - base))
    }

    func makeMap(_ op: UnsafePointer<Op>) -> Cell {
        var keys: [Cell] = []
        var values: [Cell] = []
        for at in 0..<Int(op.pointee.b) {
            let operands = state.pointee.operands + Int(op.pointee.a) + at * 2
            let key = eval(operands[0])
            if key.isError { return key }
            var value = eval(operands[1])
            if value.isError { return value }
            if op.pointee.c >= 0, state.pointee.operands[Int(op.pointee.c) + at] != 0 {
                switch value {
                case .emptyOptional: continue
                case .optional(let box): value = box.takeUnretainedValue().cell
                default: return noSuchOverload()
                }
            }
            keys.append(key)
            values.append(value)
        }
        let made = map(keys: keys, values: values)
        if case .error = made { fault(op) }
        return made
    }

    func makeStructure(_ op: UnsafePointer<Op>) -> Cell {
        guard let literal = state.pointee.tables?.takeUnretainedValue().structures[Int(op.pointee.c)] else {
            return noSuchOverload()
        }
        var fields: [(name: String, value: Cell)] = []
        for at in 0..<Int(op.pointee.b) {
            var value = eval(state.pointee.operands[Int(op.pointee.a) + at])
            if value.isError { return value }
            if literal.fields[at].isOptional {
                switch value {
                case .emptyOptional: continue
                case .optional(let box): value = box.takeUnretainedValue().cell
                default: return noSuchOverload()
                }
            }
            fields.append((literal.fields[at].name, value))
        }
        return literal.type.make(fields, self)
    }
}
