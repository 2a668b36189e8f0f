import Foundation
import JSONView

extension TypedValue {
    /// A value as JSON that tells its type: `{"int64_value": 1}`.
    package static func json(_ value: Value) -> String {
        switch value {
        case .null: return #"{"null_value":"NULL_VALUE"}"#
        case .bool(let value): return #"{"bool_value":\#(value)}"#
        case .int(let value): return #"{"int64_value":\#(value)}"#
        case .uint(let value): return #"{"uint64_value":\#(value)}"#
        case .double(let value): return #"{"double_value":\#(number(value))}"#
        case .string(let value): return #"{"string_value":\#(quote(value))}"#
        case .text(let value): return #"{"string_value":\#(quote(String(value)))}"#
        case .bytes(let value):
            return #"{"bytes_value":{"$b64":\#(quote(Data(value).base64EncodedString()))}}"#
        case .json(let value): return json(value)
        case .list(let list): return self.list(list.elements.map(json))
        case .map(let map): return self.map(map.entries.map { (json($0.key), json($0.value)) })
        case .object(let object):
            let fields = object.objectType.fields.enumerated().filter { object.hasField($0.offset) }.map {
                (json(.string($0.element.name)), json(object.field($0.offset)))
            }
            return map(fields)
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
        case .array: return list(value.elements.map { json($0) })
        case .object: return map(value.members.map { (json(.string(String($0.key))), json($0.value)) })
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

    private static func list(_ elements: [String]) -> String {
        elements.isEmpty ? #"{"list_value":{}}"# : #"{"list_value":{"values":[\#(joined(elements))]}}"#
    }

    private static func map(_ entries: [(key: String, value: String)]) -> String {
        let written = entries.map { #"{"key":\#($0.key),"value":\#($0.value)}"# }
        return entries.isEmpty ? #"{"map_value":{}}"# : #"{"map_value":{"entries":[\#(joined(written))]}}"#
    }

    /// A number as JSON that no reader takes for an integer; what JSON has no number for is a text.
    private static func number(_ value: Double) -> String {
        if value.isFinite { return "\(value)" }
        return value.isNaN ? #""NaN""# : value < 0 ? #""-Infinity""# : #""Infinity""#
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
