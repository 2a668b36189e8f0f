package import CEL
internal import JSONView
internal import SecurityEvents

/// A field of a record that rules see: its name, its type, what it means, and how it is read.
package struct SchemaField<Record: AnyObject>: Sendable {
    package let name: String
    package let type: CELType
    package let documentation: String
    let read: @Sendable (Record) -> Value
    let isKnown: @Sendable (Record) -> Bool
    let origins: @Sendable (Record) -> [JSONValue]
    /// Whether the value is put together and so worth keeping while the event is looked at.
    let isKept: Bool

    init(
        _ name: String, _ type: CELType, _ documentation: String, isKept: Bool = false,
        isKnown: @escaping @Sendable (Record) -> Bool = { _ in true },
        origins: @escaping @Sendable (Record) -> [JSONValue] = { _ in [] },
        read: @escaping @Sendable (Record) -> Value
    ) {
        self.name = name
        self.type = type
        self.documentation = documentation
        self.isKept = isKept
        self.isKnown = isKnown
        self.origins = origins
        self.read = read
    }

    /// A text; "" where it is not known.
    static func text(
        _ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> JSONText?
    ) -> Self {
        Self(name, .string, documentation, isKnown: { read($0) != nil }) { .text(read($0) ?? .none) }
    }

    /// A text that is one of a few words.
    static func word(_ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> StaticString)
        -> Self
    {
        Self(name, .string, documentation) { .text(JSONText(read($0))) }
    }

    /// A text that is put together; "" where there is nothing to put together.
    static func built(
        _ name: String, _ documentation: String, origins: @escaping @Sendable (Record) -> [JSONValue] = { _ in [] },
        _ read: @escaping @Sendable (Record) -> JSONText
    ) -> Self {
        Self(name, .string, documentation, isKept: true, isKnown: { !read($0).isEmpty }, origins: origins) {
            .text(read($0))
        }
    }

    /// A boolean read from the record itself; false where it is not known.
    static func flag(_ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> JSONValue?)
        -> Self
    {
        Self(
            name, .bool, documentation, isKnown: { read($0)?.bool != nil }, origins: { read($0).map { [$0] } ?? [] }
        ) { .bool(read($0)?.bool ?? false) }
    }

    /// A boolean that a reader settled; false where it is not known.
    static func setting(
        _ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> Setting<Bool>
    ) -> Self {
        Self(
            name, .bool, documentation, isKnown: { read($0).value != nil },
            origins: { read($0).origin.map { [$0] } ?? [] }
        ) { .bool(read($0).value ?? false) }
    }

    /// A boolean that is worked out.
    static func judged(
        _ name: String, _ documentation: String, isKept: Bool = false,
        origins: @escaping @Sendable (Record) -> [JSONValue] = { _ in [] },
        _ read: @escaping @Sendable (Record) -> Bool
    ) -> Self {
        Self(name, .bool, documentation, isKept: isKept, origins: origins) { .bool(read($0)) }
    }

    /// An integer; reading one that is not known is an error, as with a missing member.
    static func number(_ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> Int64?) -> Self
    {
        Self(name, .int, documentation, isKnown: { read($0) != nil }) {
            read($0).map { .int($0) } ?? .error(EvaluationError("no such key: \(name)"))
        }
    }

    /// Texts; none where they are not known, and without elements of another type.
    static func texts(_ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> JSONValue?)
        -> Self
    {
        Self(
            name, .list(.string), documentation, isKept: true, isKnown: { read($0).map { $0.count > 0 } ?? false },
            origins: { read($0).map { [$0] } ?? [] }
        ) { SchemaValue.texts(read($0)) }
    }

    /// Texts by names; none where they are not known.
    static func map(_ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> JSONValue?) -> Self
    {
        Self(
            name, .map(.string, .string), documentation, isKept: true,
            isKnown: { read($0).map { $0.count > 0 } ?? false }, origins: { read($0).map { [$0] } ?? [] }
        ) { SchemaValue.map(read($0)) }
    }

    /// JSON as it stands in the record; null where there is none.
    static func json(_ name: String, _ documentation: String, _ read: @escaping @Sendable (Record) -> JSONValue?)
        -> Self
    {
        Self(
            name, .dyn, documentation, isKnown: { read($0) != nil }, origins: { read($0).map { [$0] } ?? [] }
        ) { read($0).map { .json($0) } ?? .map(SchemaValue.emptyMap) }
    }

    /// A list that is put together.
    static func list(
        _ name: String, of element: CELType, _ documentation: String,
        origins: @escaping @Sendable (Record) -> [JSONValue] = { _ in [] },
        _ read: @escaping @Sendable (Record) -> [Value]
    ) -> Self {
        Self(name, .list(element), documentation, isKept: true, origins: origins) {
            let elements = read($0)
            return .list(elements.isEmpty ? SchemaValue.emptyList : ListValue(elements))
        }
    }
}

/// Values that several records need.
enum SchemaValue {
    // Never changed after they are made: a list and a map without elements.
    nonisolated(unsafe) static let emptyList = ListValue([])
    nonisolated(unsafe) static let emptyMap = MapValue([])

    /// The texts of a JSON array, in place where all elements are texts; one text alone counts as one element.
    static func texts(_ value: JSONValue?) -> Value {
        guard let value else { return .list(emptyList) }
        if let text = value.text { return .list(ListValue([.text(text)])) }
        guard value.kind == .array else { return .list(emptyList) }
        if value.elements.allSatisfy({ $0.kind == .string }) { return .json(value) }
        return .list(ListValue(value.elements.compactMap { $0.text.map { .text($0) } }))
    }

    /// The texts of a JSON array or one text alone.
    static func list(_ value: JSONValue?) -> [JSONText] {
        guard let value else { return [] }
        if let text = value.text { return [text] }
        return value.elements.compactMap(\.text)
    }

    /// The members of a JSON object that are texts, in place where all are.
    static func map(_ value: JSONValue?) -> Value {
        guard let value, value.kind == .object else { return .map(emptyMap) }
        if value.members.allSatisfy({ $0.value.kind == .string }) { return .json(value) }
        return .map(
            MapValue(value.members.compactMap { member in member.value.text.map { (.text(member.key), .text($0)) } }))
    }
}
