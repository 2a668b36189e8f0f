import Detection
import EventSources
import JSONView
import Ledger
import PlatformAPIs
import Reports
import Rules
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import Agent

/// What the world does to a pipeline that runs for months.
@Suite("Hard times", .timeLimit(.minutes(30)))
struct HardTimesTests {
    // MARK: Garbage

    /// Tells records of no sense between sound ones.
    struct Garbage: EventSource {
        let name = "garbage"
        let rounds: Int

        func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
            var generator = SeededGenerator(seed: 7)
            let sound = Array(HuntTests.audit("x").utf8)
            for round in 0..<rounds {
                var bytes: [UInt8]
                switch round % 8 {
                case 0:
                    bytes = (0..<Int.random(in: 0..<300, using: &generator)).map { _ in
                        .random(in: 0...255, using: &generator)
                    }
                case 1: bytes = Array(sound.prefix(Int.random(in: 0..<sound.count, using: &generator)))
                case 2: bytes = Array(String(repeating: "[", count: 5000).utf8)
                case 3: bytes = Array(String(repeating: "{\"a\":", count: 600).utf8)
                case 4:
                    bytes = sound
                    for _ in 0..<5 {
                        bytes[Int.random(in: 0..<bytes.count, using: &generator)] = .random(
                            in: 0...255, using: &generator)
                    }
                case 5:
                    bytes = Array(
                        #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":7,"verb":[],"user":"x","objectRef":false}"#
                            .utf8)
                case 6: bytes = [0xEF, 0xBB, 0xBF] + Array("\"\\ud800\"".utf8)
                default: bytes = sound + Array(String(repeating: " ", count: 100_000).utf8)
                }
                try await emit(record(bytes, round))
                try await emit(record(Array(HuntTests.audit("s\(round)").utf8), round))
            }
        }

