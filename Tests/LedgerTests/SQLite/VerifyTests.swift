import Foundation
import GRDB
import SecurityEvents
import TestSupport
import Testing

@testable import Ledger

@Suite("Verifying a ledger")
struct VerifyTests {
    /// A change that somebody made to the file behind the ledger's back, and what must be said about it.
    struct Tampering: Sendable, CustomTestStringConvertible {
        var sql: String
        var fault: LedgerFault
        var testDescription: String { sql }

        init(_ sql: String, _ sequence: Int64, _ reason: LedgerFault.Reason) {
            self.sql = sql
            fault = LedgerFault(sequence: sequence, reason: reason)
        }
    }

    @Test(
        "names the first broken entry and why",
        arguments: [
            Tampering(
                "UPDATE entry SET payload = replace(payload, 'alice', 'mallo') WHERE sequence = 2", 2, .contentChanged),
            Tampering("UPDATE entry SET payload = x'' WHERE sequence = 3", 3, .contentChanged),
            Tampering("UPDATE entry SET recorded = recorded + 1 WHERE sequence = 4", 4, .contentChanged),
            Tampering("UPDATE entry SET kind = 'note' WHERE sequence = 3", 3, .contentChanged),
            Tampering("UPDATE entry SET hash = zeroblob(32) WHERE sequence = 2", 2, .contentChanged),
            Tampering("UPDATE entry SET hash = zeroblob(31) WHERE sequence = 2", 2, .unreadable),
            Tampering("UPDATE entry SET previous = zeroblob(32) WHERE sequence = 2", 2, .previousHash),
            Tampering("DELETE FROM entry WHERE sequence = 1", 1, .missing(through: 1)),
            Tampering("DELETE FROM entry WHERE sequence IN (2, 3)", 2, .missing(through: 3)),
            Tampering("UPDATE entry SET sequence = 0 WHERE sequence = 1", 0, .contentChanged),
            Tampering("UPDATE entry SET actor = 'somebody' WHERE sequence = 2", 2, .columns(["actor"])),
            Tampering("UPDATE entry SET level = 'low', key = NULL WHERE sequence = 2", 2, .columns(["key", "level"])),
            Tampering("UPDATE entry SET time = NULL WHERE sequence = 1", 1, .columns(["time"])),
            Tampering("DELETE FROM entry WHERE sequence > 2", 3, .cutOff(recorded: 4)),
            Tampering("DELETE FROM entry", 1, .cutOff(recorded: 4)),
            Tampering("DELETE FROM head", 4, .headMissing),
            Tampering("UPDATE head SET sequence = 3", 4, .headDiffers),
            Tampering("UPDATE head SET hash = zeroblob(32)", 4, .headDiffers),
        ])
    func tampering(case it: Tampering) async throws {
        let folder = try ScratchFolder()
        try await folder.ledger().close()
        try folder.tamper(
            "ledger",
            it.sql.replacing("replace(payload", with: "CAST(replace(CAST(payload AS TEXT)")
                .replacing("'mallo')", with: "'mallo') AS BLOB)"))
        let ledger = try SQLiteLedger(path: folder.file("ledger"), access: .read, now: noon)
        let result = try await ledger.verify()
        #expect(result.fault == it.fault)
        #expect(result.verified < max(1, it.fault.sequence) || result.verified == 4)
    }

    @Test("any byte changed in a payload is noticed")
    func everyByte() async throws {
        let folder = try ScratchFolder()
        try await folder.ledger().close()
        let queue = try DatabaseQueue(path: folder.file("ledger"))
        let read = try await queue.read { try Data.fetchOne($0, sql: "SELECT payload FROM entry WHERE sequence = 3") }
        let payload = try #require(read)
        try queue.close()
        for at in payload.indices {
            var changed = payload
            changed[at] ^= 0x01
            try folder.tamper("ledger", "UPDATE entry SET payload = ? WHERE sequence = 3", [changed])
            let ledger = try SQLiteLedger(path: folder.file("ledger"), access: .read, now: noon)
            #expect(try await ledger.verify().fault == LedgerFault(sequence: 3, reason: .contentChanged))
        }
    }

    @Test("a cut-off end is not covered up by appending")
    func cutThenAppended() async throws {
        let folder = try ScratchFolder()
        try await folder.ledger().close()
        try folder.tamper("ledger", "DELETE FROM entry WHERE sequence = 4")
        let ledger = try SQLiteLedger(path: folder.file("ledger"), now: noon)
        #expect(try await ledger.append([.finding(.sample(id: "after"))]).head.sequence == 5)
        #expect(try await ledger.verify().fault == LedgerFault(sequence: 4, reason: .missing(through: 4)))
    }

    @Test("an anchor that was kept elsewhere tells a cut and a rewritten ledger")
    func anchored() async throws {
        let folder = try ScratchFolder()
        let ledger = try await folder.ledger()
        let anchor = AnchorFile(path: folder.file("anchor"))
        #expect(try anchor.read() == nil)
        try anchor.write(try await ledger.head())
        let kept = try #require(try anchor.read())
        #expect(try await ledger.verify(against: kept).fault == nil)
        _ = try await ledger.append([.finding(.sample(id: "more"))])
        #expect(try await ledger.verify(against: kept).fault == nil)

        let rewritten = try SQLiteLedger(path: folder.file("rewritten"), now: noon)
        _ = try await rewritten.append([.finding(.sample(id: "harmless"))])
        #expect(try await rewritten.verify().fault == nil)
        #expect(
            try await rewritten.verify(against: kept).fault == LedgerFault(sequence: 2, reason: .cutOff(recorded: 4)))
        _ = try await rewritten.append((0..<5).map { .finding(.sample(id: "harmless-\($0)")) })
        #expect(
            try await rewritten.verify(against: kept).fault == LedgerFault(sequence: 4, reason: .anchorDiffers))
    }

    @Test("an index that hides an entry is noticed")
    func index() async throws {
        let folder = try ScratchFolder()
        try await folder.ledger().close()
        // The index is told to be one over other rows, without being made anew.
        try folder.tamper(
            "ledger",
            """
            PRAGMA writable_schema = ON;
            UPDATE sqlite_schema SET sql = replace(sql, 'rule IS NOT NULL', 'rule IS NULL') WHERE name = 'entry_rule';
            """)
        let ledger = try SQLiteLedger(path: folder.file("ledger"), access: .read, now: noon)
        let result = try await ledger.verify()
        #expect(result.verified == 4)
        guard case .file = result.fault?.reason else {
            Issue.record("\(String(describing: result.fault))")
            return
        }
    }

    @Test("an anchor file that holds something else is said")
    func badAnchor() throws {
        let folder = try ScratchFolder()
        let anchor = AnchorFile(path: try folder.write("anchor", Array("hello".utf8)))
        #expect(throws: LedgerError.self) { try anchor.read() }
    }
}
