#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif
import CRE2
import JSONView

extension JSONText {
    /// Whether the text begins with another.
    @inline(__always)
    func hasPrefix(_ other: JSONText) -> Bool {
        count >= other.count && memcmp(start, other.start, other.count) == 0
    }

    /// Whether the text ends with another.
    @inline(__always)
    func hasSuffix(_ other: JSONText) -> Bool {
        count >= other.count && memcmp(start + (count - other.count), other.start, other.count) == 0
    }

    /// Whether another text stands anywhere in the text.
    @inline(__always)
    func contains(_ other: JSONText) -> Bool {
        firstIndex(of: other) != nil
    }

    /// The position of the first occurrence of another text at or after a byte.
    func firstIndex(of other: JSONText, from: Int = 0) -> Int? {
        guard from >= 0, from <= count else { return nil }
        let found = cel_find(start + from, count - from, other.start, other.count)
        return found < 0 ? nil : from + found
    }

    /// The position of the last occurrence of another text.
    func lastIndex(of other: JSONText) -> Int? {
        // Backwards, the last is the first: the search takes linear time in both directions.
        let (text, part) = (Array(bytes.reversed()), Array(other.bytes.reversed()))
        let found = text.withUnsafeBufferPointer { text in
            part.withUnsafeBufferPointer { part -> Int? in
                guard let text = text.baseAddress, let part = part.baseAddress else { return nil }
                return JSONText(start: text, count: count).firstIndex(of: JSONText(start: part, count: other.count))
            }
        }
        return found.map { count - $0 - other.count }
    }

    /// The byte at which a Unicode scalar begins; the length where there are not so many.
    func offset(ofScalar position: Int) -> Int {
        var (scalars, at) = (0, 0)
        while at < count {
            if start[at] & 0xC0 != 0x80 {
                if scalars == position { return at }
                scalars += 1
            }
            at += 1
        }
        return count
    }

    /// How many Unicode scalars the text has.
    var scalarCount: Int {
        var scalars = 0
        for byte in bytes where byte & 0xC0 != 0x80 { scalars += 1 }
        return scalars
    }

    /// The Unicode scalars of the text.
    var scalars: [Unicode.Scalar] { Array(String(self).unicodeScalars) }

    /// The part of the text between two bytes.
    func part(_ range: Range<Int>) -> JSONText { JSONText(start: start + range.lowerBound, count: range.count) }
}
