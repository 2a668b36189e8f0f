import JSONView

// Comprehensions, run without the lists that their folds would make.
extension Evaluation {
    /// Goes through a range: elements of a list, keys of a map; with two variables, also positions and values.
    private struct Range {
        private enum Source {
            case list(ListCursor), members(JSONMembers)
            /// The elements of a list literal, on the stack of arguments.
            case stack(at: Int, end: Int)
            case map(Unmanaged<MapBox>, Int)
        }

        private var source: Source
        private var position: Int64 = 0
        private let register: Int32
        private let second: Int32
        private let evaluation: Evaluation

        init?(_ range: Cell, _ op: UnsafePointer<Op>, _ evaluation: Evaluation) {
            self.evaluation = evaluation
            register = op.pointee.b
            second = op.pointee.c
            switch range {
            case .json(let value) where value.kind == .object: source = .members(value.members)
            case .json, .list, .values, .concat: source = .list(ListCursor(range, evaluation))
            case .map(let box): source = .map(box, 0)
            default: return nil
            }
        }

        /// Goes through cells on the stack, which the loop takes off it when it ends.
        init(stack: Swift.Range<Int>, _ op: UnsafePointer<Op>, _ evaluation: Evaluation) {
            self.evaluation = evaluation
            register = op.pointee.b
            second = op.pointee.c
            source = .stack(at: stack.lowerBound, end: stack.upperBound)
        }

        /// Sets the variables to the next element; false at the end or when a budget is spent.
        @inline(__always)
        mutating func next() -> Bool {
            let key: Cell
            var value: Cell = .null
            switch source {
            case .list(var cursor):
                guard let element = cursor.next() else { return false }
                source = .list(cursor)
                if second >= 0 {
                    (key, value) = (.int(position), element)
                    position += 1
                } else {
                    key = element
                }
            case .members(var members):
                guard let member = members.next() else { return false }
                source = .members(members)
                key = .string(member.key)
                if second >= 0 { value = Cell(member.value) }
            case .stack(let at, let end):
                guard at < end else { return false }
                source = .stack(at: at + 1, end: end)
                let element = evaluation.state.pointee.stack[at]
                if second >= 0 {
                    (key, value) = (.int(position), element)
                    position += 1
                } else {
                    key = element
                }
            case .map(let box, let at):
                let found: (Cell, Cell)? = box._withUnsafeGuaranteedRef {
                    at < $0.keys.count ? ($0.keys[at], $0.values[at]) : nil
                }
                guard let found else { return false }
                source = .map(box, at + 1)
                (key, value) = found
            }
            evaluation.assign(register, key)
            if second >= 0 { evaluation.assign(second, value) }
            return evaluation.step()
        }
    }

    private func range(_ op: UnsafePointer<Op>) -> Range? {
        let literal = state.pointee.ops + Int(op.pointee.a)
        if literal.pointee.code == .list, literal.pointee.c < 0 { return literalRange(literal, op) }
        let cell = eval(op.pointee.a)
        if let range = Range(cell, op, self) { return range }
        if cell.isError {
            state.pointee.pending = cell
        } else {
            fault(op)
            state.pointee.pending = noSuchOverload()
        }
        return nil
    }

    /// Goes through the elements of a list literal without making the list.
    private func literalRange(_ literal: UnsafePointer<Op>, _ op: UnsafePointer<Op>) -> Range? {
        let base = state.pointee.stackCount
        for at in 0..<Int(literal.pointee.b) {
            let cell = eval(state.pointee.operands[Int(literal.pointee.a) + at])
            if cell.isError {
                state.pointee.pending = cell
                return nil
            }
            push(cell)
        }
        return Range(stack: base..<state.pointee.stackCount, op, self)
    }

    /// The operands of a loop: predicate or filter, then transform.
    @inline(__always)
    private func body(_ op: UnsafePointer<Op>, _ at: Int) -> Int32 { state.pointee.operands[Int(op.pointee.d) + at] }

    /// The end of a loop: a spent budget fails whatever the loop would have given.
    @inline(__always)
    private func ended(_ result: Truth) -> Truth {
        if let halted = state.pointee.halted { return fail(halted) }
        return result
    }

