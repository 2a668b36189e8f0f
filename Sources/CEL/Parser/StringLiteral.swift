/// Decodes the text of a string or bytes literal, quotes and prefixes included.
struct StringLiteral {
    struct Fault: Error { let message: String }

    private var rest: ArraySlice<UInt8>
    private let isRaw: Bool
    private let isBytes: Bool

    /// The bytes that the literal stands for.
    static func decode(_ text: ArraySlice<UInt8>) throws(Fault) -> [UInt8] {
        var literal = StringLiteral(text)
        return try literal.decode()
    }

    private init(_ text: ArraySlice<UInt8>) {
        let quote = text.firstIndex { $0 == UInt8(ascii: "\"") || $0 == UInt8(ascii: "'") } ?? text.startIndex
        let prefix = text[..<quote].map { $0 | 0x20 }
        isRaw = prefix.contains(UInt8(ascii: "r"))
        isBytes = prefix.contains(UInt8(ascii: "b"))
        let body = text[quote...]
        let isTriple = body.count >= 6 && body.dropFirst().first == body.first && body.dropFirst(2).first == body.first
        rest = body.dropFirst(isTriple ? 3 : 1).dropLast(isTriple ? 3 : 1)
    }

    /// How many bytes an escape sequence takes, and whether it is one; where it is not, the byte after these shows it.
    static func escapeLength(_ bytes: ArraySlice<UInt8>) -> (length: Int, isSound: Bool) {
        func byte(_ offset: Int) -> UInt8 {
            let place = bytes.startIndex + offset
            return place < bytes.endIndex ? bytes[place] : 0
        }
        func digits(_ count: Int, from start: Int, _ isDigit: (UInt8) -> Bool) -> (length: Int, isSound: Bool) {
            for offset in start..<start + count where !isDigit(byte(offset)) { return (offset, false) }
            return (start + count, true)
        }
        func isOctal(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "0") < 8 }
        switch byte(1) {
        case UInt8(ascii: "x"), UInt8(ascii: "X"): return digits(2, from: 2) { $0.hexValue != nil }
        case UInt8(ascii: "u"): return digits(4, from: 2) { $0.hexValue != nil }
        case UInt8(ascii: "U"): return digits(8, from: 2) { $0.hexValue != nil }
        case UInt8(ascii: "0")...UInt8(ascii: "3"): return digits(2, from: 2, isOctal)
        default: return "abfnrtv\"'\\?`".utf8.contains(byte(1)) ? (2, true) : (1, false)
        }
    }

    private mutating func decode() throws(Fault) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(rest.count)
        while let byte = rest.popFirst() {
            switch byte {
            case UInt8(ascii: "\\") where !isRaw: try escape(into: &output)
            case UInt8(ascii: "\r"):
                // Line ends within triple quotes are normalised.
                if rest.first == UInt8(ascii: "\n") { rest.removeFirst() }
                output.append(UInt8(ascii: "\n"))
            default: output.append(byte)
            }
        }
        return output
    }

    private mutating func escape(into output: inout [UInt8]) throws(Fault) {
        guard let letter = rest.popFirst() else { throw Fault(message: "unable to unescape string") }
        switch letter {
        case UInt8(ascii: "a"): output.append(0x07)
        case UInt8(ascii: "b"): output.append(0x08)
        case UInt8(ascii: "f"): output.append(0x0C)
        case UInt8(ascii: "n"): output.append(0x0A)
        case UInt8(ascii: "r"): output.append(0x0D)
        case UInt8(ascii: "t"): output.append(0x09)
        case UInt8(ascii: "v"): output.append(0x0B)
        case UInt8(ascii: "\\"), UInt8(ascii: "'"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "?"):
            output.append(letter)
        case UInt8(ascii: "x"), UInt8(ascii: "X"):
            append(try hexadecimal(2), isByte: true, to: &output)
        case UInt8(ascii: "u"), UInt8(ascii: "U"):
            guard !isBytes else { throw Fault(message: "unable to unescape string") }
            append(try hexadecimal(letter == UInt8(ascii: "u") ? 4 : 8), isByte: false, to: &output)
        case UInt8(ascii: "0")...UInt8(ascii: "3"):
            var value = UInt32(letter &- UInt8(ascii: "0"))
            for _ in 0..<2 {
                guard let digit = rest.popFirst(), digit >= UInt8(ascii: "0"), digit <= UInt8(ascii: "7") else {
                    throw Fault(message: "unable to unescape octal sequence in string")
                }
                value = value * 8 + UInt32(digit &- UInt8(ascii: "0"))
            }
            append(value, isByte: true, to: &output)
        default: throw Fault(message: "unable to unescape string")
        }
    }

    private mutating func hexadecimal(_ digits: Int) throws(Fault) -> UInt32 {
        var value: UInt32 = 0
        for _ in 0..<digits {
            guard let digit = rest.popFirst()?.hexValue else { throw Fault(message: "unable to unescape string") }
            value = value << 4 | UInt32(digit)
        }
        guard Unicode.Scalar(value) != nil else { throw Fault(message: "invalid unicode code point") }
        return value
    }

    private func append(_ value: UInt32, isByte: Bool, to output: inout [UInt8]) {
        if isBytes, isByte {
            output.append(UInt8(truncatingIfNeeded: value))
        } else if let scalar = Unicode.Scalar(value) {
            output.append(contentsOf: Array(String(Character(scalar)).utf8))
        }
    }
}
