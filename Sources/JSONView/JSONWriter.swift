/// Writes compact JSON (RFC 8259), members in the order they are given.
///
/// What a terminal or an editor would not show, or would act on, is written as `\u` escapes, so that the text is safe to
/// look at and loses nothing.
public struct JSONWriter: Sendable {
    /// What was written so far.
    public private(set) var bytes: [UInt8] = []
    private var needsComma = false

    /// Makes an empty writer.
    public init() { bytes.reserveCapacity(1024) }

    /// Makes a writer that writes behind what stands in some memory, such as that of the text before, emptied.
    public init(behind bytes: consuming [UInt8]) { self.bytes = bytes }

    /// Ends a line, behind which another value may stand.
    public mutating func endLine() {
        bytes.append(UInt8(ascii: "\n"))
        needsComma = false
    }

    /// What was written so far, as a string.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Writes an object.
    ///
    /// - Parameter members: writes the members, each a ``key(_:)`` and a value.
    public mutating func object(_ members: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "{"))
        members(&self)
        close(UInt8(ascii: "}"))
    }

    /// Writes an array.
    ///
    /// - Parameter elements: writes the values.
    public mutating func array(_ elements: (inout JSONWriter) -> Void) {
        open(UInt8(ascii: "["))
        elements(&self)
        close(UInt8(ascii: "]"))
    }

    /// Writes the name of a member, whose value must follow.
    public mutating func key(_ name: String) {
        separate()
        quote(name)
        bytes.append(UInt8(ascii: ":"))
        needsComma = false
    }

    /// Writes a text.
    public mutating func value(_ text: String) {
        separate()
        quote(text)
        needsComma = true
    }

    /// Writes an integer.
    public mutating func value(_ number: Int64) { literal(String(number)) }

    /// Writes a number; null where JSON has no notation for it (infinities, not a number).
    public mutating func value(_ number: Double) { literal(number.isFinite ? "\(number)" : "null") }

    /// Writes a boolean.
    public mutating func value(_ bool: Bool) { literal(bool ? "true" : "false") }

    /// Writes null.
    public mutating func null() { literal("null") }

    /// Writes a value that is JSON already; it is not looked at.
    public mutating func value(json text: String) { literal(text) }

    /// Writes a member with a text, or null.
    public mutating func member(_ name: String, _ text: String?) {
        key(name)
        if let text { value(text) } else { null() }
    }

    /// Writes a member with an integer, or null.
    public mutating func member(_ name: String, _ number: Int?) {
        key(name)
        if let number { value(Int64(number)) } else { null() }
    }

    /// Writes a member with an array of texts.
    public mutating func member(_ name: String, _ texts: [String]) {
        key(name)
        array { array in for text in texts { array.value(text) } }
    }

    private mutating func literal(_ text: String) {
        separate()
        bytes.append(contentsOf: text.utf8)
        needsComma = true
    }

    private mutating func open(_ bracket: UInt8) {
        separate()
        bytes.append(bracket)
        needsComma = false
    }

    private mutating func close(_ bracket: UInt8) {
        bytes.append(bracket)
        needsComma = true
    }

    private mutating func separate() {
        if needsComma { bytes.append(UInt8(ascii: ",")) }
    }

    private mutating func quote(_ text: String) {
        bytes.append(UInt8(ascii: "\""))
        append(text)
        bytes.append(UInt8(ascii: "\""))
    }

    private mutating func append(_ text: String) {
        var text = text
        text.withUTF8 { utf8 in
            // What stands from here on is not written yet.
            var start = 0
            var position = Self.plainEnd(of: utf8, from: 0)
            while position < utf8.count {
                let (scalar, width) = Self.scalar(at: position, in: utf8)
                if scalar.value < 0x80 || scalar.isUnseen {
                    bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<position]))
                    write(scalar)
                    start = position + width
                }
                position = Self.plainEnd(of: utf8, from: position + width)
            }
            bytes.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
        }
    }

    /// Where the ASCII of which nothing needs an escape ends; nearly all texts are that to their end.
    private static func plainEnd(of utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
        var at = start
        // Eight bytes at once: a byte that is zero, or less than 32, borrows from its highest bit. The lowest bit that is left
        // may stand behind the first such byte only, never before it.
        let ones: UInt64 = 0x0101_0101_0101_0101
        let raw = UnsafeRawBufferPointer(utf8)
        while at + 8 <= utf8.count {
            let word = UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            let quote = word ^ ones &* UInt64(UInt8(ascii: "\""))
            let backslash = word ^ ones &* UInt64(UInt8(ascii: "\\"))
            let delete = word ^ ones &* 0x7F
            let low = (word &- ones &* 0x20) & ~word
            let equal = (quote &- ones) & ~quote | (backslash &- ones) & ~backslash | (delete &- ones) & ~delete
            let found = (word | low | equal) & (ones &* 0x80)
            if found != 0 { return at + found.trailingZeroBitCount / 8 }
            at += 8
        }
        while at < utf8.count, utf8[at] >= 0x20, utf8[at] < 0x7F, utf8[at] != UInt8(ascii: "\""),
            utf8[at] != UInt8(ascii: "\\")
        {
            at += 1
        }
        return at
    }

    /// The scalar that begins at a position of valid UTF-8, as a string's always is, and how many bytes it takes.
    private static func scalar(at position: Int, in utf8: UnsafeBufferPointer<UInt8>) -> (Unicode.Scalar, Int) {
        let first = utf8[position]
        if first < 0x80 { return (Unicode.Scalar(first), 1) }
        let width = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        var value = UInt32(first) & (0x7F >> UInt32(width))
        for byte in utf8[position + 1..<position + width] { value = value << 6 | UInt32(byte & 0x3F) }
        return (Unicode.Scalar(value) ?? "\u{FFFD}", width)
    }

    private mutating func write(_ scalar: Unicode.Scalar) {
        switch scalar {
        case "\"": escape(UInt8(ascii: "\""))
        case "\\": escape(UInt8(ascii: "\\"))
        case "\n": escape(UInt8(ascii: "n"))
        case "\r": escape(UInt8(ascii: "r"))
        case "\t": escape(UInt8(ascii: "t"))
        default: escape(scalar)
        }
    }

    private mutating func escape(_ letter: UInt8) {
        bytes.append(UInt8(ascii: "\\"))
        bytes.append(letter)
    }

    private mutating func escape(_ scalar: Unicode.Scalar) {
        let digits = Array("0123456789abcdef".utf8)
        for unit in UTF16.encode(scalar) ?? UTF16.encodedReplacementCharacter {
            bytes.append(contentsOf: [UInt8(ascii: "\\"), UInt8(ascii: "u")])
            for shift in [12, 8, 4, 0] { bytes.append(digits[Int(unit >> UInt16(shift)) & 0xF]) }
        }
    }
}
