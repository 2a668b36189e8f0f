package import JSONView

/// A key for tables in memory: a 128-bit hash that differs from run to run, so that nobody can write a log whose keys collide.
///
/// What is kept or shown has a ``Fingerprint``, which is the same in every run and takes longer.
package struct LookupKey: Hashable, Sendable, BitwiseCopyable {
    @usableFromInline
    static let seeds = (UInt64.random(in: .min ... .max) | 1, UInt64.random(in: .min ... .max) | 1)

    @usableFromInline var high = LookupKey.seeds.0
    @usableFromInline var low = LookupKey.seeds.1

    /// The key of nothing.
    package init() {}

    /// The key of one text.
    package init(_ text: JSONText) { add(text) }

    /// Takes in a text and its end, so that parts cannot run into each other.
    package mutating func add(_ text: JSONText) {
        let bytes = UnsafeRawPointer(text.start)
        var at = 0
        while at + 8 <= text.count {
            mix(bytes.loadUnaligned(fromByteOffset: at, as: UInt64.self))
            at += 8
        }
        var last: UInt64 = 0
        while at < text.count {
            last = last << 8 | UInt64(text.start[at])
            at += 1
        }
        mix(last)
        mix(UInt64(truncatingIfNeeded: text.count) | 1 << 63)
    }

    /// Takes in a text and its end.
    package mutating func add(_ text: String) { text.withText { add($0) } }

    /// Takes in a number.
    @inlinable
    package mutating func add(_ number: UInt64) { mix(number) }

    @inlinable @inline(__always)
    mutating func mix(_ word: UInt64) {
        let one = (high ^ word).multipliedFullWidth(by: 0x9E37_79B9_7F4A_7C15)
        let other = (low &+ word).multipliedFullWidth(by: 0xD6E8_FEB8_6659_FD93)
        high = one.high ^ one.low &+ other.low
        low = other.high ^ other.low ^ one.high
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(low) }

    @inlinable
    package static func == (left: LookupKey, right: LookupKey) -> Bool {
        left.low == right.low && left.high == right.high
    }

    /// The key is a seeded hash already: hashing it once more would only take time.
    @inlinable
    package func _rawHashValue(seed: Int) -> Int { Int(truncatingIfNeeded: low) ^ seed }
}
