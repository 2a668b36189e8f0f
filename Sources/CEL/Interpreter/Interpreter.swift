import JSONView

// The inner loop: one switch, recursion by instruction index, cells and truths in registers.
extension Evaluation {
    /// The value of an instruction.
    func eval(_ pc: Int32) -> Cell {
        let op = state.pointee.ops + Int(pc)
        switch op.pointee.code {
        case .constant: return state.pointee.constants[Int(op.pointee.a)]
        case .variable: return variable(op)
        case .register: return state.pointee.registers[Int(op.pointee.a)]
        case .bound: return bound(op)
        case .scope:
            state.pointee.registers[Int(op.pointee.a)] = .absent
            return eval(op.pointee.b)
        case .shared: return shared(op)
        case .path: return pathValue(op.pointee.a)
        case .traced: return traced(op)
        case .charged:
            charge(cost: UInt64(UInt32(bitPattern: op.pointee.b)))
            return state.pointee.halted ?? eval(op.pointee.a)
        case .select: return select(eval(op.pointee.a), op.pointee.b)
        case .tracedSelect: return tracedSelect(op)
        case .tracedIndex: return tracedIndex(op)
        case .optionalSelect: return optionalSelect(eval(op.pointee.a), op.pointee.b)
        case .index: return index(eval(op.pointee.a), eval(op.pointee.b), op)
        case .optionalIndex: return optionalIndex(eval(op.pointee.a), eval(op.pointee.b))
        case .conditional:
            switch truth(op.pointee.a) {
            case .true: return eval(op.pointee.b)
            case .false: return eval(op.pointee.c)
            case .other: return state.pointee.pending
            }
        case .optionalOr, .optionalOrValue:
            let first = eval(op.pointee.a)
            switch first {
            case .optional(let box): return op.pointee.code == .optionalOr ? first : box.takeUnretainedValue().cell
            case .emptyOptional: return eval(op.pointee.b)
            case .error, .unknown: return first
            default: return noSuchOverload()
            }
        case .add, .subtract, .multiply, .divide, .modulo:
            let left = eval(op.pointee.a)
            let right = eval(op.pointee.b)
            price(op, left, right)
            let result = calculate(op.pointee.code, left, right)
            if case .error = result { fault(op) }
            return result
        case .negate:
            let result = negate(eval(op.pointee.a))
            if case .error = result { fault(op) }
            return result
        case .size: return size(op)
        case .call: return call(op)
        case .list: return makeList(op)
        case .map: return makeMap(op)
        case .structure: return makeStructure(op)
        case .collect: return collect(op)
        case .collectMap: return collectMap(op)
        case .collectEntries: return collectEntries(op)
        default:
            switch truth(pc) {
            case .true: return .bool(true)
            case .false: return .bool(false)
            case .other: return state.pointee.pending
            }
        }
    }

    /// The value of an instruction as a condition.
    func truth(_ pc: Int32) -> Truth {
        let op = state.pointee.ops + Int(pc)
        switch op.pointee.code {
        case .and: return and(op)
        case .or: return or(op)
        case .not:
            switch truth(op.pointee.a) {
            case .true: return .false
            case .false: return .true
            case .other: return .other
            }
        case .notStrictlyFalse: return truth(op.pointee.a) == .false ? .false : .true
        case .equal:
            let left = eval(op.pointee.a)
            let right = eval(op.pointee.b)
            price(op, left, right)
            return areEqual(left, right)
        case .notEqual:
            let left = eval(op.pointee.a)
            let right = eval(op.pointee.b)
            price(op, left, right)
            switch areEqual(left, right) {
            case .true: return .false
            case .false: return .true
            case .other: return .other
            }
        case .less, .lessEqual, .greater, .greaterEqual:
            let left = eval(op.pointee.a)
            let right = eval(op.pointee.b)
            price(op, left, right)
            let result = compare(op.pointee.code, left, right)
            if result == .other { fault(op) }
            return result
        case .contained:
            let left = eval(op.pointee.a)
            let right = eval(op.pointee.b)
            price(op, left, right)
            return isContained(left, in: right)
        case .hasPath: return hasPath(op.pointee.a)
        case .has: return hasField(eval(op.pointee.a), state.pointee.paths + Int(op.pointee.b))
        case .startsWith, .endsWith, .contains:
            let text = eval(op.pointee.a)
            let part = eval(op.pointee.b)
            price(op, text, part)
            return self.part(op, text, part)
        case .matches:
            guard case .string(let text) = eval(op.pointee.a) else { return noText(op) }
            if op.pointee.d >= 0 {
                let characters = UInt64(text.scalarCount).adding(1).multiplied(by: Prices.character)
                charge(cost: characters.multiplied(by: UInt64(op.pointee.d)))
            }
            return matches(op.pointee.b, text) ? .true : .false
        case .conditional:
            switch truth(op.pointee.a) {
            case .true: return truth(op.pointee.b)
            case .false: return truth(op.pointee.c)
            case .other: return .other
            }
        case .scope:
            state.pointee.registers[Int(op.pointee.a)] = .absent
            return truth(op.pointee.b)
        case .charged:
            charge(cost: UInt64(UInt32(bitPattern: op.pointee.b)))
            if let halted = state.pointee.halted { return fail(halted) }
            return truth(op.pointee.a)
        case .all: return all(op)
        case .exists: return exists(op)
        case .existsOne: return existsOne(op)
        default:
            let cell = eval(pc)
            if case .bool(let value) = cell { return value ? .true : .false }
            if cell.isError { return fail(cell) }
            fault(op)
            return fail(noSuchOverload())
        }
    }

