package import JSONView

/// A stable 128-bit hash: the same for the same bytes on every machine and in every run.
///
/// It tells facts apart; it does not prove anything (the ledger's chain has SHA-256 for that).
package struct Fingerprint: Hashable, Comparable, Sendable, BitwiseCopyable {
    private var high: UInt64 = 0x6C62_272E_07BB_0142
    private var low: UInt64 = 0x62B8_2175_6295_C58D

    /// The fingerprint of nothing.
    package init() {}

    /// The fingerprint of one text.
    package init(_ text: JSONText) { add(text) }

    /// The fingerprint of one text.
    package init(_ text: String) { add(text) }

    /// Takes in a text and its end, so that parts cannot run into each other.
    package mutating func add(_ text: JSONText) {
        for byte in text.bytes { mix(UInt64(byte) &+ 1) }
        mix(0x1FF)
    }

    /// Takes in a text and its end.
    package mutating func add(_ text: String) { text.withText { add($0) } }

    /// Takes in a number.
    package mutating func add(_ number: UInt64) {
        mix(number & 0xFFFF_FFFF)
        mix(number >> 32 | 1 << 40)
    }

    /// Takes in another fingerprint.
    package mutating func add(_ other: Fingerprint) {
        add(other.high)
        add(other.low)
    }

    // Two FNV-1a lanes with different primes, crossed so that they do not fall together.
    @inline(__always)
    private mutating func mix(_ word: UInt64) {
        low = (low ^ word) &* 0x100_0000_01B3
        high = (high ^ word ^ (low >> 47)) &* 0x9E37_79B9_7F4A_7C15
    }

    /// 32 hexadecimal digits.
    package var hexadecimal: String {
        let (first, second) = finished
        return String(unsafeUninitializedCapacity: 32) { digits in
            for place in 0..<32 {
                let digit = UInt8((place < 16 ? first : second) >> UInt64(60 - place % 16 * 4) & 15)
                digits[place] = digit < 10 ? UInt8(ascii: "0") + digit : UInt8(ascii: "a") + digit - 10
            }
            return 32
        }
    }

    /// Both words with all bits mixed: FNV's last step leaves the upper bits of short inputs weak.
    private var finished: (UInt64, UInt64) { (Self.finish(high ^ low), Self.finish(low &+ (high << 1))) }

    /// The order of ``hexadecimal``.
    package static func < (left: Fingerprint, right: Fingerprint) -> Bool { left.finished < right.finished }

    private static func finish(_ word: UInt64) -> UInt64 {
        var word = (word ^ (word >> 30)) &* 0xBF58_476D_1CE4_E5B9
        word = (word ^ (word >> 27)) &* 0x94D0_49BB_1331_11EB
        return word ^ (word >> 31)
    }

    /// A plain 64-bit hash of bytes.
    static func hash64(_ bytes: Bytes) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        return finish(hash)
    }
}
