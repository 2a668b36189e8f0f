public import JSONView

/// Something that is kept and sent as one JSON object, with the same members in the same order each time.
public protocol JSONRecord {
    /// Writes the object.
    ///
    /// - Parameter writer: where it goes.
    func write(to writer: inout JSONWriter)

    /// Reads an object that ``write(to:)`` wrote.
    ///
    /// - Parameter json: the object.
    /// - Throws: what is missing or of a wrong type.
    init(json: JSONValue) throws(ReadFault)
}

extension JSONRecord {
    /// The object as compact JSON.
    public var json: [UInt8] {
        var writer = JSONWriter()
        write(to: &writer)
        return writer.bytes
    }
}

extension JSONWriter {
    /// Writes a member with a record, or null.
    mutating func member(_ name: String, _ record: (some JSONRecord)?) {
        key(name)
        if let record { record.write(to: &self) } else { null() }
    }

    /// Writes a member with an array of records.
    mutating func member(_ name: String, _ records: [some JSONRecord]) {
        key(name)
        array { array in for record in records { record.write(to: &array) } }
    }
}
