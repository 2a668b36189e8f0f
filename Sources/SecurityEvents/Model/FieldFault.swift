public import JSONView

/// A field that was there and could not be understood.
public struct FieldFault: BitwiseCopyable {
    /// What stood there.
    public var value: JSONValue
    /// What had to stand there, for a person: "a string".
    public var expected: StaticString

    /// Makes a fault of a field.
    public init(_ value: JSONValue, expected: StaticString) {
        self.value = value
        self.expected = expected
    }

    /// How many faults of one record are kept; a hostile record may have any number.
    static let limit = 16
}

extension [FieldFault] {
    /// Notes a field that could not be understood; null counts as absent.
    package mutating func note(_ value: JSONValue, expected: StaticString) {
        guard !value.isNull, count < FieldFault.limit else { return }
        append(FieldFault(value, expected: expected))
    }
}

/// Fields of stated types; another type is noted and taken as not known.
extension JSONValue {
    /// The value where it is a string.
    @inline(__always)
    package func text(_ faults: inout [FieldFault]) -> JSONText? {
        if let text { return text }
        faults.note(self, expected: "a string")
        return nil
    }

    /// The value where it is a boolean.
    @inline(__always)
    package func bool(_ faults: inout [FieldFault]) -> Bool? {
        if let bool { return bool }
        faults.note(self, expected: "a boolean")
        return nil
    }

    /// The value where it is an integer.
    @inline(__always)
    package func integer(_ faults: inout [FieldFault]) -> Int? {
        if let int64 { return Int(int64) }
        faults.note(self, expected: "an integer")
        return nil
    }

    /// The value where it is an array.
    @inline(__always)
    package func array(_ faults: inout [FieldFault]) -> JSONValue? {
        if kind == .array { return self }
        faults.note(self, expected: "an array")
        return nil
    }

    /// The value where it is an object.
    @inline(__always)
    package func object(_ faults: inout [FieldFault]) -> JSONValue? {
        if kind == .object { return self }
        faults.note(self, expected: "an object")
        return nil
    }
}
