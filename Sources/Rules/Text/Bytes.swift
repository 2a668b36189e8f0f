public import JSONView

/// A stretch of bytes that somebody else keeps alive.
package typealias Bytes = UnsafeBufferPointer<UInt8>

extension JSONText {
    /// A text of no bytes.
    @inlinable
    package static var none: JSONText { JSONText("") }

    /// The bytes of a literal, which live as long as the process.
    @inlinable
    package init(_ literal: StaticString) {
        self.init(start: literal.utf8Start, count: literal.utf8CodeUnitCount)
    }

    /// A byte, or 0 behind the end.
    subscript(byte position: Int) -> UInt8 { position >= 0 && position < count ? start[position] : 0 }

    /// The bytes between two positions.
    func slice(_ range: Range<Int>) -> JSONText {
        let low = min(max(0, range.lowerBound), count)
        let high = min(max(low, range.upperBound), count)
        return JSONText(start: start + low, count: high - low)
    }

    /// The text behind a literal prefix; nil where it does not begin with it.
    func dropping(prefix: StaticString) -> JSONText? {
        hasPrefix(prefix) ? dropFirst(prefix.utf8CodeUnitCount) : nil
    }

    /// Whether the text begins with another.
    func hasPrefix(_ other: JSONText) -> Bool { count >= other.count && prefix(other.count) == other }

    /// Whether any of some literals stands in the text.
    func contains(anyOf literals: [StaticString]) -> Bool { literals.contains { contains($0) } }

    /// The parts between occurrences of a byte.
    func split(_ separator: UInt8) -> [JSONText] {
        var parts: [JSONText] = []
        var begin = 0
        for position in 0..<count where start[position] == separator {
            parts.append(slice(begin..<position))
            begin = position + 1
        }
        parts.append(slice(begin..<count))
        return parts
    }
}

extension String {
    /// Lends the string's bytes as a text.
    @inlinable
    package func withText<Result, Failure: Error>(
        _ body: (JSONText) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        var copy = self
        // makeContiguousUTF8 makes the pointer exist; withUTF8 cannot carry a typed error through.
        copy.makeContiguousUTF8()
        let outcome: Swift.Result<Result, Failure> = copy.withUTF8 { bytes in
            let text = bytes.baseAddress.map { JSONText(start: $0, count: bytes.count) } ?? .none
            do throws(Failure) { return .success(try body(text)) } catch { return .failure(error) }
        }
        return try outcome.get()
    }
}

/// What kinds of bytes there are in ASCII text.
enum ASCII {
    static func isDigit(_ byte: UInt8) -> Bool { byte &- 48 < 10 }
    static func isUpper(_ byte: UInt8) -> Bool { byte &- 65 < 26 }
    static func isLower(_ byte: UInt8) -> Bool { byte &- 97 < 26 }
    static func isLetter(_ byte: UInt8) -> Bool { (byte | 0x20) &- 97 < 26 }
    static func isAlphanumeric(_ byte: UInt8) -> Bool { isDigit(byte) || isLetter(byte) }
    static func isSpace(_ byte: UInt8) -> Bool { byte == 32 || byte &- 9 < 5 }

    static func hexDigit(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 48...57: byte - 48
        case 65...70: byte - 55
        case 97...102: byte - 87
        default: nil
        }
    }

    static func lowercased(_ byte: UInt8) -> UInt8 { isUpper(byte) ? byte | 0x20 : byte }
}
