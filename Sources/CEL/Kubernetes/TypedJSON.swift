public import JSONView

/// Reads JSON as values of declared types.
public enum TypedJSON {
    /// The moment that a text of RFC 3339 names; nil for any other text.
    public static func timestamp(_ text: String) -> Timestamp? { TimeFormat.parseTimestamp(text) }

    /// The value of JSON that is of a type: moments and lengths of time are read from texts, the rest stays as it is.
    public static func value(_ json: JSONValue, _ type: CELType) -> Value {
        switch type {
        case .timestamp:
            return json.string.flatMap { TimeFormat.parseTimestamp($0) }.map { .timestamp($0) } ?? .json(json)
        case .duration:
            return json.string.flatMap { TimeFormat.parseDuration($0) }.map { .duration(TimeSpan(nanoseconds: $0)) }
                ?? .json(json)
        case .object(let object) where json.kind == .object && object.needsReading:
            var entries: [(key: Value, value: Value)] = []
            for field in object.fields {
                let name = field.name == "UID" ? "uid" : field.name
                guard let member = json.member(JSONKey(name)), !member.isNull else { continue }
                entries.append((.string(field.name), value(member, field.type)))
            }
            return .map(MapValue(entries))
        case .list(let element) where json.kind == .array && element.needsReading:
            return .list(ListValue(json.elements.map { value($0, element) }))
        default: return .json(json)
        }
    }
}

extension CELType {
    /// Whether JSON of the type is not already its value.
    fileprivate var needsReading: Bool {
        switch self {
        case .timestamp, .duration: true
        case .object(let object): object.needsReading
        case .list(let element): element.needsReading
        default: false
        }
    }
}

extension ObjectType {
    fileprivate var needsReading: Bool { fields.contains { $0.name == "UID" || $0.type.needsReading } }
}
