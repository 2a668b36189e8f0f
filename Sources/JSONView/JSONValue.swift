#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where the parts of a parsed document stand in memory.
@usableFromInline
struct JSONStorage: BitwiseCopyable {
    @usableFromInline var tape: UnsafePointer<UInt64>
    @usableFromInline var strings: UnsafePointer<UInt8>
}

/// A value in a parsed document, read in place.
///
/// It is two words without reference counting: reading a field, an element or a text allocates nothing. It is valid
/// while its ``JSONDocument`` is alive and not parsed into again; whoever keeps a value keeps its document.
public struct JSONValue: BitwiseCopyable {
    @usableFromInline let storage: UnsafePointer<JSONStorage>
    /// The value's place on the tape: two values of one document are the same value exactly when this is equal.
    public let index: Int

    @inlinable
    init(storage: UnsafePointer<JSONStorage>, index: Int) {
        self.storage = storage
        self.index = index
    }

    /// Whether another value is this one: the same place of the same document.
    @inlinable
    public func isSamePlace(as other: JSONValue) -> Bool { storage == other.storage && index == other.index }

    /// What a value is.
    public enum Kind: UInt8, Sendable {
        /// `null`.
        case null
        /// `true` or `false`.
        case bool
        /// A whole number that fits 64 bits with a sign.
        case int64
        /// A whole number that fits 64 bits without a sign only.
        case uint64
        /// A number with a fraction or an exponent.
        case double
        /// A number that none of the machine's types holds; its exact text is ``JSONValue/bigNumberText``.
        case bigNumber
        /// A string.
        case string
        /// An array.
        case array
        /// An object.
        case object
    }

    @inlinable @inline(__always)
    var word: UInt64 { storage.pointee.tape[index] }

    @inlinable @inline(__always)
    var tag: UInt8 { UInt8(truncatingIfNeeded: word >> 56) }

    @inlinable @inline(__always)
    var payload: Int { Int(truncatingIfNeeded: word & 0x00FF_FFFF_FFFF_FFFF) }

    /// What the value is.
    @inlinable @inline(__always)
    public var kind: Kind {
        switch tag {
        case TapeTag.string: .string
        case TapeTag.object: .object
        case TapeTag.array: .array
        case TapeTag.int64: .int64
        case TapeTag.uint64: .uint64
        case TapeTag.double: .double
        case TapeTag.true, TapeTag.false: .bool
        case TapeTag.bigNumber: .bigNumber
        default: .null
        }
    }

    /// Whether the value is null.
    @inlinable @inline(__always)
    public var isNull: Bool { tag == TapeTag.null }

    /// The value when it is a boolean.
    @inlinable @inline(__always)
    public var bool: Bool? {
        switch tag {
        case TapeTag.true: true
        case TapeTag.false: false
        default: nil
        }
    }

    /// The value when it is an integer that fits 64 bits with sign.
    @inlinable
    public var int64: Int64? {
        switch tag {
        case TapeTag.int64: Int64(bitPattern: storage.pointee.tape[index + 1])
        case TapeTag.uint64: Int64(exactly: storage.pointee.tape[index + 1])
        default: nil
        }
    }

    /// The value when it is an integer that fits 64 bits without sign.
    @inlinable
    public var uint64: UInt64? {
        switch tag {
        case TapeTag.uint64: storage.pointee.tape[index + 1]
        case TapeTag.int64: UInt64(exactly: Int64(bitPattern: storage.pointee.tape[index + 1]))
        default: nil
        }
    }

    /// The value when it is a number, rounded where it must be.
    @inlinable
    public var double: Double? {
        switch tag {
        case TapeTag.double: Double(bitPattern: storage.pointee.tape[index + 1])
        case TapeTag.int64: Double(Int64(bitPattern: storage.pointee.tape[index + 1]))
        case TapeTag.uint64: Double(storage.pointee.tape[index + 1])
        case TapeTag.bigNumber: bigNumberText.flatMap { Double(String($0)) }
        default: nil
        }
    }

    /// The exact text of a number that no machine type holds.
    @inlinable
    public var bigNumberText: JSONText? { tag == TapeTag.bigNumber ? stringAtPayload : nil }

    /// The value when it is a string.
    @inlinable @inline(__always)
    public var text: JSONText? { tag == TapeTag.string ? stringAtPayload : nil }

