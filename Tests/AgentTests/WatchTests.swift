import EventSources
import Ledger
import LogLines
import PlatformAPIs
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("Following live sources", .timeLimit(.minutes(2)))
struct WatchTests {
    /// Tells what it was given, and ends.
    struct Played: EventSource {
        let name = "played"
        let items: [SourceItem]

        func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
            for item in items { try await emit(item) }
        }
    }

    static func record(_ name: String, line: Int = 1) -> SourceItem {
        .record(
            SourceRecord(
                bytes: Array(HuntTests.audit(name).utf8), format: .kubernetesAudit,
                position: SourcePosition(name: "played", line: line)))
    }

    @Test("what stands before a mark is in the ledger when the mark is kept")
    func marks() async throws {
        let ledger = MemoryLedger()
        let kept = Seen()
        let mark = SourceMark(number: 1) { kept.set(await ledger.entries.count) }
        let source = Played(items: [
            Self.record("a"), Self.record("b", line: 2), .mark(mark), Self.record("c", line: 3),
        ])
        let watch = Watch(judge: Silent(), ledger: LedgerWriter(store: ledger))
        _ = try await watch.run([source]) { _ in }
        #expect(kept.value == 2)
        #expect(await ledger.entries.count == 3)
    }

    @Test("a gap that looks as if somebody made it is a finding, others are gaps only", arguments: [true, false])
    func suspicious(isSuspicious: Bool) async throws {
        let moment = Timestamp(nanoseconds: 1_795_456_333_000_000_000)
        let gap = Gap(source: "played", from: moment, to: moment, reason: "cut", isSuspicious: isSuspicious)
        let ledger = MemoryLedger()
        let watch = Watch(judge: Silent(), ledger: LedgerWriter(store: ledger))
        var findings: [Finding] = []
        _ = try await watch.run([Played(items: [Self.record("a"), .gap(gap)])]) { output in
            if case .finding(let finding) = output { findings.append(finding) }
        }
        #expect(findings.map(\.message) == (isSuspicious ? ["played: cut"] : []))
        #expect(findings.allSatisfy { $0.source == .kubernetesAudit && $0.level == .high })
        let entries = await ledger.entries
        #expect(entries.contains(.gap(gap)))
        #expect(entries.contains { $0.kind == .finding } == isSuspicious)
    }

    @Test("an agent that ends without a word, anywhere, has each event in its ledger once after it starts again")
    func restarts() async throws {
        let folder = try ScratchFolder()
        let log = try folder.write("audit.log", [])
        let ledger = MemoryLedger()
        let total = 60
        for number in 0..<total { try folder.append("audit.log", HuntTests.audit("p\(number)") + "\n") }
        var runs = 0
        while await Set(ledger.entries.compactMap(\.key)).count < total {
            runs += 1
            // Killed after a few more records each time: nothing is flushed or kept but what a mark made so.
            let writer = LedgerWriter(store: ledger, limits: .init(entries: 7), sleep: { _ in })
            let source = FollowedFile(
                path: log, from: .beginning, format: .kubernetesAudit,
                positions: try PositionFile(path: folder.file("positions")))
            await #expect(throws: Killed.self) {
                _ = try await Watch(judge: Silent(), ledger: writer).run([Until(source: source, records: runs * 9)]) {
                    _ in
                }
            }
        }
        #expect(await ledger.entries.count == total)
        #expect(runs > 1)
    }

    /// A number that is seen elsewhere.
    final class Seen: Sendable {
        private let number = Mutex(0)

        var value: Int { number.withLock { $0 } }
        func set(_ value: Int) { number.withLock { $0 = value } }
    }

    /// Says nothing.
    struct Silent: Judge {
        mutating func judge(_ event: borrowing Event) -> [Finding] { [] }
    }

    /// Counts down.
    final class Countdown: Sendable {
        private let left: Mutex<Int>

        init(_ count: Int) { left = Mutex(count) }

        func isOver() -> Bool {
            left.withLock { left in
                left -= 1
                return left <= 0
            }
        }
    }

    /// The end of the process.
    struct Killed: Error {}

    /// A source that ends with an error after so many records, as a killed process does, or when it has told all.
    struct Until: EventSource {
        let source: FollowedFile
        let records: Int
        var name: String { source.name }

        func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
            let left = Countdown(records)
            try await source.run { item in
                try await emit(item)
                // A mark comes when all was told: the process may end there too, before or after it is kept.
                if case .mark = item { throw Killed() }
                if case .record = item, left.isOver() { throw Killed() }
            }
        }
    }
}
