import JSONView

extension Evaluation {
    /// One text after another.
    func join(_ left: JSONText, _ right: JSONText) -> JSONText {
        if left.isEmpty { return right }
        if right.isEmpty { return left }
        let start = allocate(left.count + right.count)
        start.initialize(from: left.start, count: left.count)
        (start + left.count).initialize(from: right.start, count: right.count)
        return JSONText(start: start, count: left.count + right.count)
    }

    /// The name of a value's type, as `type(x)` and messages show it.
    func typeName(_ cell: Cell) -> String {
        switch cell {
        case .null: "null_type"
        case .bool: "bool"
        case .int: "int"
        case .uint: "uint"
        case .double: "double"
        case .string: "string"
        case .bytes: "bytes"
        case .json(let value): value.kind == .array ? "list" : "map"
        case .list, .values, .concat: "list"
        case .map: "map"
        case .object(let position): state.pointee.objects[Int(position)].objectType.name
        case .timestamp: "google.protobuf.Timestamp"
        case .duration: "google.protobuf.Duration"
        case .type: "type"
        case .optional, .emptyOptional: "optional_type"
        case .opaque(let box): box.takeUnretainedValue().value.typeName
        case .error, .absent: "error"
        case .unknown: "unknown"
        }
    }

    /// The type of a value.
    func typeOf(_ cell: Cell) -> CELType {
        switch cell {
        case .null: .null
        case .bool: .bool
        case .int: .int
        case .uint: .uint
        case .double: .double
        case .string: .string
        case .bytes: .bytes
        case .json(let value): value.kind == .array ? .list(.dyn) : .map(.dyn, .dyn)
        case .list, .values, .concat: .list(.dyn)
        case .map: .map(.dyn, .dyn)
        case .object(let position): .object(state.pointee.objects[Int(position)].objectType)
        case .timestamp: .timestamp
        case .duration: .duration
        case .type: .typeType
        case .optional, .emptyOptional: .optional(.dyn)
        case .opaque(let box): .opaque(box.takeUnretainedValue().value.typeName, [])
        case .error, .unknown, .absent: .error
        }
    }

    /// A value as messages show it.
    func display(_ cell: Cell) -> String {
        switch cell {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)"
        case .double(let value): GoFormat.shortest(value)
        case .string(let text): String(text)
        case .bytes(let text): String(text)
        case .timestamp(let seconds, let nanoseconds): TimeFormat.timestamp(seconds, nanoseconds)
        case .duration(let value): TimeFormat.duration(value)
        case .type(let box): box.takeUnretainedValue().type.runtimeName
        case .opaque(let box): box.takeUnretainedValue().value.text
        default: typeName(cell)
        }
    }
}
