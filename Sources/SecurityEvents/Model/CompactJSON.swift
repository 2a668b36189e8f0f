package import JSONView

/// Writes JSON without any space.
package struct CompactJSON {
    /// What was written.
    package private(set) var bytes: [UInt8] = []

    /// Begins with nothing.
    package init() {}

    /// Writes bytes that are JSON already: brackets, commas, literals.
    package mutating func write(raw literal: StaticString) {
        bytes.append(contentsOf: UnsafeBufferPointer(start: literal.utf8Start, count: literal.utf8CodeUnitCount))
    }

    /// Writes a whole number.
    package mutating func write(number: Int) { bytes.append(contentsOf: number.description.utf8) }

    /// Writes a string; bytes that are no UTF-8 become U+FFFD.
    package mutating func write(string text: some Sequence<UInt8>) {
        bytes.append(UInt8(ascii: "\""))
        for unit in String(decoding: Array(text), as: UTF8.self).utf8 {
            switch unit {
            case UInt8(ascii: "\""), UInt8(ascii: "\\"):
                bytes.append(UInt8(ascii: "\\"))
                bytes.append(unit)
            case 0..<0x20:
                write(raw: "\\u00")
                bytes.append(Self.hexadecimal(unit >> 4))
                bytes.append(Self.hexadecimal(unit & 15))
            default: bytes.append(unit)
            }
        }
        bytes.append(UInt8(ascii: "\""))
    }

    /// Writes a value; its depth is bounded by the parser that it came from.
    package mutating func write(_ value: JSONValue) {
        switch value.kind {
        case .null: write(raw: "null")
        case .bool: value.bool == true ? write(raw: "true") : write(raw: "false")
        case .string: if let text = value.text { write(string: text.bytes) }
        case .int64: bytes.append(contentsOf: (value.int64 ?? 0).description.utf8)
        case .uint64: bytes.append(contentsOf: (value.uint64 ?? 0).description.utf8)
        case .double: bytes.append(contentsOf: (value.double ?? 0).description.utf8)
        case .bigNumber: if let text = value.bigNumberText { bytes.append(contentsOf: text.bytes) }
        case .array:
            var separator: StaticString = "["
            for element in value.elements {
                write(raw: separator)
                write(element)
                separator = ","
            }
            if value.count == 0 { write(raw: "[") }
            write(raw: "]")
        case .object:
            var separator: StaticString = "{"
            for member in value.members {
                write(raw: separator)
                write(string: member.key.bytes)
                write(raw: ":")
                write(member.value)
                separator = ","
            }
            if value.count == 0 { write(raw: "{") }
            write(raw: "}")
        }
    }

    /// Writes an object with some of its members.
    ///
    /// - Parameters:
    ///   - object: the object; any other value is written as an empty one.
    ///   - isKept: whether a member of a name is written.
    package mutating func write(_ object: JSONValue, keeping isKept: (JSONText) -> Bool) {
        var separator: StaticString = "{"
        for (key, value) in object.members where isKept(key) {
            write(raw: separator)
            write(string: key.bytes)
            write(raw: ":")
            write(value)
            separator = ","
        }
        if separator.utf8Start.pointee == UInt8(ascii: "{") { write(raw: "{") }
        write(raw: "}")
    }

    private static func hexadecimal(_ digit: UInt8) -> UInt8 {
        digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
    }
}
