package import JSONView

extension TypedValue {
    /// A value as plain JSON, its type left out: an optional is `{"$optional": …}`, what JSON cannot say is a text.
    package static func plain(_ value: Value, depth: Int = 0) -> String {
        guard depth < 100 else { return "null" }
        let next = depth + 1
        switch value {
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .int(let value): return "\(value)"
        case .uint(let value): return "\(value)"
        case .double(let value): return value.isFinite ? "\(value)" : quote(GoFormat.shortest(value))
        case .json(let value): return plain(value, depth: next)
        case .list(let list): return "[" + list.elements.map { plain($0, depth: next) }.joined(separator: ",") + "]"
        case .map(let map):
            let entries = map.entries.map { entry in
                let key = plain(entry.key, depth: next)
                return "\(key.hasPrefix("\"") ? key : quote(key)):\(plain(entry.value, depth: next))"
            }
            return "{\(entries.joined(separator: ","))}"
        case .object(let object):
            let fields = object.objectType.fields.enumerated().filter { object.hasField($0.offset) }.map {
                "\(quote($0.element.name)):\(plain(object.field($0.offset), depth: next))"
            }
            return "{\(fields.joined(separator: ","))}"
        case .optional(let value):
            return #"{"$optional":\#(value.map { plain($0, depth: next) } ?? "null")}"#
        case .string(let value): return quote(value)
        case .text(let value): return quote(String(value))
        default: return quote(display(value))
        }
    }

    /// JSON as it is.
    package static func plain(_ value: JSONValue, depth: Int = 0) -> String {
        guard depth < 100 else { return "null" }
        switch value.kind {
        case .array: return "[" + value.elements.map { plain($0, depth: depth + 1) }.joined(separator: ",") + "]"
        case .object:
            return "{"
                + value.members.map { "\(quote(String($0.key))):\(plain($0.value, depth: depth + 1))" }
                .joined(separator: ",") + "}"
        case .string: return quote(value.string ?? "")
        case .bool: return "\(value.bool ?? false)"
        case .null: return "null"
        default:
            if let number = value.int64 { return "\(number)" }
            return value.uint64.map { "\($0)" } ?? plain(Value.double(value.double ?? .nan))
        }
    }
}
