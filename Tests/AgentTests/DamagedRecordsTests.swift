import EventSources
import Ledger
import SecurityEvents
import TestSupport
import Testing

@testable import Agent

@Suite("Damaged records")
struct DamagedRecordsTests {
    static let now = Timestamp(nanoseconds: 1_795_456_333_000_000_000)

    @Test("the first of a minute are gaps by themselves, all others of it are one with their number")
    func bounded() {
        var damaged = DamagedRecords()
        let start = ContinuousClock.now
        let told = (1...500).compactMap { number in
            damaged.note(1, in: "a.log", "line \(number): broken", at: start, now: Self.now)
        }
        #expect(told.count == 10)
        #expect(told.first?.reason == "a record could not be read: line 1: broken")
        #expect(damaged.note(1, in: "b.log", "line 1: broken", at: start, now: Self.now) != nil)
        #expect(damaged.due(at: start + .seconds(59), now: Self.now).isEmpty)
        let rest = damaged.due(at: start + .seconds(60), now: Self.now)
        #expect(rest.map(\.estimate) == [490])
        #expect(rest.first?.reason == "490 records could not be read, the first: line 11: broken")
        #expect(damaged.due(at: start + .seconds(120), now: Self.now).isEmpty)
        #expect(damaged.note(2, in: "a.log", "line 501: broken", at: start, now: Self.now)?.estimate == 2)
    }

    @Test("at the end nothing waits for its minute")
    func end() {
        var damaged = DamagedRecords()
        for _ in 0..<12 { _ = damaged.note(3, in: "a.log", "x", at: .now, now: Self.now) }
        #expect(damaged.due(at: nil, now: Self.now).map(\.estimate) == [6])
    }

    @Test("a torn record is a gap in the ledger beside the whole one behind it; a line of another program is none")
    func torn() async throws {
        let lines = [
            String(HuntTests.audit("torn").prefix(120)) + HuntTests.audit("a"),
            "I1126 08:00:00 a line of another program",
            #"{"some":"other JSON"}"#, HuntTests.audit("b"),
            #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","verb":tru}"#,
        ]
        let items = lines.enumerated().map { number, line in
            SourceItem.record(
                SourceRecord(
                    bytes: Array(line.utf8), format: nil, position: SourcePosition(name: "audit.log", line: number + 1))
            )
        }
        let ledger = MemoryLedger()
        let writer = LedgerWriter(store: ledger)
        _ = try await Watch(judge: WatchTests.Each(), ledger: writer).run([WatchTests.Played(items: items)]) { _ in }
        var names: [String] = []
        var gaps: [Gap] = []
        for entry in await ledger.entries {
            if case .deployment(let event) = entry, let name = event.workload?.name { names.append(name) }
            if case .gap(let gap) = entry { gaps.append(gap) }
        }
        #expect(names == ["a", "b"])
        #expect(gaps.map(\.source) == ["audit.log", "audit.log"])
        #expect(gaps.map(\.estimate) == [1, 1])
        #expect(gaps.first?.reason.hasPrefix("a record could not be read: line 1: not JSON: ") == true)
        #expect(gaps.last?.reason == "a record could not be read: line 5: not JSON: invalid literal")
    }
}
