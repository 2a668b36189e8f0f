import Crypto
import JSONView
import PlatformAPIs
import SecurityEvents

/// What is remembered of an object, in memory and beside the ledger, to tell after a restart what became of it.
struct KnownObject: Equatable, Sendable {
    /// Tells two states of what it runs apart: half of a SHA-256, as whoever makes an object could make two that share a
    /// weaker sum.
    struct Fingerprint: Hashable, Sendable {
        private let high: UInt64
        private let low: UInt64

        /// Sums up what an object runs.
        init(of object: JSONValue) {
            let digest = Array(SHA256.hash(data: RunningPart.text(of: object)))
            self.init(Self.number(digest[0..<8]), Self.number(digest[8..<16]))
        }

        /// Reads what `hex` wrote.
        init?(hex: Substring) {
            guard hex.utf8.count == 32, let high = UInt64(hex.prefix(16), radix: 16),
                let low = UInt64(hex.suffix(16), radix: 16)
            else { return nil }
            self.init(high, low)
        }

        private init(_ high: UInt64, _ low: UInt64) {
            self.high = high
            self.low = low
        }

        var hex: String { Self.hex(high) + Self.hex(low) }

        private static func number(_ bytes: ArraySlice<UInt8>) -> UInt64 { bytes.reduce(0) { $0 << 8 | UInt64($1) } }

        private static func hex(_ number: UInt64) -> String {
            let digits = String(number, radix: 16)
            return String(repeating: "0", count: 16 - digits.count) + digits
        }
    }

    /// What it runs.
    var fingerprint: Fingerprint
    /// Its namespace and name, for the day when it is missing from a list.
    var namespace: String
    var name: String

    /// The object as it is kept.
    var bytes: [UInt8] { Array("\(fingerprint.hex)\n\(namespace)\n\(name)".utf8) }

    /// Remembers an object.
    init(fingerprint: Fingerprint, namespace: String, name: String) {
        self.fingerprint = fingerprint
        self.namespace = namespace
        self.name = name
    }

    /// Reads what `bytes` wrote; nil where it makes no sense.
    init?(_ bytes: [UInt8]) {
        guard bytes.count <= 4096 else { return nil }
        let lines = String(decoding: bytes, as: UTF8.self).split(
            separator: "\n", maxSplits: 2, omittingEmptySubsequences: false)
        guard lines.count == 3, let fingerprint = Fingerprint(hex: lines[0]) else { return nil }
        self.init(fingerprint: fingerprint, namespace: String(lines[1]), name: String(lines[2]))
    }
}
