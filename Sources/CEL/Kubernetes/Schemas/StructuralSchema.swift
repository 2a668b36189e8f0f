public import JSONView

/// A structural OpenAPI schema of Kubernetes: the type that it gives `self`, and the values that it reads.
public final class StructuralSchema: Sendable {
    /// What a schema describes.
    enum Content: Sendable {
        case boolean, integer, number, intOrString
        case string(Format)
        case array(StructuralSchema, identity: [String]?, isSet: Bool)
        case map(StructuralSchema)
        case object(ObjectType, [Field])
    }

    /// How texts are read.
    enum Format: Sendable { case plain, byte, duration, date, dateTime }

    /// A property that expressions may use.
    struct Field: Sendable {
        let key: JSONKey
        let schema: StructuralSchema
    }

    /// The type of values.
    public let type: CELType
    let content: Content
    let isNullable: Bool
    /// The most elements, characters or entries that a value within a request may have.
    let maxElements: UInt64
    /// The fewest bytes that a value takes in a request.
    let minSize: Int64

    static let maxRequestSize: Int64 = 3 * 1024 * 1024

    private init(_ type: CELType, _ content: Content, isNullable: Bool, maxElements: Int64 = 0, minSize: Int64) {
        self.type = type
        self.content = content
        self.isNullable = isNullable
        self.maxElements = UInt64(max(0, maxElements))
        self.minSize = minSize
    }

    /// Reads a schema; nil for one that expressions cannot use.
    ///
    /// - Parameters:
    ///   - json: The schema.
    ///   - isResourceRoot: Whether it is the root of a resource, whose `apiVersion`, `kind` and names can always be used.
    /// - Returns: The schema.
    public static func read(_ json: JSONValue, isResourceRoot: Bool = false) -> StructuralSchema? {
        read(json, name: "selfType", isRoot: isResourceRoot, depth: 0)
    }

    private static func read(_ json: JSONValue, name: String, isRoot: Bool, depth: Int) -> StructuralSchema? {
        guard depth < 100, json.kind == .object else { return nil }
        let isNullable = json["nullable"]?.bool ?? false
        let maxLength = json["maxLength"]?.int64.map { max(0, $0) }
        if json["x-kubernetes-int-or-string"]?.bool == true {
            return StructuralSchema(
                .dyn, .intOrString, isNullable: isNullable,
                maxElements: maxLength.map { $0.multipliedReportingOverflow(by: 4).partialValue } ?? maxRequestSize - 2,
                minSize: 1)
        }
        switch isRoot ? "object" : json["type"]?.string {
        case "array": return array(json, name, isNullable, depth)
        case "object": return object(json, name, isRoot, isNullable, depth)
        case "string": return string(json, isNullable, maxLength)
        case "boolean": return StructuralSchema(.bool, .boolean, isNullable: isNullable, minSize: 4)
        case "number": return StructuralSchema(.double, .number, isNullable: isNullable, minSize: 1)
        case "integer": return StructuralSchema(.int, .integer, isNullable: isNullable, minSize: 1)
        default: return nil
        }
    }

    private static func isEmbedded(_ json: JSONValue) -> Bool { json["x-kubernetes-embedded-resource"]?.bool == true }

    private static func array(_ json: JSONValue, _ name: String, _ isNullable: Bool, _ depth: Int) -> StructuralSchema?
    {
        guard let items = json["items"],
            let element = read(items, name: name + ".@idx", isRoot: isEmbedded(items), depth: depth + 1)
        else { return nil }
        let listType = json["x-kubernetes-list-type"]?.string
        let keys = listType == "map" ? json["x-kubernetes-list-map-keys"]?.elements.compactMap(\.string) : nil
        let maxItems = json["maxItems"]?.int64.map { max(0, $0) } ?? (maxRequestSize - 2) / (element.minSize + 1)
        return StructuralSchema(
            .list(element.type),
            .array(element, identity: keys?.map { FieldName.escape($0) ?? $0 }, isSet: listType == "set"),
            isNullable: isNullable, maxElements: maxItems, minSize: 2)
    }