    /// The value when it is a string, copied.
    public var string: String? { text.map { String($0) } }

    @inlinable @inline(__always)
    var stringAtPayload: JSONText {
        let at = storage.pointee.strings + payload
        let length = UnsafeRawPointer(at).loadUnaligned(as: UInt32.self)
        return JSONText(start: at + 4, count: Int(length))
    }

    /// The place on the tape behind the value.
    @inlinable @inline(__always)
    var indexAfter: Int {
        switch tag {
        case TapeTag.object, TapeTag.array: Int(UInt32(truncatingIfNeeded: word))
        case TapeTag.int64, TapeTag.uint64, TapeTag.double: index + 2
        default: index + 1
        }
    }

    /// The first member with a name; nil where the value is no object or has no such member.
    @inlinable
    public subscript(key: StaticString) -> JSONValue? {
        member(JSONText(start: key.utf8Start, count: key.utf8CodeUnitCount))
    }

    /// The first member with a name; nil where the value is no object or has no such member.
    @inlinable
    public func member(_ key: JSONKey) -> JSONValue? { member(key.text) }

    /// The first member with a name; nil where the value is no object or has no such member.
    @inlinable
    public func member(_ key: JSONText) -> JSONValue? {
        guard tag == TapeTag.object else { return nil }
        let tape = storage.pointee.tape
        let strings = storage.pointee.strings
        let end = Int(UInt32(truncatingIfNeeded: word)) - 1
        var at = index + 1
        while at < end {
            let name = strings + Int(truncatingIfNeeded: tape[at] & 0x00FF_FFFF_FFFF_FFFF)
            let length = Int(UnsafeRawPointer(name).loadUnaligned(as: UInt32.self))
            if length == key.count, memcmp(name + 4, key.start, length) == 0 {
                return JSONValue(storage: storage, index: at + 1)
            }
            at = JSONValue(storage: storage, index: at + 1).indexAfter
        }
        return nil
    }

    /// The element at a position; nil where the value is no array or is shorter.
    @inlinable
    public subscript(position: Int) -> JSONValue? {
        guard tag == TapeTag.array, position >= 0 else { return nil }
        var left = position
        for element in elements {
            if left == 0 { return element }
            left -= 1
        }
        return nil
    }

    /// How many elements or members the value has; 0 for anything but an array or object.
    @inlinable @inline(__always)
    public var count: Int {
        guard tag == TapeTag.array || tag == TapeTag.object else { return 0 }
        let stored = Int((word >> 32) & 0xFF_FFFF)
        // The tape counts to 2^24 - 1 and then stays there.
        return stored < 0xFF_FFFF ? stored : countByWalking
    }

    @usableFromInline
    var countByWalking: Int {
        var counted = 0
        if tag == TapeTag.array {
            for _ in elements { counted += 1 }
        } else {
            for _ in members { counted += 1 }
        }
        return counted
    }

    /// The elements of an array, in order; none for anything else.
    @inlinable
    public var elements: JSONElements { JSONElements(self) }

    /// The members of an object, in the order of the text and duplicates included; none for anything else.
    @inlinable
    public var members: JSONMembers { JSONMembers(self) }
}

/// The type bytes of the tape: simdjson's, and one of our own for numbers that it refuses.
///
/// Computed, not stored: a stored global is read through a call in other modules.
@usableFromInline
enum TapeTag {
    @inlinable static var root: UInt8 { UInt8(ascii: "r") }
    @inlinable static var object: UInt8 { UInt8(ascii: "{") }
    @inlinable static var objectEnd: UInt8 { UInt8(ascii: "}") }
    @inlinable static var array: UInt8 { UInt8(ascii: "[") }
    @inlinable static var arrayEnd: UInt8 { UInt8(ascii: "]") }
    @inlinable static var string: UInt8 { UInt8(ascii: "\"") }
    @inlinable static var int64: UInt8 { UInt8(ascii: "l") }
    @inlinable static var uint64: UInt8 { UInt8(ascii: "u") }
    @inlinable static var double: UInt8 { UInt8(ascii: "d") }
    @inlinable static var `true`: UInt8 { UInt8(ascii: "t") }
    @inlinable static var `false`: UInt8 { UInt8(ascii: "f") }
    @inlinable static var null: UInt8 { UInt8(ascii: "n") }
    @inlinable static var bigNumber: UInt8 { UInt8(ascii: "B") }
}
