/// Turns a line of the engine's text log into JSON: `time="…" level=debug msg="…" key=value`.
enum Logfmt {
    /// What came out of a line.
    struct Line {
        /// The pairs as a JSON object of strings.
        var json = CompactJSON()
        /// The line ends within a quoted value: whoever kept it cut it.
        var isCut = false
    }

    /// More pairs than any line of the engine has.
    private static let pairLimit = 128

    /// Reads a line that begins with its first key; nil where that is none of the engine's lines.
    static func read(_ bytes: UnsafeRawBufferPointer) -> Line? {
        var cursor = LogfmtCursor(bytes)
        var line = Line()
        var pairs = 0
        var hasMessage = false
        while pairs < pairLimit, let key = cursor.key() {
            line.json.write(raw: pairs == 0 ? "{" : ",")
            line.json.write(string: bytes[key])
            line.json.write(raw: ":")
            line.json.write(string: cursor.value(isCut: &line.isCut))
            pairs += 1
            if bytes[key].elementsEqual("msg".utf8) || bytes[key].elementsEqual("level".utf8) { hasMessage = true }
        }
        line.json.write(raw: "}")
        guard hasMessage, cursor.isAtEnd || pairs == pairLimit else { return nil }
        return line
    }
}

/// Reads keys and values of logfmt.
private struct LogfmtCursor {
    private let bytes: UnsafeRawBufferPointer
    private var position = 0

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    mutating func key() -> Range<Int>? {
        while position < bytes.count, bytes[position] == 0x20 { position += 1 }
        let start = position
        while position < bytes.count, Self.isKey(bytes[position]) { position += 1 }
        guard position > start, position < bytes.count, bytes[position] == UInt8(ascii: "=") else {
            position = start
            return nil
        }
        defer { position += 1 }
        return start..<position
    }

    mutating func value(isCut: inout Bool) -> [UInt8] {
        var value: [UInt8] = []
        guard position < bytes.count, bytes[position] == UInt8(ascii: "\"") else {
            while position < bytes.count, bytes[position] != 0x20 {
                value.append(bytes[position])
                position += 1
            }
            return value
        }
        position += 1
        while position < bytes.count {
            let byte = bytes[position]
            position += 1
            if byte == UInt8(ascii: "\"") { return value }
            if byte == UInt8(ascii: "\\") {
                unescape(into: &value)
            } else {
                value.append(byte)
            }
        }
        isCut = true
        return value
    }

    /// The escapes of Go's `%q`.
    private mutating func unescape(into value: inout [UInt8]) {
        guard position < bytes.count else { return }
        let byte = bytes[position]
        position += 1
        switch byte {
        case UInt8(ascii: "n"): value.append(0x0A)
        case UInt8(ascii: "t"): value.append(0x09)
        case UInt8(ascii: "r"): value.append(0x0D)
        case UInt8(ascii: "a"): value.append(0x07)
        case UInt8(ascii: "b"): value.append(0x08)
        case UInt8(ascii: "f"): value.append(0x0C)
        case UInt8(ascii: "v"): value.append(0x0B)
        case UInt8(ascii: "x"): value.append(UInt8(truncatingIfNeeded: digits(2)))
        case UInt8(ascii: "u"): append(digits(4), to: &value)
        case UInt8(ascii: "U"): append(digits(8), to: &value)
        default: value.append(byte)
        }
    }

    private mutating func digits(_ count: Int) -> UInt32 {
        var code: UInt32 = 0
        for _ in 0..<count {
            guard position < bytes.count, let digit = hexadecimalDigit(bytes[position]) else { break }
            code = code << 4 | UInt32(digit)
            position += 1
        }
        return code
    }

    private func append(_ code: UInt32, to value: inout [UInt8]) {
        let scalar = Unicode.Scalar(code) ?? "\u{FFFD}"
        value.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private static func isKey(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
            true
        default: false
        }
    }
}
