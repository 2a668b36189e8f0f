import Foundation
public import JSONView

extension StructuralSchema {
    /// The value that JSON has under the schema; an error as a value where it does not fit.
    public func value(_ json: JSONValue) -> Value {
        if json.isNull {
            return isNullable ? .null : .error(EvaluationError("invalid data, got null for schema with nullable=false"))
        }
        switch content {
        case .boolean: return json.bool.map { .bool($0) } ?? mismatch("a boolean", "boolean")
        case .integer:
            return (json.int64 ?? json.double.flatMap { Int64(exactly: $0) }).map { .int($0) }
                ?? mismatch("an int", "integer")
        case .number: return json.double.map { .double($0) } ?? mismatch("a double", "number")
        case .intOrString:
            if json.kind == .string || json.int64 != nil { return .json(json) }
            return .error(EvaluationError("invalid data, expected XIntOrString value to be either a string or integer"))
        case .string(let format): return json.text.map { string($0, format) } ?? mismatch("a string", "string")
        case .array(let element, let identity, let isSet):
            guard json.kind == .array else { return mismatch("an array", "array") }
            return .list(
                ListValue(
                    json.elements.map { element.value($0) },
                    identity: isSet ? .value : identity.map { .fields($0) } ?? .place))
        case .map(let element):
            guard json.kind == .object else { return mismatch("a map", "object") }
            return .map(MapValue(json.members.map { (.text($0.key), element.value($0.value)) }))
        case .object:
            guard json.kind == .object else { return mismatch("a map", "object") }
            return .object(SchemaObject(json, self))
        }
    }

    private func mismatch(_ wanted: String, _ type: String) -> Value {
        .error(EvaluationError("invalid data, expected \(wanted) for the provided schema with type=\(type)"))
    }

    private func string(_ text: JSONText, _ format: Format) -> Value {
        switch format {
        case .plain: return .text(text)
        case .byte:
            guard let data = Data(base64Encoded: String(text)) else {
                return .error(EvaluationError("invalid byte formatted string \(String(text))"))
            }
            return .bytes(Array(data))
        case .duration:
            return TimeFormat.parseDuration(String(text)).map { .duration(TimeSpan(nanoseconds: $0)) }
                ?? .error(EvaluationError("invalid duration \(String(text))"))
        case .date, .dateTime:
            let spelt = format == .date ? String(text) + "T00:00:00Z" : String(text)
            return TimeFormat.parseTimestamp(spelt).map { .timestamp($0) }
                ?? .error(EvaluationError("invalid date \(String(text))"))
        }
    }
}

/// A JSON object read through its schema.
final class SchemaObject: ObjectValue {
    let objectType: ObjectType
    private let json: JSONValue
    private let fields: [StructuralSchema.Field]

    init(_ json: JSONValue, _ schema: StructuralSchema) {
        self.json = json
        if case .object(let type, let fields) = schema.content {
            (objectType, self.fields) = (type, fields)
        } else {
            (objectType, fields) = (ObjectType("object", fields: []), [])
        }
    }

    private func member(_ index: Int) -> JSONValue? {
        guard let member = json.member(fields[index].key) else { return nil }
        // A nullable property that is null is one that is not set.
        return member.isNull && fields[index].schema.isNullable ? nil : member
    }

    func field(_ index: Int) -> Value {
        guard let member = member(index) else {
            return .error(EvaluationError("no such key: \(objectType.fields[index].name)"))
        }
        return fields[index].schema.value(member)
    }

    /// How many members the object has, known or not.
    var memberCount: Int { json.count }

    func hasField(_ index: Int) -> Bool { member(index) != nil }

    /// Whether the properties of two objects that the schema does not name are the same.
    func hasEqualUnknowns(_ other: SchemaObject) -> Bool {
        let known = Set(fields.map(\.key.description))
        let one = json.members.filter { !known.contains(String($0.key)) }
        let two = other.json.members.filter { !known.contains(String($0.key)) }
        guard one.count == two.count else { return false }
        return one.allSatisfy { member in two.contains { $0.key == member.key && $0.value == member.value } }
    }
}
