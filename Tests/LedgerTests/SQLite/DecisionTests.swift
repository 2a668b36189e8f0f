import SecurityEvents
import TestSupport
import Testing

@testable import Ledger

@Suite("A gate's decisions in the ledger")
struct DecisionTests {
    @Test("are kept as they were made, once, and are found by their id and their rule")
    func kept() async throws {
        let folder = try ScratchFolder()
        let ledger = try SQLiteLedger(path: folder.file("ledger"), now: noon)
        _ = try await ledger.append([sampleDecision])
        #expect(try await ledger.append([sampleDecision]).known == 1)
        for subject in ["d-1", "web"] {
            var query = LedgerQuery()
            query.subject = subject
            #expect(try await ledger.entries(matching: query).map(\.entry) == [sampleDecision], "\(subject)")
        }
        var query = LedgerQuery()
        query.kinds = [.decision]
        #expect(try await ledger.entries(matching: query).count == 1)
        #expect(try await ledger.verify().fault == nil)
    }
}
