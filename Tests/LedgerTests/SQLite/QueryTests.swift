import Foundation
import SecurityEvents
import TestSupport
import Testing

@testable import Ledger

@Suite("Looking into a ledger")
struct QueryTests {
    private let folder: ScratchFolder

    init() throws { folder = try ScratchFolder() }

    private func numbers(_ ask: (inout LedgerQuery) -> Void) async throws -> [Int64] {
        let ledger = try await ScratchFolder().ledger()
        var query = LedgerQuery()
        query.order = .oldestFirst
        ask(&query)
        return try await ledger.entries(matching: query).map(\.sequence)
    }

    @Test("kinds and levels restrict")
    func kinds() async throws {
        #expect(try await numbers { $0.kinds = [.finding, .note] } == [2, 4])
        #expect(try await numbers { $0.level = .medium } == [2])
        #expect(try await numbers { $0.level = .critical } == [])
    }

    @Test("times are those of the event, else of the recording")
    func times() async throws {
        #expect(try await numbers { $0.since = Timestamp("2026-11-23T13:35:10Z") } == [1])
        #expect(try await numbers { $0.until = Timestamp("2026-11-23T13:35:10Z") } == [2, 3, 4])
    }

    @Test(
        "a subject is an id, a name, a person or a key",
        arguments: [
            ("web", [1, 2] as [Int64]), ("shop", [2]), ("w-1", [2]), ("alice", [2]), ("bob", [1]), ("f-1", [2, 4]),
            ("e-1", [1]), ("docker", [3]), ("carol", [4]), ("abababababab", [1]), ("ababab", []),
            (String(repeating: "ab", count: 32), [1]), ("'", []),
        ])
    func subjects(subject: String, found: [Int64]) async throws {
        #expect(try await numbers { $0.subject = subject } == found)
    }

    @Test("a rule is named by its identifier or its name")
    func rules() async throws {
        #expect(try await numbers { $0.rule = "container-privileged" } == [2])
        #expect(try await numbers { $0.rule = "0e6f1f52-6d5c-4c5f-9a51-3a9a7e3f4b10" } == [2])
    }

    @Test("pages follow one another in both directions")
    func pages() async throws {
        let ledger = try await folder.ledger(findings: 21)
        for order in [LedgerQuery.Order.newestFirst, .oldestFirst] {
            var query = LedgerQuery()
            query.order = order
            query.limit = 10
            var seen: [Int64] = []
            while true {
                let page = try await ledger.entries(matching: query)
                guard let last = page.last else { break }
                seen += page.map(\.sequence)
                query.after = last.sequence
            }
            #expect(seen == (order == .newestFirst ? Array((1...25).reversed()) : Array(1...25)))
        }
    }

    @Test("one entry is shown by its number or its key")
    func one() async throws {
        let ledger = try await folder.ledger()
        #expect(try await ledger.entry(sequence: 2)?.entry == .finding(.sample()))
        #expect(try await ledger.entry(sequence: 99) == nil)
        #expect(try await ledger.entry(key: "f-1")?.sequence == 2)
        #expect(try await ledger.entry(key: "e-1")?.sequence == 1)
        #expect(try await ledger.entry(key: "none") == nil)
    }
}
