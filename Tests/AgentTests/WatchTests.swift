import EventSources
import Foundation
import Ledger
import LogLines
import PlatformAPIs
import Reports
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("Following live sources", .timeLimit(.minutes(10)))
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
        let gap = Gap(
            source: "played", from: moment, to: moment, reason: "cut", suspicion: isSuspicious ? .logCut : nil)
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
        let total = 63
        // Without an identifier or time nothing but the place tells a line from others.
        for number in 0..<total { try folder.append("audit.log", Self.nameless(number) + "\n") }
        var runs = 0
        while await ledger.entries.count < total, runs < 100 {
            runs += 1
            // Killed after a few more records each time: what the writer has not appended by then is gone.
            let writer = LedgerWriter(
                store: ledger, limits: .init(entries: 7), sleep: { _ in throw CancellationError() })
            let source = FollowedFile(
                path: log, from: .beginning, format: .kubernetesAudit, place: try await ledger.places()[log])
            await #expect(throws: Killed.self) {
                _ = try await Watch(judge: Silent(), ledger: writer).run([
                    Until(source: source, records: runs * 9, last: "\"name\":\"p\(total - 1)\"")
                ]) {
                    _ in
                }
            }
            await writer.settled()
        }
        let names = await ledger.entries.compactMap { entry in
            if case .deployment(let event) = entry { event.workload?.name } else { nil }
        }
        #expect(names == (0..<total).map { "p\($0)" })
        #expect(runs > 1)
    }

    static func nameless(_ number: Int) -> String {
        HuntTests.audit("p\(number)").replacing("\"auditID\":\"p\(number)\",", with: "")
            .replacing(
                "\"requestReceivedTimestamp\":\"2026-11-23T10:00:00Z\",\"stageTimestamp\":\"2026-11-23T10:00:00Z\"",
                with: "\"x\":1")
    }

    @Test(
        "a ledger that fails and recovers stops nothing: findings come, entries are kept in order, the gap is recorded")
    func outage() async throws {
        let store = Failing()
        let (states, state) = AsyncStream.makeStream(of: LedgerWriter.Report.self)
        let writer = LedgerWriter(
            store: store, limits: .init(entries: 2, delay: .milliseconds(1), waiting: 5), report: { state.yield($0) })
        let judge = Each()
        let (items, item) = AsyncStream.makeStream(of: SourceItem.self)
        let seen = Seen()
        let work = Task {
            try await Watch(judge: judge, ledger: writer).run([Streamed(items: items)]) { output in
                if case .finding = output { seen.set(seen.value + 1) }
            }
        }
        item.yield(Self.record("a"))
        var reports = states.makeAsyncIterator()
        #expect(await reports.next() == .failing(.diskFull(path: "x")))
        for number in 0..<20 { item.yield(Self.record("b\(number)", line: number + 2)) }
        while seen.value < 21 { try await Task.sleep(for: .milliseconds(1)) }
        await store.mend()
        guard case .recovered(let gap) = await reports.next() else {
            Issue.record("not recovered")
            return
        }
        item.yield(Self.record("c", line: 30))
        item.finish()
        let summary = try await work.value
        #expect(summary.findingCount == 22)
        let entries = await store.entries
        #expect(entries.contains(.gap(gap)))
        let kept = entries.filter { $0.kind == .deployment }.count
        #expect(gap.estimate == (22 - kept) * 2)
        #expect(entries.last?.key == "c" || entries.dropLast().last?.key?.contains("/c/") == true)
    }

    /// A ledger that takes nothing until it is mended.
    actor Failing: LedgerStore {
        private let ledger = MemoryLedger()
        private var isWhole = false
        func mend() { isWhole = true }
        var entries: [LedgerEntry] { get async { await ledger.entries } }
        func places() async throws(LedgerError) -> [String: [UInt8]] { try await ledger.places() }
        func append(_ batch: [LedgerEntry], places: [String: [UInt8]]) async throws(LedgerError) -> LedgerPosition {
            guard isWhole else { throw .diskFull(path: "x") }
            return try await ledger.append(batch, places: places)
        }
    }

    /// Tells what a stream gives.
    struct Streamed: EventSource {
        let name = "played"
        let items: AsyncStream<SourceItem>

        func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
            for await item in items { try await emit(item) }
        }
    }

    /// Says something about each event.
    struct Each: Judge {
        var count = 0

        mutating func judge(_ event: borrowing Event) -> [Finding] {
            count += 1
            return [.sample(id: "f\(count)")]
        }
    }

    @Test("stopped, it judges what was told before; cancelled, it leaves it", arguments: [true, false])
    func draining(isStopped: Bool) async throws {
        let ledger = MemoryLedger()
        let stop = StopSignal()
        let told = Seen()
        let source = Endless(count: 50, told: told)
        let gate = StopSignal()
        let work = Task {
            try await Watch(
                judge: Silent(),
                ledger: LedgerWriter(store: SlowStart(ledger, gate), limits: .init(entries: 1, waiting: 1))
            )
            .run([source], until: { await stop.wait() }) { _ in }
        }
        while told.value < 50 { try await Task.sleep(for: .milliseconds(1)) }
        if isStopped { stop.give() } else { work.cancel() }
        gate.give()
        let summary = try await work.value
        #expect(isStopped ? summary.eventCount == 50 : summary.eventCount < 50)
        #expect(await ledger.entries.count == summary.eventCount)
    }

    /// Keeps nothing before a gate is opened.
    struct SlowStart: LedgerStore {
        let ledger: MemoryLedger
        let gate: StopSignal

        init(_ ledger: MemoryLedger, _ gate: StopSignal) {
            self.ledger = ledger
            self.gate = gate
        }

        func places() async throws(LedgerError) -> [String: [UInt8]] { [:] }
        func append(_ batch: [LedgerEntry], places: [String: [UInt8]]) async throws(LedgerError) -> LedgerPosition {
            await gate.wait()
            return try await ledger.append(batch, places: places)
        }
    }

    /// Tells so much, and then waits for ever.
    struct Endless: EventSource {
        let name = "played"
        let count: Int
        let told: Seen

        func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
            for number in 0..<count {
                try await emit(WatchTests.record("e\(number)", line: number + 1))
                told.set(number + 1)
            }
            try await Task.sleep(for: .seconds(3600))
        }
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
        let last: String
        var name: String { source.name }

        func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
            let left = Countdown(records)
            try await source.run { item in
                try await emit(item)
                guard case .record(let record) = item else { return }
                let isLast = String(decoding: record.bytes, as: UTF8.self).contains(last)
                if left.isOver() || isLast { throw Killed() }
            }
        }
    }

    @Test("a call in a daemon log that goes quiet is judged within seconds, not when the next line comes")
    func quiet() async throws {
        /// Tells one line and then nothing, until somebody stops it.
        struct Quiet: EventSource {
            let name = "quiet"
            func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
                let line =
                    #"time="2026-11-23T10:00:00.000000000Z" level=debug msg="Calling POST /v1.41/containers/create?name=web""#
                let position = SourcePosition(name: name, line: 1)
                try await emit(
                    .record(SourceRecord(bytes: Array(line.utf8), format: .dockerDaemon, position: position)))
                try await Task.sleep(for: .seconds(3600))
            }
        }
        let ledger = MemoryLedger()
        let work = Task {
            try await Watch(judge: Silent(), ledger: LedgerWriter(store: ledger)).run([Quiet()]) { _ in }
        }
        while await ledger.entries.isEmpty { try await Task.sleep(for: .milliseconds(50)) }
        work.cancel()
        _ = try await work.value
        #expect(await ledger.entries.count == 1)
    }

    @Test("a call that waits for its body when the agent is killed is in the ledger once after the next start")
    func held() async throws {
        let folder = try ScratchFolder()
        let call = #"level=debug msg="Calling POST /v1.41/containers/create?name=web""#
        let lines = [
            #"time="2026-11-23T10:00:00.000000000Z" \#(call)"#,
            #"time="2026-11-23T10:00:00.000100000Z" level=debug msg="form data: {\"Image\":\"web:1\"}""#,
            #"time="2026-11-23T10:00:10.000000000Z" level=debug msg="Calling POST /v1.41/containers/create?name=other""#,
        ]
        let log = try folder.write("docker.log", [])
        let ledger = MemoryLedger()
        for count in 1...lines.count {
            try folder.append("docker.log", lines[count - 1] + "\n")
            let writer = LedgerWriter(store: ledger, limits: .init(entries: 1))
            let source = FollowedFile(
                path: log, from: .beginning, format: .dockerDaemon, place: try await ledger.places()[log],
                tellsPlaces: true)
            // Killed as soon as the last line was read: what waited then is gone with the process.
            await #expect(throws: Killed.self) {
                _ = try await Watch(judge: Silent(), ledger: writer).run([
                    Until(source: source, records: .max, last: lines[count - 1])
                ]) { _ in }
            }
            await writer.settled()
        }
        let source = FollowedFile(
            path: log, from: .beginning, format: .dockerDaemon, place: try await ledger.places()[log], tellsPlaces: true
        )
        let work = Task {
            try await Watch(judge: Silent(), ledger: LedgerWriter(store: ledger)).run([source]) { _ in }
        }
        while await ledger.entries.count < 2 { try await Task.sleep(for: .milliseconds(50)) }
        work.cancel()
        _ = try await work.value
        let kept = await ledger.entries.compactMap { entry -> String? in
            guard case .deployment(let event) = entry else { return nil }
            return "\(event.action) \(event.containers.first?.image ?? "-")"
        }
        #expect(kept == ["create web:1", "create -"])
    }

    @Test("a call of an authorization log that is open when the agent is killed is a gap of the next start, once")
    func openCall() async throws {
        let folder = try ScratchFolder()
        let body = Data(#"{"Image":"web:1"}"#.utf8).base64EncodedString()
        func call(_ name: String, answer: String = "") -> String {
            #"{"RequestMethod":"POST","RequestUri":"/v1.41/containers/create?name=\#(name)","RequestBody":"\#(body)"\#(answer)}"#
        }
        let answer = #","ResponseStatusCode":201,"ResponseBody":""#
        let lines = [
            call("a"), call("a", answer: answer + "\""), call("open"), call("b"), call("b", answer: answer + "\""),
        ]
        let log = try folder.write("authz.log", [])
        let ledger = MemoryLedger()
        func source() async throws -> FollowedFile {
            let places = try await ledger.places()
            return FollowedFile(
                path: log, from: .beginning, format: .dockerAuthorization, place: places[log],
                open: places[FollowedFile.openCalls(of: log)], tellsPlaces: true)
        }
        func gaps() async -> [Gap] {
            await ledger.entries.compactMap { if case .gap(let gap) = $0 { gap } else { nil } }
        }
        try folder.append("authz.log", lines.joined(separator: "\n") + "\n")
        let writer = LedgerWriter(store: ledger, limits: .init(entries: 1))
        let first = Until(source: try await source(), records: .max, last: lines[4])
        await #expect(throws: Killed.self) {
            _ = try await Watch(judge: Silent(), ledger: writer).run([first]) { _ in }
        }
        try await writer.flush()
        #expect(await ledger.entries.filter { $0.kind == .deployment }.count == 2)
        #expect(await gaps().isEmpty)
        for number in 1...2 {
            let last = call("later-\(number)", answer: answer + "\"")
            try folder.append("authz.log", last + "\n")
            let writer = LedgerWriter(store: ledger, limits: .init(entries: 1))
            let next = Until(source: try await source(), records: .max, last: last)
            await #expect(throws: Killed.self) {
                _ = try await Watch(judge: Silent(), ledger: writer).run([next]) { _ in }
            }
            try await writer.flush()
            let told = await gaps()
            #expect(told.map(\.estimate) == [1])
            #expect(told.first?.reason.contains("line 3: POST /v1.41/containers/create?name=open") == true)
        }
        #expect(try await ledger.places()[FollowedFile.openCalls(of: log)] == nil)
    }
}