        private func record(_ bytes: [UInt8], _ round: Int) -> SourceItem {
            .record(
                SourceRecord(bytes: bytes, format: .kubernetesAudit, position: SourcePosition(name: name, line: round)))
        }
    }

    @Test("a source of garbage stops nothing: each sound event between is judged and kept")
    func garbage() async throws {
        let rounds = SoakScale.count(800, long: 100_000)
        let ledger = MemoryLedger()
        let metrics = AgentMetrics(labels: 10)
        let judge = RuleJudge(Detector(library: try RuleLibrary.load()))
        let watch = Watch(judge: judge, ledger: LedgerWriter(store: ledger), metrics: metrics)
        let summary = try await watch.run([Garbage(rounds: rounds)]) { _ in }
        let names = await Set(
            ledger.entries.compactMap { entry in
                if case .deployment(let event) = entry { event.workload?.name } else { nil }
            })
        #expect((0..<rounds).allSatisfy { names.contains("s\($0)") })
        #expect(summary.skipped > 0)
    }

    // MARK: A slow disk

    /// Takes its time.
    struct Slow: LedgerStore {
        let ledger = MemoryLedger()
        func places() async throws(LedgerError) -> [String: [UInt8]] { try await ledger.places() }
        func append(_ batch: [LedgerEntry], places: [String: [UInt8]]) async throws(LedgerError) -> LedgerPosition {
            try? await Task.sleep(for: .milliseconds(5))
            return try await ledger.append(batch, places: places)
        }
    }

    /// Tells sound events as fast as they are taken.
    struct Flood: EventSource {
        let name = "flood"
        let count: Int

        func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
            for number in 0..<count { try await emit(WatchTests.record("f\(number)", line: number + 1)) }
        }
    }

    @Test("a slow disk slows the sources and loses nothing; no more waits than may")
    func slowDisk() async throws {
        let count = SoakScale.count(3000, long: 300_000)
        let store = Slow()
        let writer = LedgerWriter(store: store, limits: .init(entries: 20, waiting: 100))
        let most = Mutex(0)
        let health = AgentHealth()
        let watch = Watch(judge: WatchTests.Each(), ledger: writer, health: health)
        let summary = try await watch.run([Flood(count: count)], capacity: 64 << 10) { _ in
            most.withLock { $0 = max($0, health.queue.bytes) }
        }
        #expect(summary.eventCount == count)
        #expect(await store.ledger.entries.filter { $0.kind == .deployment }.count == count)
        #expect(await writer.state.lost == 0)
        // What is taken out of the queue makes room for one more before it is looked at.
        #expect(most.withLock { $0 } <= (64 << 10) + 4096)
    }

    // MARK: Clocks

    @Test(
        "clocks that step forwards and backwards make no negative lag, no gap that ends before it begins, and lose nothing"
    )
    func clocks() async throws {
        let steps: [Int64] = [0, 3600, -7200, 86_400 * 365, -86_400 * 365 * 20, 1, -1]
        let place = Mutex(0)
        let clock: @Sendable () -> Timestamp = {
            place.withLock { place in
                place += 1
                return Timestamp(nanoseconds: 1_795_456_333_000_000_000 + steps[place % steps.count] * 1_000_000_000)
            }
        }
        let folder = try ScratchFolder()
        let store = try SQLiteLedger(path: folder.file("l"), now: clock)
        let metrics = AgentMetrics(now: clock)
        let writer = LedgerWriter(store: store, limits: .init(entries: 3), now: clock)
        var items: [SourceItem] = []
        for number in 0..<SoakScale.count(70, long: 7000) {
            let moment = Timestamp(nanoseconds: 1_795_456_333_000_000_000 + steps[number % steps.count] * 1_000_000_000)
            let line = HuntTests.audit("c\(number)", time: "\(moment)")
            items.append(
                .record(
                    SourceRecord(
                        bytes: Array(line.utf8), format: .kubernetesAudit,
                        position: SourcePosition(name: "clock", line: number + 1))))
            items.append(.gap(Gap(source: "clock", from: clock(), to: clock(), reason: "stepped")))
        }
        let judge = RuleJudge(Detector(library: try RuleLibrary.load()))
        let summary = try await Watch(judge: judge, ledger: writer, metrics: metrics)
            .run([WatchTests.Played(items: items)]) { _ in }
        #expect(summary.eventCount == items.count / 2)
        #expect(try await store.verify().fault == nil)
        var query = LedgerQuery()
        query.limit = LedgerQuery.pageLimit
        query.kinds = [.gap]
        for stored in try await store.entries(matching: query) {
            guard case .gap(let gap) = stored.entry, let from = gap.from, let to = gap.to else { continue }
            #expect(from <= to)
        }
        let text = metrics.prometheus(MetricsMoment())
        let lag = try #require(text.split(separator: "\n").first { $0.hasPrefix("tallyman_source_lag_seconds{") })
        #expect(!lag.contains("} -"))
    }

    // MARK: Many short lives

    /// What a ledger holds, counted as it grows: going over all of it again and again would take the time that the agent
    /// needs.
    struct Tally {
        private var identifiers: [String: [String]] = [:]
        private var next = 0
        /// The containers that are described whole.
        private(set) var described: [String] = []
        private(set) var gaps = 0

        func kept(_ source: SourceType, _ action: Action) -> [String] { identifiers["\(source) \(action)"] ?? [] }

        mutating func read(_ ledger: MemoryLedger) async {
            let entries = await ledger.entries
            for entry in entries[next...] {
                if entry.kind == .gap { gaps += 1 }
                guard case .deployment(let event) = entry,
                    let identifier = event.containers.first?.id ?? event.workload?.uid
                else { continue }
                identifiers["\(event.source) \(event.action)", default: []].append(identifier)
                // Its image is what only an inspection tells of these.
                guard event.source == .dockerInspect, event.body == .present, event.containers.first?.image != nil
                else {
                    continue
                }
                described.append(identifier)
            }
            next = entries.count
        }
    }

    @Test(
        "ten thousand containers created and removed in a minute, each alive for a fifth of a second: each is in the ledger once, with its whole description"
    )
    func crowd() async throws {
        let count = SoakScale.count(1000, long: 10_000)
        // 6 ms apart as on a host of its own; a test among others gets more patience, at the same speed.
        let engine = CrowdedEngine(count: count, pause: .milliseconds(6), alive: SoakScale.isLong ? 34 : 340)
        let ledger = MemoryLedger()
        let stop = StopSignal()
        let work = Task {
            try await Watch(
                judge: RuleJudge(Detector(library: try RuleLibrary.load())),
                ledger: LedgerWriter(store: ledger)
            ).run([LiveDocker(engine: engine)], until: { await stop.wait() }) { _ in }
        }
        var tally = Tally()
        func wait(until isEnough: (Tally) -> Bool) async throws {
            while true {
                await tally.read(ledger)
                if isEnough(tally) { return }
                try await Task.sleep(for: .milliseconds(50))
            }
        }
        try await wait { $0.kept(.dockerEvents, .delete).count >= count }
        while engine.answered < count { try await Task.sleep(for: .milliseconds(50)) }
        // Of each container whose description comes too late there is a gap in its stead.
        try await wait { $0.described.count + $0.gaps >= count }
        stop.give()
        _ = try await work.value
        await tally.read(ledger)
        for action in [Action.create, .start, .stop, .delete] {
            let identifiers = tally.kept(.dockerEvents, action)
            #expect(identifiers.count == count && Set(identifiers).count == count, "\(action)")
        }
        #expect(tally.described.count == count && Set(tally.described).count == count)
        #expect(tally.gaps == 0)
    }
}
