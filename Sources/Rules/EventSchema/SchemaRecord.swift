package import CEL
package import JSONView

/// A record that rules see, which can tell where in the event its fields were read.
package protocol SchemaRecord: ObjectValue {
    /// The values in the event that a field was read from; none where it was worked out of something else.
    func origins(_ index: Int) -> [JSONValue]
    /// The value that the record as a whole was read from.
    var origin: JSONValue? { get }
}

/// The fields of one kind of record, and the type that rules know it by.
package struct SchemaTable<Record: AnyObject>: Sendable {
    package let type: ObjectType
    package let documentation: String
    package let fields: [SchemaField<Record>]

    init(_ name: String, _ documentation: String, _ fields: [SchemaField<Record>]) {
        type = ObjectType(
            "tallyman." + name,
            fields: fields.map { ObjectField($0.name, $0.type, documentation: $0.documentation) })
        self.documentation = documentation
        self.fields = fields
    }
}

/// Values put together for one event, kept until the next.
struct KeptValues {
    private var values: [Value?]

    init(count: Int) { values = Array(repeating: nil, count: count) }

    mutating func forget() {
        for index in values.indices where values[index] != nil { values[index] = nil }
    }

    subscript(index: Int) -> Value? {
        get { values[index] }
        set { values[index] = newValue }
    }
}

/// A record whose fields are read by a table.
protocol TabledRecord: SchemaRecord {
    static var table: SchemaTable<Self> { get }
    var kept: KeptValues { get set }
}

extension TabledRecord {
    package var objectType: ObjectType { Self.table.type }

    package func field(_ index: Int) -> Value {
        let field = Self.table.fields[index]
        guard field.isKept else { return field.read(self) }
        if let known = kept[index] { return known }
        let value = field.read(self)
        kept[index] = value
        return value
    }

    package func hasField(_ index: Int) -> Bool { Self.table.fields[index].isKnown(self) }

    package func origins(_ index: Int) -> [JSONValue] { Self.table.fields[index].origins(self) }
}
