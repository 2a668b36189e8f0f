import JSONView

extension TypedValue {
    /// A value for a person: JSON where JSON can say it.
    package static func display(_ value: Value, depth: Int = 0) -> String {
        guard depth < 100 else { return "…" }
        let next = depth + 1
        switch value {
        case .null: return "null"
        case .bool(let value): return "\(value)"
        case .int(let value): return "\(value)"
        case .uint(let value): return "\(value)u"
        case .double(let value): return GoFormat.shortest(value)
        case .string(let value): return quote(value)
        case .text(let value): return quote(String(value))
        case .bytes(let value): return "\(value.count) bytes"
        case .json(let value): return display(value, depth: next)
        case .list(let list):
            return "[" + list.elements.map { display($0, depth: next) }.joined(separator: ", ") + "]"
        case .map(let map):
            return "{"
                + map.entries.map { "\(display($0.key, depth: next)): \(display($0.value, depth: next))" }
                .joined(separator: ", ") + "}"
        case .object(let object):
            let fields = object.objectType.fields.enumerated().filter { object.hasField($0.offset) }.map {
                "\(quote($0.element.name)): \(display(object.field($0.offset), depth: next))"
            }
            return "{\(fields.joined(separator: ", "))}"
        case .timestamp(let value): return TimeFormat.timestamp(value.seconds, value.nanoseconds)
        case .duration(let value): return TimeFormat.duration(value.nanoseconds)
        case .type(let type): return type.runtimeName
        case .optional(let value): return value.map { "optional(\(display($0, depth: next)))" } ?? "optional.none()"
        case .opaque(let value): return value.text
        case .error(let error): return "error: \(error.message)"
        case .unknown(let names): return "unknown: \(names.sorted().joined(separator: ", "))"
        }
    }

    private static func display(_ value: JSONValue, depth: Int) -> String {
        guard depth < 100 else { return "…" }
        switch value.kind {
        case .array: return "[" + value.elements.map { display($0, depth: depth + 1) }.joined(separator: ", ") + "]"
        case .object:
            return "{"
                + value.members.map { "\(quote(String($0.key))): \(display($0.value, depth: depth + 1))" }
                .joined(separator: ", ") + "}"
        case .string: return quote(value.string ?? "")
        case .bool: return "\(value.bool ?? false)"
        case .null: return "null"
        default: return value.int64.map { "\($0)" } ?? GoFormat.shortest(value.double ?? .nan)
        }
    }
}