    func all(_ op: UnsafePointer<Op>) -> Truth {
        let base = state.pointee.stackCount
        defer { state.pointee.stackCount = base }
        guard var range = range(op) else { return .other }
        let predicate = body(op, 0)
        var failure: Cell?
        while range.next() {
            switch truth(predicate) {
            case .true: continue
            case .false:
                // Before it ends, cel-go's fold asks its condition once more, where there is one more element.
                if state.pointee.isMetered, range.next() { charge(cost: 2) }
                return ended(.false)
            case .other: failure = failure.map { merge($0, state.pointee.pending) } ?? state.pointee.pending
            }
        }
        return ended(failure.map { fail($0) } ?? .true)
    }

    func exists(_ op: UnsafePointer<Op>) -> Truth {
        let base = state.pointee.stackCount
        defer { state.pointee.stackCount = base }
        guard var range = range(op) else { return .other }
        let predicate = body(op, 0)
        var failure: Cell?
        while range.next() {
            switch truth(predicate) {
            case .false: continue
            case .true:
                if state.pointee.isMetered, range.next() { charge(cost: 3) }
                return ended(.true)
            case .other: failure = failure.map { merge($0, state.pointee.pending) } ?? state.pointee.pending
            }
        }
        return ended(failure.map { fail($0) } ?? .false)
    }

    func existsOne(_ op: UnsafePointer<Op>) -> Truth {
        let base = state.pointee.stackCount
        defer { state.pointee.stackCount = base }
        guard var range = range(op) else { return .other }
        let predicate = body(op, 0)
        var found = 0
        while range.next() {
            switch truth(predicate) {
            case .true:
                found += 1
                if state.pointee.isMetered { charge(cost: 2) }
            case .false: continue
            case .other: return .other
            }
        }
        return ended(found == 1 ? .true : .false)
    }

    /// `map`, `filter` and `transformList`.
    func collect(_ op: UnsafePointer<Op>) -> Cell {
        let outer = state.pointee.stackCount
        defer { state.pointee.stackCount = outer }
        guard var range = range(op) else { return state.pointee.pending }
        let (filter, transform) = (body(op, 0), body(op, 1))
        let base = state.pointee.stackCount
        while range.next() {
            if filter >= 0 {
                switch truth(filter) {
                case .true: break
                case .false: continue
                case .other: return state.pointee.pending
                }
            }
            let cell = eval(transform)
            if cell.isError { return cell }
            push(cell)
        }
        return state.pointee.halted ?? listFromStack(base)
    }

    /// `transformMap`: the keys stay, the values change.
    func collectMap(_ op: UnsafePointer<Op>) -> Cell {
        let base = state.pointee.stackCount
        defer { state.pointee.stackCount = base }
        guard var range = range(op) else { return state.pointee.pending }
        let (filter, transform) = (body(op, 0), body(op, 1))
        var keys: [Cell] = []
        var values: [Cell] = []
        while range.next() {
            if filter >= 0 {
                switch truth(filter) {
                case .true: break
                case .false: continue
                case .other: return state.pointee.pending
                }
            }
            let cell = eval(transform)
            if cell.isError { return cell }
            keys.append(state.pointee.registers[Int(op.pointee.b)])
            values.append(cell)
        }
        return state.pointee.halted ?? map(keys: keys, values: values)
    }

    /// `transformMapEntry`: each step gives a map whose entries are added.
    func collectEntries(_ op: UnsafePointer<Op>) -> Cell {
        let base = state.pointee.stackCount
        defer { state.pointee.stackCount = base }
        guard var range = range(op) else { return state.pointee.pending }
        let (filter, transform) = (body(op, 0), body(op, 1))
        var keys: [Cell] = []
        var values: [Cell] = []
        while range.next() {
            if filter >= 0 {
                switch truth(filter) {
                case .true: break
                case .false: continue
                case .other: return state.pointee.pending
                }
            }
            let cell = eval(transform)
            if cell.isError { return cell }
            guard mapCount(cell) != nil else { return noSuchOverload() }
            for entry in entries(cell) {
                keys.append(entry.key)
                values.append(entry.value)
            }
        }
        return state.pointee.halted ?? map(keys: keys, values: values)
    }
}
