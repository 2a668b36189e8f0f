import Foundation
import SecurityEvents
import Testing

@testable import Ledger

@Suite("The hash of an entry")
struct EntryDigestTests {
    @Test("is the SHA-256 of the documented bytes")
    func documentedEncoding() {
        // Worked out by another program (Python's hashlib) from docs/ledger.md.
        let hash = EntryDigest.hash(
            previous: .origin, sequence: 1, recorded: Timestamp(nanoseconds: 1_000_000_000), kind: "note",
            payload: Array(#"{"author":null,"subject":null,"text":"hello"}"#.utf8))
        #expect(hash.description == "b2d0e7be26f494323e95b710f0247d54e20fc8a4f6539d019437c6cf4cf13f34")
    }

    @Test("differs when any field differs")
    func everyFieldCounts() {
        func hash(
            _ previous: LedgerHash = .origin, _ sequence: Int64 = 1, _ recorded: Int64 = 2, _ kind: String = "gap",
            _ payload: String = "x"
        ) -> LedgerHash {
            EntryDigest.hash(
                previous: previous, sequence: sequence, recorded: Timestamp(nanoseconds: recorded), kind: kind,
                payload: Array(payload.utf8))
        }
        let all = [hash(), hash(hash()), hash(.origin, 2), hash(.origin, 1, 3), hash(.origin, 1, 2, "ga", "px")]
        #expect(Set(all + [hash(.origin, 1, 2, "gap", "y"), hash(.origin, 1, 2, "gapx", "")]).count == 7)
    }

    @Test("is read back from its hexadecimal digits, and from nothing else")
    func hexadecimal() {
        let hash = EntryDigest.hash(
            previous: .origin, sequence: 7, recorded: Timestamp(nanoseconds: 7), kind: "gap", payload: [])
        #expect(LedgerHash(hex: hash.description) == hash)
        #expect(LedgerHash(hex: hash.description.uppercased()) == hash)
        #expect(LedgerHash(hex: hash.description.dropLast()) == nil)
        #expect(LedgerHash(hex: String(repeating: "g", count: 64)) == nil)
        #expect(LedgerHash([1, 2, 3]) == nil)
    }

    @Test(
        "a head is read back from its text, and from nothing else",
        arguments: ["", ":", "1", "1:", "-1:\(LedgerHash.origin)", "x:\(LedgerHash.origin)", "1:\(LedgerHash.origin)0"])
    func headText(text: String) {
        #expect(LedgerHead(text) == nil)
        let head = LedgerHead(sequence: 42, hash: .origin)
        #expect(LedgerHead(head.description) == head)
    }
}
