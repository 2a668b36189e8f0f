import JSONView

extension Evaluation {
    /// How many entries a map has; nil when it is none.
    func mapCount(_ cell: Cell) -> Int? {
        switch cell {
        case .json(let value): value.kind == .object ? value.count : nil
        case .map(let box): box._withUnsafeGuaranteedRef { $0.keys.count }
        default: nil
        }
    }

    /// The value under a key; nil where there is none or the cell is no map.
    @inline(__always)
    func lookup(_ map: Cell, _ key: Cell) -> Cell? {
        switch map {
        case .json(let value):
            guard case .string(let name) = key else { return nil }
            return value.member(name).map { Cell($0) }
        case .map(let box):
            return box._withUnsafeGuaranteedRef { map in
                map.keys.withUnsafeBufferPointer { keys in
                    guard let base = keys.baseAddress else { return nil }
                    return map.index.position(of: key, in: base).map { map.values[$0] }
                }
            }
        default: return nil
        }
    }

    /// All keys of a map.
    func keys(_ map: Cell) -> [Cell] {
        switch map {
        case .json(let value): value.members.map { .string($0.key) }
        case .map(let box): box.takeUnretainedValue().keys
        default: []
        }
    }

    /// All entries of a map.
    func entries(_ map: Cell) -> [(key: Cell, value: Cell)] {
        switch map {
        case .json(let value): return value.members.map { (.string($0.key), Cell($0.value)) }
        case .map(let box):
            let map = box.takeUnretainedValue()
            return Array(zip(map.keys, map.values))
        default: return []
        }
    }

    /// The field of a record, a map or an optional of one: `absent` where there is none, an error where there can be none.
    @inline(__always)
    func field(_ operand: Cell, _ step: UnsafePointer<PathStep>) -> Cell {
        if case .json(let value) = operand {
            if let member = value.member(step.pointee.key) { return Cell(member) }
            return value.kind == .object ? .absent : noSuchOverload()
        }
        return otherField(operand, step)
    }

    private func otherField(_ operand: Cell, _ step: UnsafePointer<PathStep>) -> Cell {
        switch operand {
        case .map: return lookup(operand, .string(step.pointee.key)) ?? .absent
        case .object(let position):
            let object = state.pointee.objects[Int(position)]
            let known = Int(step.pointee.field)
            guard let index = known >= 0 ? known : object.objectType.index(of: String(step.pointee.key)) else {
                return .absent
            }
            return importing(object.field(index))
        case .optional(let box):
            let inner = field(box._withUnsafeGuaranteedRef { $0.cell }, step)
            switch inner {
            case .absent: return .emptyOptional
            case .error, .unknown, .optional, .emptyOptional: return inner
            default: return optional(inner)
            }
        case .emptyOptional, .error, .unknown: return operand
        default: return noSuchOverload()
        }
    }

    /// Whether a record or map has a field.
    @inline(__always)
    func hasField(_ operand: Cell, _ step: UnsafePointer<PathStep>) -> Truth {
        switch operand {
        case .json(let value):
            if value.member(step.pointee.key) != nil { return .true }
            return value.kind == .object ? .false : fail(noSuchOverload())
        case .map:
            guard let member = lookup(operand, .string(step.pointee.key)) else { return .false }
            // Of a member that nobody knows it is not known either whether it is there.
            if case .unknown = member { return fail(member) }
            return .true
        case .object(let position):
            let object = state.pointee.objects[Int(position)]
            let known = Int(step.pointee.field)
            guard let index = known >= 0 ? known : object.objectType.index(of: String(step.pointee.key)) else {
                return .false
            }
            guard object.hasField(index) else { return .false }
            // What does not fit its schema is there, but asking for it fails.
            if object.objectType.readsSchema, case .error(let error) = object.field(index) {
                return fail(self.error(error.message))
            }
            return .true
        case .optional(let box): return hasField(box._withUnsafeGuaranteedRef { $0.cell }, step)
        case .emptyOptional: return .false
        case .error, .unknown: return fail(operand)
        default: return fail(noSuchOverload())
        }
    }

    /// Notes what is in the way of a truth.
    @inline(__always)
    func fail(_ cell: Cell) -> Truth {
        state.pointee.pending = cell
        return .other
    }
}
