/// Why a text is not JSON as RFC 8259 has it, and where.
public struct JSONError: Error, Equatable, Sendable, CustomStringConvertible {
    /// What was wrong.
    public enum Reason: Equatable, Sendable {
        /// There is no value.
        case empty
        /// The text is longer than the reader takes.
        case tooLarge(limit: Int)
        /// Values nest deeper than the reader takes.
        case tooDeep(limit: Int)
        /// Bytes that are no UTF-8.
        case invalidUTF8
        /// A byte that cannot stand where it does.
        case unexpectedByte(UInt8)
        /// The text ends within a value.
        case unexpectedEnd
        /// A backslash that begins no escape.
        case invalidEscape
        /// A control character within a string.
        case controlCharacter(UInt8)
        /// Digits that are no number.
        case invalidNumber
        /// A word other than `true`, `false` and `null`.
        case invalidLiteral
        /// Something follows the value.
        case trailingData
        /// A name stands twice in an object.
        case duplicateKey(String)
        /// There is no memory for the document.
        case outOfMemory
    }

    /// What was wrong.
    public let reason: Reason
    /// The position of the first wrong byte, from 0.
    public let offset: Int

    /// Makes an error at a byte position.
    public init(_ reason: Reason, at offset: Int) {
        self.reason = reason
        self.offset = offset
    }

    /// The reason and the position in one line.
    public var description: String {
        "\(reason.explanation) at byte \(offset)"
    }
}

extension JSONError.Reason {
    /// What is wrong, without the place.
    package var explanation: String {
        switch self {
        case .empty: "no JSON value"
        case .tooLarge(let limit): "larger than the limit of \(limit) bytes"
        case .tooDeep(let limit): "nested deeper than the limit of \(limit)"
        case .invalidUTF8: "invalid UTF-8"
        case .unexpectedByte(let byte): "unexpected \(Self.show(byte))"
        case .unexpectedEnd: "the text ends inside a value"
        case .invalidEscape: "invalid escape in a string"
        case .controlCharacter(let byte): "unescaped control character \(Self.show(byte)) in a string"
        case .invalidNumber: "invalid number"
        case .invalidLiteral: "invalid literal"
        case .trailingData: "data after the value"
        case .duplicateKey(let key): "duplicate key \(key.debugDescription)"
        case .outOfMemory: "out of memory"
        }
    }

    private static func show(_ byte: UInt8) -> String {
        if byte > 0x20, byte < 0x7F { return "'\(Character(UnicodeScalar(byte)))'" }
        let digits = String(byte, radix: 16, uppercase: true)
        return "byte 0x" + (digits.count < 2 ? "0" + digits : digits)
    }
}
