/// The message types of protobuf that the language knows without being told, and what their literals stand for.
enum WellKnownType: String, Sendable, CaseIterable {
    case boolValue = "google.protobuf.BoolValue"
    case bytesValue = "google.protobuf.BytesValue"
    case doubleValue = "google.protobuf.DoubleValue"
    case floatValue = "google.protobuf.FloatValue"
    case int32Value = "google.protobuf.Int32Value"
    case int64Value = "google.protobuf.Int64Value"
    case stringValue = "google.protobuf.StringValue"
    case uint32Value = "google.protobuf.UInt32Value"
    case uint64Value = "google.protobuf.UInt64Value"
    case timestamp = "google.protobuf.Timestamp"
    case duration = "google.protobuf.Duration"
    case listValue = "google.protobuf.ListValue"
    case structure = "google.protobuf.Struct"
    case value = "google.protobuf.Value"
    case any = "google.protobuf.Any"

    /// The type that literals of the message have in the language.
    var celType: CELType {
        switch self {
        case .boolValue: .nullable(.bool)
        case .bytesValue: .nullable(.bytes)
        case .doubleValue, .floatValue: .nullable(.double)
        case .int32Value, .int64Value: .nullable(.int)
        case .stringValue: .nullable(.string)
        case .uint32Value, .uint64Value: .nullable(.uint)
        case .timestamp: .timestamp
        case .duration: .duration
        case .listValue: .list(.dyn)
        case .structure: .map(.string, .dyn)
        case .value: .dyn
        case .any: .any
        }
    }

    /// The fields of the message.
    var fields: [String: CELType] {
        switch self {
        case .boolValue: ["value": .bool]
        case .bytesValue: ["value": .bytes]
        case .doubleValue, .floatValue: ["value": .double]
        case .int32Value, .int64Value: ["value": .int]
        case .stringValue: ["value": .string]
        case .uint32Value, .uint64Value: ["value": .uint]
        case .timestamp, .duration: ["seconds": .int, "nanos": .int]
        case .listValue: ["values": .list(.dyn)]
        case .structure: ["fields": .map(.string, .dyn)]
        case .value:
            [
                "null_value": .dyn, "number_value": .double, "string_value": .string, "bool_value": .bool,
                "struct_value": .map(.string, .dyn), "list_value": .list(.dyn),
            ]
        case .any: ["type_url": .string, "value": .bytes]
        }
    }

    /// The value of the message's zero.
    private var zero: Cell {
        switch self {
        case .boolValue: .bool(false)
        case .bytesValue: .bytes(.empty)
        case .doubleValue, .floatValue: .double(0)
        case .int32Value, .int64Value: .int(0)
        case .stringValue: .string(.empty)
        case .uint32Value, .uint64Value: .uint(0)
        case .timestamp: .timestamp(seconds: 0, nanoseconds: 0)
        case .duration: .duration(0)
        default: .null
        }
    }

    /// What a literal with these fields stands for.
    func make(_ given: [(name: String, value: Cell)], _ evaluation: Evaluation) -> Cell {
        for field in given where fields[field.name] == nil { return evaluation.error("no such field '\(field.name)'") }
        func field(_ name: String) -> Cell? { given.last { $0.name == name }?.value }
        switch self {
        case .timestamp:
            let (seconds, nanos) = (field("seconds") ?? .int(0), field("nanos") ?? .int(0))
            guard case .int(let seconds) = seconds, case .int(let nanos) = nanos,
                let nanos = Int32(exactly: nanos), let made = Timestamp(seconds: seconds, nanoseconds: nanos)
            else { return evaluation.error("timestamp overflow") }
            return .timestamp(seconds: made.seconds, nanoseconds: made.nanoseconds)
        case .duration:
            let (seconds, nanos) = (field("seconds") ?? .int(0), field("nanos") ?? .int(0))
            guard case .int(let seconds) = seconds, case .int(let nanos) = nanos else {
                return evaluation.noSuchOverload()
            }
            let (whole, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
            let (sum, overflowing) = whole.addingReportingOverflow(nanos)
            return overflow || overflowing ? evaluation.error("duration overflow: out of range") : .duration(sum)
        case .listValue: return field("values") ?? evaluation.list([])
        case .structure: return field("fields") ?? evaluation.map(keys: [], values: [])
        case .value: return given.last.map { $0.name == "null_value" ? .null : number($0.value) } ?? .null
        case .any: return evaluation.error("conversion error: got Any with empty type-url")
        case .int32Value:
            guard case .int(let value)? = field("value") else { return field("value") ?? zero }
            return Int32(exactly: value) == nil ? evaluation.error("integer overflow: range error") : .int(value)
        case .uint32Value:
            guard case .uint(let value)? = field("value") else { return field("value") ?? zero }
            return UInt32(exactly: value) == nil
                ? evaluation.error("unsigned integer overflow: range error") : .uint(value)
        case .floatValue:
            guard case .double(let value)? = field("value") else { return field("value") ?? zero }
            return .double(Double(Float(value)))
        default: return field("value") ?? zero
        }
    }

    private func number(_ cell: Cell) -> Cell {
        switch cell {
        case .int(let value): .double(Double(value))
        case .uint(let value): .double(Double(value))
        default: cell
        }
    }
}
