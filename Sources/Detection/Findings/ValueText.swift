import CEL
import JSONView
import Rules
import SecurityEvents

/// Writes values for a message.
struct ValueText {
    /// What stands for a value that nobody knows.
    static let unknown = "(unknown)"

    private let length: Int
    private let redactor: Redactor

    init(_ length: Int, _ redactor: Redactor = Redactor()) {
        self.length = length
        self.redactor = redactor
    }

    func text(of value: Value) -> String {
        let whole = redactor.redact(write(value, depth: 0))
        // No text has more characters than bytes.
        return whole.utf8.count <= length || whole.count <= length ? whole : whole.prefix(length) + "…"
    }

    /// A text that was finished by whoever made it, cut to length and without secrets.
    func finished(_ value: Value) -> String {
        switch value {
        case .string(let text) where text.isEmpty: ""
        case .text(let text) where text.isEmpty: ""
        default: text(of: value)
        }
    }

    private func write(_ value: Value, depth: Int) -> String {
        guard depth < 4 else { return "…" }
        switch value {
        case .null: return "null"
        case .bool(let bool): return "\(bool)"
        case .int(let int): return "\(int)"
        case .uint(let uint): return "\(uint)"
        case .double(let double): return "\(double)"
        case .string(let text):
            if text.isEmpty { return Self.unknown }
            // No text has more characters than bytes.
            return text.utf8.count <= length * 2 ? text : String(text.prefix(length * 2))
        case .text(let text): return text.isEmpty ? Self.unknown : String(copying: text.prefix(length * 8))
        case .json(let json): return write(json, depth: depth)
        case .list(let list):
            return list.elements.isEmpty
                ? "none" : list.elements.prefix(16).map { write($0, depth: depth + 1) }.joined(separator: ", ")
        case .map(let map):
            return map.entries.prefix(16).map {
                "\(write($0.key, depth: depth + 1))=\(write($0.value, depth: depth + 1))"
            }.joined(separator: ", ")
        case .duration(let span): return Self.words(span)
        case .object(let object):
            return EventSchema.record(object)?.origin.map { write($0, depth: depth) } ?? object.objectType.name
        case .timestamp(let time): return "\(time.seconds)"
        case .optional(let wrapped): return wrapped.map { write($0, depth: depth + 1) } ?? "none"
        case .bytes(let bytes): return "\(bytes.count) bytes"
        case .type(let type): return "\(type)"
        case .opaque(let opaque): return opaque.text
        case .error, .unknown: return Self.unknown
        }
    }

    private func write(_ json: JSONValue, depth: Int) -> String {
        switch json.kind {
        case .string: return write(.text(json.text ?? .none), depth: depth)
        case .array:
            return json.count == 0
                ? "none" : json.elements.prefix(16).map { write($0, depth: depth + 1) }.joined(separator: ", ")
        case .object:
            return json.members.prefix(16).map { "\(String(copying: $0.key))=\(write($0.value, depth: depth + 1))" }
                .joined(separator: ", ")
        case .bool: return json.bool == true ? "true" : "false"
        case .null: return "null"
        default: return json.int64.map { "\($0)" } ?? json.double.map { "\($0)" } ?? "?"
        }
    }

    /// A length of time as a person says it.
    private static func words(_ span: TimeSpan) -> String {
        let seconds = span.nanoseconds / 1_000_000_000
        if seconds < 1 { return "\(span.nanoseconds / 1_000_000) ms" }
        if seconds < 120 { return "\(seconds) s" }
        if seconds < 7200 { return "\(seconds / 60) min" }
        return "\(seconds / 3600) h"
    }
}
