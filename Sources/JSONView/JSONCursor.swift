/// Reads the tokens of a JSON text one after the other.
struct JSONCursor {
    private let bytes: UnsafeBufferPointer<UInt8>
    private(set) var position = 0

    init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

    var isAtEnd: Bool { position >= bytes.count }

    func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

    mutating func advance(_ distance: Int = 1) { position += distance }

    mutating func skipSpace() {
        while let byte = peek(), byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { position += 1 }
    }

    mutating func expect(_ word: StaticString) throws(JSONError) {
        let start = position
        for at in 0..<word.utf8CodeUnitCount {
            guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: position) }
            guard byte == word.utf8Start[at] else { throw JSONError(.invalidLiteral, at: start) }
            position += 1
        }
    }

    /// Reads a number as RFC 8259 spells it.
    mutating func readNumber() throws(JSONError) -> (text: String, isInteger: Bool) {
        let start = position
        var isInteger = true
        if peek() == UInt8(ascii: "-") { position += 1 }
        if peek() == UInt8(ascii: "0") {
            position += 1
        } else {
            guard skipDigits() > 0 else { throw JSONError(.invalidNumber, at: start) }
        }
        if let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") {
            throw JSONError(.invalidNumber, at: start)
        }
        if peek() == UInt8(ascii: ".") {
            isInteger = false
            position += 1
            guard skipDigits() > 0 else { throw JSONError(.invalidNumber, at: start) }
        }
        if let byte = peek(), byte == UInt8(ascii: "e") || byte == UInt8(ascii: "E") {
            isInteger = false
            position += 1
            if let sign = peek(), sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-") { position += 1 }
            guard skipDigits() > 0 else { throw JSONError(.invalidNumber, at: start) }
        }
        return (String(decoding: bytes[start..<position], as: UTF8.self), isInteger)
    }

    private mutating func skipDigits() -> Int {
        let start = position
        while let byte = peek(), byte >= UInt8(ascii: "0"), byte <= UInt8(ascii: "9") { position += 1 }
        return position - start
    }

    /// Reads a string from its opening quote to behind its closing one; the decoded bytes are appended.
    mutating func readString(into output: inout [UInt8]) throws(JSONError) {
        position += 1
        while true {
            guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: position) }
            switch byte {
            case UInt8(ascii: "\""):
                position += 1
                return
            case UInt8(ascii: "\\"):
                try readEscape(into: &output)
            case 0..<0x20:
                throw JSONError(.controlCharacter(byte), at: position)
            case 0..<0x80:
                output.append(byte)
                position += 1
            default:
                let length = sequenceLength()
                guard length > 0 else { throw JSONError(.invalidUTF8, at: position) }
                output.append(contentsOf: bytes[position..<position + length])
                position += length
            }
        }
    }

    private mutating func readEscape(into output: inout [UInt8]) throws(JSONError) {
        let start = position
        position += 1
        guard let byte = peek() else { throw JSONError(.unexpectedEnd, at: position) }
        position += 1
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): output.append(byte)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "u"): try readUnicode(from: start, into: &output)
        default: throw JSONError(.invalidEscape, at: start)
        }
    }

    private mutating func readUnicode(from start: Int, into output: inout [UInt8]) throws(JSONError) {
        guard let first = readHex() else { throw JSONError(.invalidEscape, at: start) }
        var code = UInt32(first)
        if first >= 0xD800, first < 0xDC00 {
            // As simdjson: a surrogate that stands alone is an error, never a replacement character.
            guard peek() == UInt8(ascii: "\\") else { throw JSONError(.invalidEscape, at: start) }
            position += 1
            guard peek() == UInt8(ascii: "u") else { throw JSONError(.invalidEscape, at: start) }
            position += 1
            guard let second = readHex(), second >= 0xDC00, second < 0xE000 else {
                throw JSONError(.invalidEscape, at: start)
            }
            code = 0x10000 + (UInt32(first - 0xD800) << 10 | UInt32(second - 0xDC00))
        }
        guard let scalar = Unicode.Scalar(code) else { throw JSONError(.invalidEscape, at: start) }
        output.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    }

    private mutating func readHex() -> UInt16? {
        guard position + 4 <= bytes.count else { return nil }
        var value: UInt16 = 0
        for at in position..<position + 4 {
            guard let digit = Character(UnicodeScalar(bytes[at])).hexDigitValue, bytes[at] < 0x80 else { return nil }
            value = value << 4 | UInt16(digit)
        }
        position += 4
        return value
    }

    /// The length of the well-formed UTF-8 sequence here (Unicode 15, table 3-7), or 0.
    private func sequenceLength() -> Int {
        let lead = bytes[position]
        let length: Int
        var second: ClosedRange<UInt8> = 0x80...0xBF
        switch lead {
        case 0xC2...0xDF: length = 2
        case 0xE0: (length, second) = (3, 0xA0...0xBF)
        case 0xE1...0xEC, 0xEE...0xEF: length = 3
        case 0xED: (length, second) = (3, 0x80...0x9F)
        case 0xF0: (length, second) = (4, 0x90...0xBF)
        case 0xF1...0xF3: length = 4
        case 0xF4: (length, second) = (4, 0x80...0x8F)
        default: return 0
        }
        guard position + length <= bytes.count, second.contains(bytes[position + 1]) else { return 0 }
        for at in position + 2..<max(position + 2, position + length) where !(0x80...0xBF).contains(bytes[at]) {
            return 0
        }
        return length
    }
}
