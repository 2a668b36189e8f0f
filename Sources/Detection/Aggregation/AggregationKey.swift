import CEL
import JSONView
import SecurityEvents

/// Writes the value of a key that events are grouped by.
enum AggregationKey {
    /// Longer values are told apart by what they begin with.
    private static let lengthLimit = 1024

    /// A value as a text; nil where there is none.
    static func text(of value: Value) -> String? {
        switch value {
        case .null, .error, .unknown: nil
        case .bool(let bool): bool ? "true" : "false"
        case .int(let int): "\(int)"
        case .uint(let uint): "\(uint)"
        case .double(let double): Int64(exactly: double).map { "\($0)" } ?? "\(double)"
        case .string(let text): String(text.prefix(lengthLimit))
        case .text(let text): String(copying: text.prefix(lengthLimit))
        case .json(let json): text(of: json)
        case .list(let list): list.elements.prefix(64).compactMap { text(of: $0) }.joined(separator: ", ")
        default: nil
        }
    }

    private static func text(of json: JSONValue) -> String? {
        switch json.kind {
        case .null: return nil
        case .string: return json.text.map { String(copying: $0.prefix(lengthLimit)) }
        case .bool: return json.bool == true ? "true" : "false"
        case .array:
            return json.elements.prefix(64).compactMap { text(of: $0) }.joined(separator: ", ")
        case .object:
            return String(
                json.members.prefix(64).map { String(copying: $0.key) }.joined(separator: ", ").prefix(lengthLimit))
        default:
            return json.int64.map { "\($0)" }
                ?? json.double.map { Int64(exactly: $0).map { "\($0)" } ?? "\($0)" }
        }
    }
}
