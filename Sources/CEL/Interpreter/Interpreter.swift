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
            // What is no optional is itself the answer, as in cel-go up to 0.27, which API servers and Kyverno have:
            // `object.spec.volumes.orValue([])` is written where `?` was forgotten.
            default: return first
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

    // MARK: Logic

    @inline(__always)
    func and(_ op: UnsafePointer<Op>) -> Truth {
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
    func or(_ op: UnsafePointer<Op>) -> Truth {
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
}
