import JSONView
import SecurityEvents

/// Finds the value in a record that a text is a view on.
enum TextPlaces {
    /// How many values are looked through: records are seldom larger, and hostile ones must not take long.
    private static let limit = 100_000

    static func find(_ text: JSONText, in event: borrowing Event) -> JSONValue? {
        var left = limit
        if let found = find(text, below: event.raw, &left) { return found }
        for attachment in event.attachments {
            if let found = find(text, below: attachment.document.root, &left) { return found }
        }
        return nil
    }

    private static func find(_ text: JSONText, below value: JSONValue, _ left: inout Int) -> JSONValue? {
        left -= 1
        guard left > 0 else { return nil }
        switch value.kind {
        case .string:
            guard let other = value.text, other.start <= text.start,
                text.start + text.count <= other.start + other.count
            else { return nil }
            return value
        case .array:
            for element in value.elements { if let found = find(text, below: element, &left) { return found } }
        case .object:
            for member in value.members { if let found = find(text, below: member.value, &left) { return found } }
        default: break
        }
        return nil
    }
}
