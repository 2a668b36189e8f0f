import JSONView

// Values come in from callers and go out to them.
extension Evaluation {
    /// Takes a value in; what it points at is kept alive until the evaluation ends.
    func importing(_ value: Value) -> Cell {
        switch value {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .uint(let value): return .uint(value)
        case .double(let value): return .double(value)
        case .string(let value): return string(value)
        case .text(let value): return .string(value)
        case .bytes(let value): return .bytes(text(value))
        case .json(let value): return Cell(value)
        case .list(let value):
            return value.elements.isEmpty && value.identity == .place
                ? .list(.passUnretained(EmptyCollections.list)) : .values(keep(value))
        case .map(let value):
            if value.entries.isEmpty { return .map(.passUnretained(EmptyCollections.map)) }
            return map(keys: value.entries.map { importing($0.key) }, values: value.entries.map { importing($0.value) })
        case .object(let value):
            state.pointee.objects.append(value)
            return .object(Int32(truncatingIfNeeded: state.pointee.objects.count - 1))
        case .timestamp(let value): return .timestamp(seconds: value.seconds, nanoseconds: value.nanoseconds)
        case .duration(let value): return .duration(value.nanoseconds)
        case .type(let value): return type(value)
        case .optional(let value): return value.map { optional(importing($0)) } ?? .emptyOptional
        case .opaque(let value): return opaque(value)
        case .error(let value): return error(value.message)
        case .unknown(let names): return .unknown(keep(UnknownBox(names)))
        }
    }

    /// Takes in a constant.
    func importing(_ literal: Literal) -> Cell {
        switch literal {
        case .null: .null
        case .bool(let value): .bool(value)
        case .int(let value): .int(value)
        case .uint(let value): .uint(value)
        case .double(let value): .double(value)
        case .string(let value): string(value)
        case .bytes(let value): .bytes(text(value))
        }
    }

    /// Takes in a constant.
    func importing(_ constant: Constant) -> Cell {
        switch constant {
        case .literal(let literal): importing(literal)
        case .list(let elements): list(elements.map { importing($0) })
        case .map(let entries):
            map(keys: entries.map { importing($0.key) }, values: entries.map { importing($0.value) })
        }
    }

    /// Takes in a value that a program keeps: all of it now, so that nothing is made when it is used.
    func constant(_ value: Value) -> Cell {
        switch value {
        case .list(let value): list(value.elements.map { constant($0) })
        case .map(let value):
            map(keys: value.entries.map { constant($0.key) }, values: value.entries.map { constant($0.value) })
        case .optional(let value): value.map { optional(constant($0)) } ?? .emptyOptional
        default: importing(value)
        }
    }

    /// Gives a value out; nothing in it points into the evaluation.
    func exporting(_ cell: Cell, depth: Int = 0) -> Value {
        guard depth <= state.pointee.limits.valueDepth else {
            return .error(EvaluationError(CommonErrors.tooDeep.message))
        }
        switch cell {
        case .null: return .null
        case .bool(let value): return .bool(value)
        case .int(let value): return .int(value)
        case .uint(let value): return .uint(value)
        case .double(let value): return .double(value)
        case .string(let value): return .string(String(value))
        case .bytes(let value): return .bytes(Array(value.bytes))
        case .json(let value): return .json(value)
        case .values(let value): return .list(value.takeUnretainedValue())
        case .list, .concat:
            var elements: [Value] = []
            var cursor = ListCursor(cell, self)
            while let element = cursor.next() { elements.append(exporting(element, depth: depth + 1)) }
            return .list(ListValue(elements))
        case .map(let box):
            let map = box.takeUnretainedValue()
            return .map(
                MapValue(
                    zip(map.keys, map.values).map {
                        (exporting($0, depth: depth + 1), exporting($1, depth: depth + 1))
                    }))
        case .object(let position): return .object(state.pointee.objects[Int(position)])
        case .timestamp(let seconds, let nanoseconds):
            return Timestamp(seconds: seconds, nanoseconds: nanoseconds).map { .timestamp($0) } ?? .null
        case .duration(let value): return .duration(TimeSpan(nanoseconds: value))
        case .type(let box): return .type(box.takeUnretainedValue().type)
        case .optional(let box): return .optional(exporting(box.takeUnretainedValue().cell, depth: depth + 1))
        case .emptyOptional: return .optional(nil)
        case .opaque(let box): return .opaque(box.takeUnretainedValue().value)
        case .error(let box):
            let node = state.pointee.faultNode
            return .error(EvaluationError(box.takeUnretainedValue().message, node: node < 0 ? nil : Int(node)))
        case .unknown(let box): return .unknown(box.takeUnretainedValue().names)
        case .absent: return .null
        }
    }
}

/// Lists and maps without elements, which most fields that nobody filled in are: made once.
///
/// `nonisolated(unsafe)`: nothing in them is ever written, for an empty list is not searched.
enum EmptyCollections {
    nonisolated(unsafe) static let list = ListBox([])
    nonisolated(unsafe) static let map = MapBox(keys: [], values: [], index: .empty)
}
