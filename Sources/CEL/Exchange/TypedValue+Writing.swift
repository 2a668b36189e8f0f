import Foundation
import JSONView

extension TypedValue {
    /// A value as JSON that tells its type: `{"int64_value": 1}`.
    package static func json(_ value: Value) -> String {
        switch value {
        case .null: return #"{"null_value":null}"#
        case .bool(let value): return #"{"bool_value":\#(value)}"#
        case .int(let value): return #"{"int64_value":\#(value)}"#
        case .uint(let value): return #"{"uint64_value":\#(value)}"#
        case .double(let value):
            return #"{"double_value":\#(value.isFinite ? GoFormat.shortest(value) : quote(GoFormat.shortest(value)))}"#
        case .string(let value): return #"{"string_value":\#(quote(value))}"#
        case .text(let value): return #"{"string_value":\#(quote(String(value)))}"#
        case .bytes(let value):
            return #"{"bytes_value":{"$b64":\#(quote(Data(value).base64EncodedString()))}}"#
        case .json(let value): return json(value)
        case .list(let list): return #"{"list_value":{"values":[\#(joined(list.elements.map(json)))]}}"#
        case .map(let map):
            let entries = map.entries.map { #"{"key":\#(json($0.key)),"value":\#(json($0.value))}"# }
            return #"{"map_value":{"entries":[\#(joined(entries))]}}"#
        case .object(let object):
            let fields = object.objectType.fields.enumerated().filter { object.hasField($0.offset) }.map {
                #"{"key":\#(json(.string($0.element.name))),"value":\#(json(object.field($0.offset)))}"#
            }
            return #"{"map_value":{"entries":[\#(joined(fields))]}}"#
        case .timestamp(let value):
            return message("Timestamp", "\"seconds\":\(value.seconds),\"nanos\":\(value.nanoseconds)")
        case .duration(let value):
            return message(
                "Duration",
                "\"seconds\":\(value.nanoseconds / 1_000_000_000),\"nanos\":\(value.nanoseconds % 1_000_000_000)")
        case .type(let type): return #"{"type_value":\#(quote(type.runtimeName))}"#
        case .optional(let value): return #"{"$optional":\#(value.map(json) ?? "null")}"#
        case .opaque(let value):
            return #"{"opaque_value":{"type":\#(quote(value.typeName)),"text":\#(quote(value.text))}}"#
        case .error(let error): return #"{"error":\#(quote(error.message))}"#
        case .unknown(let names): return #"{"unknown":[\#(joined(names.sorted().map(quote)))]}"#
        }
    }

    private static func json(_ value: JSONValue) -> String {
        switch value.kind {
        case .array: return #"{"list_value":{"values":[\#(joined(value.elements.map { json($0) }))]}}"#
        case .object:
            let entries = value.members.map { #"{"key":\#(json(.string(String($0.key)))),"value":\#(json($0.value))}"# }
            return #"{"map_value":{"entries":[\#(joined(entries))]}}"#
        case .string: return json(.string(value.string ?? ""))
        case .bool: return json(.bool(value.bool ?? false))
        case .null: return json(.null)
        default:
            if let number = value.int64 { return json(.int(number)) }
            return value.uint64.map { json(.uint($0)) } ?? json(.double(value.double ?? .nan))
        }
    }

    private static func message(_ name: String, _ fields: String) -> String {
        #"{"object_value":{"[type.googleapis.com/google.protobuf.\#(name)]":{\#(fields)}}}"#
    }

    private static func joined(_ parts: [String]) -> String { parts.joined(separator: ",") }

    /// A text as JSON.
    package static func quote(_ text: String) -> String {
        var quoted = "\""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted += "\\\""
            case "\\": quoted += "\\\\"
            case "\n": quoted += "\\n"
            case "\r": quoted += "\\r"
            case "\t": quoted += "\\t"
            case _ where scalar.value < 0x20:
                let digits = String(scalar.value, radix: 16)
                quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            default: quoted.unicodeScalars.append(scalar)
            }
        }
        return quoted + "\""
    }
}
