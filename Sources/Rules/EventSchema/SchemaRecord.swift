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
///
/// `@unchecked Sendable`: the fields that the pointer leads to are never changed nor freed.
package struct SchemaTable<Record: AnyObject>: @unchecked Sendable {
    package let type: ObjectType
    package let documentation: String
    package let fields: [SchemaField<Record>]
    /// The fields once more where they are read without counting references: there is one table for each kind of record, for
    /// as long as the process runs.
    private let places: UnsafePointer<SchemaField<Record>>

    init(_ name: String, _ documentation: String, _ fields: [SchemaField<Record>]) {
        type = ObjectType(
            "tallyman." + name,
            fields: fields.map { ObjectField($0.name, $0.type, documentation: $0.documentation) })
        self.documentation = documentation
        self.fields = fields
        let places = UnsafeMutablePointer<SchemaField<Record>>.allocate(capacity: max(1, fields.count))
        places.initialize(from: fields, count: fields.count)
        self.places = UnsafePointer(places)
    }

    /// Where a field stands.
    @inline(__always)
    func place(of index: Int) -> UnsafePointer<SchemaField<Record>> {
        precondition(type.fields.indices.contains(index), "a field of the record's own type")
        return places + index
    }
}

/// Values put together for one event, kept until the next.
///
/// `@unchecked Sendable`: only the empty ones are shared, and those have nothing to write.
final class KeptValues: @unchecked Sendable {
    private let values: UnsafeMutablePointer<Value?>
    private let count: Int
    /// Positions that have a value; not checked for exclusive access, because no call is made while it changes.
    @exclusivity(unchecked) private var filled: [Int] = []

    /// For records of which no field is kept.
    static let none = KeptValues(count: 0)

    init(count: Int) {
        self.count = count
        values = .allocate(capacity: max(1, count))
        values.initialize(repeating: nil, count: count)
    }

    deinit {
        values.deinitialize(count: count)
        values.deallocate()
    }

    func forget() {
        if filled.isEmpty { return }
        for index in filled { values[index] = nil }
        filled.removeAll(keepingCapacity: true)
    }

    subscript(index: Int) -> Value? {
        get {
            precondition(index < count, "only fields that are kept are asked for")
            return values[index]
        }
        set {
            precondition(index < count, "only fields that are kept are set")
            values[index] = newValue
            filled.append(index)
        }
    }
}

/// A record whose fields are read by a table.
protocol TabledRecord: SchemaRecord {
    static var table: SchemaTable<Self> { get }
    var kept: KeptValues { get }
}

extension TabledRecord {
    package var objectType: ObjectType { Self.table.type }

    package func field(_ index: Int) -> Value {
        let field = Self.table.place(of: index)
        guard field.pointee.isKept else { return field.pointee.read(self) }
        if let known = kept[index] { return known }
        let value = field.pointee.read(self)
        kept[index] = value
        return value
    }

    package func hasField(_ index: Int) -> Bool { Self.table.place(of: index).pointee.isKnown(self) }

    package func origins(_ index: Int) -> [JSONValue] { Self.table.place(of: index).pointee.origins(self) }
}

extension EventSchema {
    /// The record that an object is; nil where it is none of the event's.
    ///
    /// A cast to a protocol asks the runtime each time; whether an object is of one class is one comparison.
    package static func record(_ object: any ObjectValue) -> (any SchemaRecord)? {
        if let record = object as? EventRecordView { return record }
        if let record = object as? ActorRecord { return record }
        if let record = object as? WorkloadRecord { return record }
        if let record = object as? ContainerRecord { return record }
        if let record = object as? ImageRecord { return record }
        if let record = object as? MountRecord { return record }
        if let record = object as? PortRecord { return record }
        return object as? VariableRecord
    }
}
