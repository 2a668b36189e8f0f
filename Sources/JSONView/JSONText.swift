import CSimdjson

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The bytes of a string in a parsed document, seen in place.
///
/// Valid while the document it was read from is alive and not parsed into again.
public struct JSONText: BitwiseCopyable {
    /// The first byte of the decoded text (UTF-8, escapes already resolved).
    public let start: UnsafePointer<UInt8>
    /// How many bytes the text has.
    public let count: Int

    /// Makes a view of bytes that somebody else keeps alive.
    @inlinable
    public init(start: UnsafePointer<UInt8>, count: Int) {
        self.start = start
        self.count = count
    }

    /// Whether the text has no bytes.
    @inlinable
    public var isEmpty: Bool { count == 0 }

    /// The bytes of the text.
    @inlinable
    public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: count) }

    /// Whether the bytes are those of a literal.
    @inlinable @inline(__always)
    public static func == (text: JSONText, literal: StaticString) -> Bool {
        // The literal's length, because it is known when compiled: a few loads take the place of the call.
        let length = literal.utf8CodeUnitCount
        return text.count == length && memcmp(text.start, literal.utf8Start, length) == 0
    }

    /// Whether the bytes are not those of a literal.
    @inlinable
    public static func != (text: JSONText, literal: StaticString) -> Bool { !(text == literal) }

    /// Whether the text begins with a literal.
    @inlinable
    public func hasPrefix(_ literal: StaticString) -> Bool {
        count >= literal.utf8CodeUnitCount && memcmp(start, literal.utf8Start, literal.utf8CodeUnitCount) == 0
    }

    /// Whether the text ends with a literal.
    @inlinable
    public func hasSuffix(_ literal: StaticString) -> Bool {
        let length = literal.utf8CodeUnitCount
        return count >= length && memcmp(start + (count - length), literal.utf8Start, length) == 0
    }

    /// Whether a literal stands anywhere in the text.
    public func contains(_ literal: StaticString) -> Bool {
        csimdjson_contains(start, count, literal.utf8Start, literal.utf8CodeUnitCount)
    }

    /// Whether another text stands anywhere in the text.
    public func contains(_ other: JSONText) -> Bool {
        csimdjson_contains(start, count, other.start, other.count)
    }

    /// The part of the text that begins at a byte position.
    @inlinable
    public func dropFirst(_ length: Int) -> JSONText {
        let cut = Swift.min(Swift.max(0, length), count)
        return JSONText(start: start + cut, count: count - cut)
    }

    /// The first so many bytes of the text.
    @inlinable
    public func prefix(_ length: Int) -> JSONText {
        JSONText(start: start, count: Swift.min(Swift.max(0, length), count))
    }

    /// The position of the first occurrence of a byte.
    @inlinable
    public func firstIndex(of byte: UInt8) -> Int? {
        guard count > 0, let found = memchr(start, Int32(byte), count) else { return nil }
        return UnsafeRawPointer(found) - UnsafeRawPointer(start)
    }
}

extension JSONText: Hashable {
    @inlinable
    public static func == (left: JSONText, right: JSONText) -> Bool {
        left.count == right.count && (left.start == right.start || memcmp(left.start, right.start, left.count) == 0)
    }

    @inlinable
    public func hash(into hasher: inout Hasher) {
        hasher.combine(bytes: UnsafeRawBufferPointer(bytes))
    }
}

extension JSONText: CustomStringConvertible {
    /// A copy of the text.
    public var description: String { String(self) }
}

extension String {
    /// Copies the text out of its document.
    @inlinable
    public init(_ text: JSONText) {
        self = String(decoding: text.bytes, as: UTF8.self)
    }
}
