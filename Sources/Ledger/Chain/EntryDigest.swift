import Crypto
import SecurityEvents

/// What is hashed of an entry, and how: `docs/ledger.md` describes it byte by byte.
enum EntryDigest {
    /// Names this encoding; another encoding gets another name, so that no bytes mean two things.
    static let domain = "tallyman.ledger.entry.v1"

    /// The hash of an entry.
    ///
    /// Each field is written as its length (8 bytes, the most significant first) and its bytes, so that no two entries
    /// have the same encoding.
    static func hash(
        previous: LedgerHash, sequence: Int64, recorded: Timestamp, kind: String, payload: [UInt8]
    ) -> LedgerHash {
        var digest = SHA256()
        digest.add(Array(domain.utf8))
        digest.add(previous.bytes)
        digest.add(bigEndian(UInt64(bitPattern: sequence)))
        digest.add(bigEndian(UInt64(bitPattern: recorded.nanoseconds)))
        digest.add(Array(kind.utf8))
        digest.add(payload)
        return LedgerHash(digest.finalize())
    }

    fileprivate static func bigEndian(_ number: UInt64) -> [UInt8] {
        (0..<8).map { UInt8(truncatingIfNeeded: number >> (56 - 8 * UInt64($0))) }
    }
}

extension SHA256 {
    fileprivate mutating func add(_ field: [UInt8]) {
        update(data: EntryDigest.bigEndian(UInt64(field.count)))
        update(data: field)
    }
}