    private static func object(
        _ json: JSONValue, _ name: String, _ isRoot: Bool, _ isNullable: Bool, _ depth: Int
    ) -> StructuralSchema? {
        if let additional = json["additionalProperties"], additional.kind == .object {
            guard
                let element = read(additional, name: name + ".@elem", isRoot: isEmbedded(additional), depth: depth + 1)
            else { return nil }
            let most = json["maxProperties"]?.int64.map { max(0, $0) } ?? (maxRequestSize - 2) / (element.minSize + 6)
            return StructuralSchema(
                .map(.string, element.type), .map(element), isNullable: isNullable, maxElements: most, minSize: 2)
        }
        let required = Set(json["required"]?.elements.compactMap(\.string) ?? [])
        var fields: [(name: String, field: Field)] = []
        var minSize: Int64 = 2
        for member in json["properties"].map({ Array($0.members) }) ?? [] {
            let key = String(member.key)
            guard
                let schema = read(
                    member.value, name: "\(name).\(key)", isRoot: isEmbedded(member.value), depth: depth + 1)
            else { continue }
            if let escaped = FieldName.escape(key) {
                fields.append((escaped, Field(key: JSONKey(key), schema: schema)))
            }
            // The words are reserved, and yet Kubernetes lets them be used as they are.
            if FieldName.isSelectable(key) { fields.append((key, Field(key: JSONKey(key), schema: schema))) }
            if required.contains(key), member.value["default"] == nil {
                minSize += Int64(key.utf8.count) + schema.minSize + 4
            }
        }
        if isRoot { addResourceFields(name, &fields) }
        fields.sort { $0.name < $1.name }
        let type = ObjectType(
            name, fields: fields.map { ObjectField($0.name, $0.field.schema.type) }, readsSchema: true)
        return StructuralSchema(
            .object(type), .object(type, fields.map(\.field)), isNullable: isNullable, minSize: minSize)
    }

    /// What every resource has, whether its schema says so or not.
    private static func addResourceFields(_ name: String, _ fields: inout [(name: String, field: Field)]) {
        let text = StructuralSchema(
            .string, .string(.plain), isNullable: false, maxElements: maxRequestSize - 2, minSize: 2)
        for key in ["apiVersion", "kind"] where !fields.contains(where: { $0.name == key }) {
            fields.append((key, Field(key: JSONKey(key), schema: text)))
        }
        if case .object(_, let known)? = fields.first(where: { $0.name == "metadata" })?.field.schema.content,
            known.contains(where: { $0.key == "name" }), known.contains(where: { $0.key == "generateName" })
        {
            return
        }
        fields.removeAll { $0.name == "metadata" }
        let type = ObjectType(
            name + ".metadata", fields: [ObjectField("generateName", .string), ObjectField("name", .string)])
        let metadata = StructuralSchema(
            .object(type),
            .object(type, [Field(key: "generateName", schema: text), Field(key: "name", schema: text)]),
            isNullable: false,
            minSize: 2)
        fields.append(("metadata", Field(key: "metadata", schema: metadata)))
    }

    private static func string(_ json: JSONValue, _ isNullable: Bool, _ maxLength: Int64?) -> StructuralSchema {
        switch json["format"]?.string {
        case "byte":
            return StructuralSchema(
                .bytes, .string(.byte), isNullable: isNullable, maxElements: maxLength ?? maxRequestSize - 2, minSize: 2
            )
        case "duration":
            return StructuralSchema(.duration, .string(.duration), isNullable: isNullable, maxElements: 32, minSize: 3)
        case "date":
            return StructuralSchema(.timestamp, .string(.date), isNullable: isNullable, maxElements: 12, minSize: 12)
        case "date-time":
            return StructuralSchema(
                .timestamp, .string(.dateTime), isNullable: isNullable, maxElements: 32, minSize: 21)
        default:
            let longest = json["enum"]?.elements.compactMap { $0.text?.count }.max().map { Int64($0) }
            let most =
                maxLength.map { $0.multipliedReportingOverflow(by: 4).partialValue } ?? longest ?? maxRequestSize - 2
            return StructuralSchema(.string, .string(.plain), isNullable: isNullable, maxElements: most, minSize: 2)
        }
    }
}
