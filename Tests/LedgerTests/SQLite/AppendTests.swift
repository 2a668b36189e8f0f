import Foundation
import GRDB
import SecurityEvents
import TestSupport
import Testing

@testable import Ledger

@Suite("Appending to a ledger")
struct AppendTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    @Test("keeps every kind of entry as it was given")
    func roundTrip() async throws {
        let ledger = try SQLiteLedger(path: folder.file("ledger"), now: noon)
        let position = try await ledger.append(oneOfEach)
        #expect(position.appended == 4)
        #expect(position.head.sequence == 4)
        var query = LedgerQuery()
        query.order = .oldestFirst
        let kept = try await ledger.entries(matching: query)
        #expect(kept.map(\.entry) == oneOfEach)
        #expect(kept.map(\.sequence) == [1, 2, 3, 4])
        #expect(kept.allSatisfy { $0.recorded == noon() })
        #expect(kept.last?.hash == position.head.hash)
        #expect(try await ledger.verify() == LedgerVerification(verified: 4, head: position.head))
    }

    @Test("passes over findings and events that it has, and says how many")
    func idempotent() async throws {
        let ledger = try await folder.ledger()
        let batch: [LedgerEntry] = [
            .finding(.sample()), .finding(.sample(id: "f-2")), .finding(.sample(id: "f-2")), .deployment(.sample()),
        ]
        let position = try await ledger.append(batch)
        #expect(position.appended == 1)
        #expect(position.known == 3)
        #expect(try await ledger.head() == position.head)
        let again = try await ledger.append(batch)
        #expect(again == LedgerPosition(head: position.head, appended: 0, known: 4))
    }

    @Test("keeps events without a key, and a finding and an event of one key")
    func keysAreOfAKind() async throws {
        let ledger = try SQLiteLedger(path: folder.file("ledger"), now: noon)
        let batch: [LedgerEntry] = [
            .deployment(.sample(key: nil)), .deployment(.sample(key: nil)), .deployment(.sample(key: "same")),
            .finding(.sample(id: "same")),
        ]
        #expect(try await ledger.append(batch).appended == 4)
    }

    @Test("an empty batch changes nothing")
    func emptyBatch() async throws {
        let ledger = try SQLiteLedger(path: folder.file("ledger"), now: noon)
        #expect(try await ledger.append([]) == LedgerPosition(head: .origin, appended: 0, known: 0))
        #expect(try await ledger.verify().fault == nil)
    }

    @Test("goes on where the ledger was closed")
    func reopened() async throws {
        try await folder.ledger().close()
        let ledger = try SQLiteLedger(path: folder.file("ledger"), now: noon)
        #expect(try await ledger.append([.finding(.sample(id: "later"))]).head.sequence == 5)
        #expect(try await ledger.verify().fault == nil)
    }

    @Test("texts with NUL, controls and quotes are found and verified")
    func hostileTexts() async throws {
        let ledger = try SQLiteLedger(path: folder.file("ledger"), now: noon)
        let name = "a\0b\u{1B}[31m'; DROP TABLE entry; --\u{202E}"
        _ = try await ledger.append([.finding(.sample(id: name, namespace: name))])
        #expect(try await ledger.append([.finding(.sample(id: name, namespace: name))]).known == 1)
        var query = LedgerQuery()
        query.subject = name
        #expect(
            try await ledger.entries(matching: query).map(\.entry) == [.finding(.sample(id: name, namespace: name))])
        #expect(try await ledger.verify().fault == nil)
    }

    @Test("waits for the disk: full synchronization on the write-ahead log")
    func durable() async throws {
        let ledger = try SQLiteLedger(path: folder.file("ledger"), now: noon)
        let pool = try #require(ledger.reader as? DatabasePool)
        let (journal, synchronous) = try await pool.writeWithoutTransaction { database in
            (
                try String.fetchOne(database, sql: "PRAGMA journal_mode"),
                try Int.fetchOne(database, sql: "PRAGMA synchronous")
            )
        }
        #expect(journal == "wal")
        #expect(synchronous == 2)
    }

    @Test("a full disk is said, loses nothing acknowledged and breaks nothing")
    func diskFull() async throws {
        let ledger = try SQLiteLedger(path: folder.file("ledger"), access: .append, patience: 1, now: noon) {
            try $0.execute(sql: "PRAGMA max_page_count = 40")
        }
        var acknowledged: Int64 = 0
        await #expect(throws: LedgerError.diskFull(path: folder.file("ledger"))) {
            for number in 0..<1000 {
                let batch = (0..<8).map { LedgerEntry.finding(.sample(id: "\(number)-\($0)")) }
                acknowledged = try await ledger.append(batch).head.sequence
            }
        }
        let result = try await ledger.verify()
        #expect(acknowledged > 0)
        #expect(result.verified == acknowledged)
        #expect(result.fault == nil)
    }
}