    /// Charges for an operator whose price depends on its operands.
    @inline(__always)
    private func price(_ op: UnsafePointer<Op>, _ left: Cell, _ right: Cell) {
        if op.pointee.d >= 0, let rule = OperatorPrice(rawValue: op.pointee.d) { charge(rule, left, right) }
    }

    @inline(__always)
    func fault(_ op: UnsafePointer<Op>) { state.pointee.faultNode = op.pointee.node }

    // MARK: Names

    @inline(__always)
    private func variable(_ op: UnsafePointer<Op>) -> Cell {
        let cell = state.pointee.registers[Int(op.pointee.a)]
        if case .absent = cell { return load(op.pointee.a, op.pointee.node) }
        return cell
    }

    /// Asks the activation for a variable.
    private func load(_ register: Int32, _ node: Int32) -> Cell {
        let tables = state.pointee.tables?.takeUnretainedValue()
        let cell: Cell
        if let slot = tables?.variables[Int(register)].slot, let value = state.pointee.activation?.value(slot: slot) {
            cell = importing(value)
        } else {
            state.pointee.faultNode = node
            cell = error("no such attribute(s): \(tables?.variables[Int(register)].name ?? "")")
        }
        state.pointee.registers[Int(register)] = cell
        return cell
    }

    /// A name made by `cel.bind`: its value is made when first asked for, in each run of its scope.
    private func bound(_ op: UnsafePointer<Op>) -> Cell {
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

    private func shared(_ op: UnsafePointer<Op>) -> Cell {
        let memo = Int(op.pointee.b)
        if state.pointee.memoEpochs[memo] == state.pointee.began { return state.pointee.memos[memo] }
        let cell = eval(op.pointee.a)
        state.pointee.memos[memo] = cell
        state.pointee.memoEpochs[memo] = state.pointee.began
        return cell
    }

    // MARK: Paths

    /// The value at a path, `absent` where its last key is missing; read once for each value of the root.
    private func path(_ at: Int32) -> Cell {
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
    private func pathParent(_ step: UnsafePointer<PathStep>) -> Cell {
        if step.pointee.parent >= 0 { return pathValue(step.pointee.parent) }
        let cell = state.pointee.registers[Int(step.pointee.root)]
        if step.pointee.isVariable, case .absent = cell { return load(step.pointee.root, step.pointee.node) }
        return cell
    }

    @inline(__always)
    private func pathValue(_ at: Int32) -> Cell {
        let cell = path(at)
        if case .absent = cell { return missing(at) }
        return cell
    }

    private func missing(_ at: Int32) -> Cell {
        let step = state.pointee.paths + Int(at)
        state.pointee.faultNode = step.pointee.node
        return step.pointee.missing
    }

    @inline(__always)
    private func hasPath(_ at: Int32) -> Truth {
        let step = state.pointee.paths + Int(at)
        let parent = pathParent(step)
        if case .json(let value) = parent, value.kind == .object {
            if case .absent = path(at) { return .false }
            return .true
        }
        return hasField(parent, step)
    }

    private func select(_ operand: Cell, _ at: Int32) -> Cell {
        let cell = field(operand, state.pointee.paths + Int(at))
        if case .absent = cell { return missing(at) }
        return cell
    }

    private func optionalSelect(_ operand: Cell, _ at: Int32) -> Cell {
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

    private func index(_ operand: Cell, _ index: Cell, _ op: UnsafePointer<Op>) -> Cell {
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

    private func optionalIndex(_ operand: Cell, _ index: Cell) -> Cell {
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
    private func at(_ operand: Cell, _ index: Cell) -> Cell {
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

    // MARK: Logic

    @inline(__always)
    private func and(_ op: UnsafePointer<Op>) -> Truth {
        switch truth(op.pointee.a) {
        case .false: return .false
        case .true: return truth(op.pointee.b)
        case .other:
            let first = state.pointee.pending
            switch truth(op.pointee.b) {
            case .false: return .false
            case .true: return fail(first)
            case .other: return fail(merge(first, state.pointee.pending))
            }
        }
    }

    @inline(__always)
    private func or(_ op: UnsafePointer<Op>) -> Truth {
        switch truth(op.pointee.a) {
        case .true: return .true
        case .false: return truth(op.pointee.b)
        case .other:
            let first = state.pointee.pending
            switch truth(op.pointee.b) {
            case .true: return .true
            case .false: return fail(first)
            case .other: return fail(merge(first, state.pointee.pending))
            }
        }
    }

    /// Of two failures: what is unknown counts more than an error, and unknowns add up.
    func merge(_ first: Cell, _ second: Cell) -> Cell {
        switch (first, second) {
        case (.unknown(let one), .unknown(let other)):
            let names = one.takeUnretainedValue().names.union(other.takeUnretainedValue().names)
            return .unknown(keep(UnknownBox(names)))
        case (.unknown, _): return first
        case (_, .unknown): return second
        default: return first
        }
    }

    // MARK: Strings

    @inline(__always)
    private func part(_ op: UnsafePointer<Op>, _ text: Cell, _ part: Cell) -> Truth {
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
    private func matches(_ regex: Int32, _ text: JSONText) -> Bool { state.pointee.regexes[Int(regex)].matches(text) }

    private func noText(_ op: UnsafePointer<Op>) -> Truth {
        let cell = eval(op.pointee.a)
        if cell.isError { return fail(cell) }
        fault(op)
        return fail(noSuchOverload())
    }

    private func size(_ op: UnsafePointer<Op>) -> Cell {
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

    private func growStack() {
        let capacity = state.pointee.stackCapacity * 2
        charge(memory: capacity * MemoryLayout<Cell>.stride)
        let grown = UnsafeMutablePointer<Cell>.allocate(capacity: capacity)
        grown.update(from: state.pointee.stack, count: state.pointee.stackCount)
        state.pointee.stack.deallocate()
        state.pointee.stack = grown
        state.pointee.stackCapacity = capacity
    }

    private func call(_ op: UnsafePointer<Op>) -> Cell {
        let base = state.pointee.stackCount
        defer { state.pointee.stackCount = base }
        let operands = state.pointee.operands + Int(op.pointee.a)
        for at in 0..<Int(op.pointee.b) {
            let cell = eval(operands[at])
            if cell.isError { return cell }
            push(cell)
        }
        if let halted = state.pointee.halted { return halted }
        let arguments = Arguments(evaluation: self, cells: state.pointee.stack + base, count: Int(op.pointee.b))
        let site = state.pointee.callSites + Int(op.pointee.c)
        let result = site.pointee.call(arguments)
        if op.pointee.d >= 0, let meter = site.pointee.meter { charge(cost: price(meter, arguments, result)) }
        if case .error = result { fault(op) }
        return result
    }

    private func makeList(_ op: UnsafePointer<Op>) -> Cell {
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

    private func makeMap(_ op: UnsafePointer<Op>) -> Cell {
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

    private func makeStructure(_ op: UnsafePointer<Op>) -> Cell {
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

    // MARK: Traces

    private func traced(_ op: UnsafePointer<Op>) -> Cell {
        let cell = eval(op.pointee.a)
        state.pointee.observer?.observe(node: Int(op.pointee.node), value: exporting(cell))
        return cell
    }

    /// Selects and tells the observer the JSON value itself, so that it can find its place in the document.
    private func tracedSelect(_ op: UnsafePointer<Op>) -> Cell {
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

    private func tracedIndex(_ op: UnsafePointer<Op>) -> Cell {
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
