/// A field of a declared record type.
public struct ObjectField: Sendable {
    /// The name that expressions use.
    public let name: String
    /// What the field holds.
    public let type: CELType
    /// One sentence about the field.
    public let documentation: String

    /// Declares a field.
    public init(_ name: String, _ type: CELType, documentation: String = "") {
        self.name = name
        self.type = type
        self.documentation = documentation
    }
}

/// A declared record type: the fields that expressions may select from its values.
///
/// Values are ``ObjectValue`` instances, or JSON objects with the fields as members.
public final class ObjectType: Sendable {
    /// The full name of the type.
    public let name: String
    /// The fields; a field's position here is the index that ``ObjectValue/field(_:)`` gets.
    public let fields: [ObjectField]
    /// Whether values are JSON read through a schema, which can be wrong.
    let readsSchema: Bool
    private let indices: [String: Int]

    /// Declares a type; where two fields have one name, the first counts.
    public convenience init(_ name: String, fields: [ObjectField]) {
        self.init(name, fields: fields, readsSchema: false)
    }

    init(_ name: String, fields: [ObjectField], readsSchema: Bool) {
        self.name = name
        self.readsSchema = readsSchema
        self.fields = fields
        indices = Dictionary(fields.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
    }

    /// The position of a field.
    public func index(of field: String) -> Int? { indices[field] }

    /// The declared field name nearest to a misspelt one, when one is near enough to be meant.
    public func nearestField(to name: String) -> String? {
        Spelling.nearest(to: name, among: fields.map(\.name))
    }
}

extension ObjectType: Hashable {
    public static func == (left: ObjectType, right: ObjectType) -> Bool { left === right || left.name == right.name }

    public func hash(into hasher: inout Hasher) { hasher.combine(name) }
}
