import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import Ledger

/// A store in memory that can be told to fail, or to take its time.
private actor TestStore: LedgerStore {
    private(set) var batches: [[LedgerEntry]] = []
    private(set) var kept: [String: [UInt8]] = [:]
    private(set) var attempts = 0
    private var failure: LedgerError?
    private var isHeld = false
    private var held: [CheckedContinuation<Void, Never>] = []

    func fail(with error: LedgerError?) { failure = error }
    func hold() { isHeld = true }
    func release() {
        isHeld = false
        for continuation in held { continuation.resume() }
        held = []
    }

    func places() async throws(LedgerError) -> [String: [UInt8]] { kept }

    func append(_ batch: [LedgerEntry], places: [String: [UInt8]]) async throws(LedgerError) -> LedgerPosition {
        attempts += 1
        await Task.yield()
        if isHeld { await withCheckedContinuation { held.append($0) } }
        if let failure { throw failure }
        for entry in batch { _ = try entry.boundedPayload() }
        batches.append(batch)
        kept.merge(places) { _, new in new }
        let count = batches.reduce(0) { $0 + $1.count }
        return LedgerPosition(
            head: LedgerHead(sequence: Int64(count), hash: .origin), appended: batch.count, known: 0)
    }
}

private func note(_ number: Int) -> LedgerEntry { .note(LedgerNote(text: "\(number)")) }

/// What a test waits for, without an end of its own; the suite has one.
private func eventually(_ isTrue: () async -> Bool) async {
    while await !isTrue() { await Task.yield() }
}

@Suite("Gathering entries into batches", .timeLimit(.minutes(10)))
struct LedgerWriterTests {
    private let store = TestStore()
    private let never: @Sendable (Duration) async throws -> Void = { _ in try await Task.sleep(for: .seconds(3600)) }

    @Test("a full batch is appended at once, the rest when told to")
    func bySize() async throws {
        let writer = LedgerWriter(store: store, limits: .init(entries: 3), sleep: never)
        for number in 0..<6 { await writer.add(note(number)) }
        await eventually { await store.batches.map(\.count) == [3, 3] }
        await writer.add(note(6))
        #expect(try await writer.flush()?.sequence == 7)
        #expect(try await writer.flush()?.sequence == 7)
        #expect(await store.batches.flatMap { $0 } == (0..<7).map(note))
        #expect(await writer.appended == 7)
        #expect(await writer.state.waiting == 0)
    }

    @Test("a batch that is not full is appended when its time has come")
    func byTime() async throws {
        let (ticks, tick) = AsyncStream.makeStream(of: Void.self)
        let writer = LedgerWriter(
            store: store, limits: .init(entries: 100),
            sleep: { _ in for await _ in ticks { return } })
        await writer.add(note(1))
        await writer.add(note(2))
        #expect(await store.batches.isEmpty)
        tick.yield()
        await eventually { await !store.batches.isEmpty }
        #expect(await store.batches == [[note(1), note(2)]])
    }

    @Test("what comes of one record is in one batch with the place behind it, and a place never without it")
    func places() async throws {
        let writer = LedgerWriter(store: store, limits: .init(entries: 4), sleep: never)
        for number in 0..<5 {
            await writer.add(
                [note(number), note(100 + number), note(200 + number)],
                places: [LedgerPlace(source: "log") { [UInt8(number)] }])
        }
        await eventually { await store.batches.count == 2 }
        #expect(await store.batches.map(\.count) == [6, 6])
        #expect(await store.kept == ["log": [3]])
        try await writer.flush()
        #expect(await store.kept == ["log": [4]])
        await writer.add([], places: [LedgerPlace(source: "log") { [9] }])
        try await writer.flush()
        #expect(await store.kept == ["log": [9]])
    }

    @Test("a mark is kept when everything before it is, and not before")
    func marks() async throws {
        let writer = LedgerWriter(store: store, limits: .init(entries: 100), sleep: never)
        let kept = Mutex<[Int]>([])
        await writer.add(note(1))
        await store.hold()
        await writer.mark {
            let count = await store.batches.count
            kept.withLock { $0.append(count) }
        }
        await eventually { await store.attempts == 1 }
        // While the first batch is on its way, a second mark waits for it too.
        await writer.mark { kept.withLock { $0.append(-1) } }
        #expect(kept.withLock { $0 } == [])
        await store.release()
        await eventually { kept.withLock { $0.count } == 2 }
        #expect(kept.withLock { $0 } == [1, -1])
        // Nothing waits: at once.
        await writer.mark { kept.withLock { $0.append(7) } }
        #expect(kept.withLock { $0 } == [1, -1, 7])
    }

    @Test("a disk that takes nothing stops nobody: what fits waits in order, the rest is counted, and a gap says so")
    func outage() async throws {
        let reports = Mutex<[LedgerWriter.Report]>([])
        let writer = LedgerWriter(
            store: store, name: "l.db", limits: .init(entries: 2, waiting: 6), now: noon, sleep: never,
            report: { report in reports.withLock { $0.append(report) } })
        await store.fail(with: .diskFull(path: "l.db"))
        for number in 0..<3 { await writer.add(note(number)) }
        await eventually { await writer.state.trouble != nil }
        // Far more than fits; each call returns.
        for number in 3..<50 {
            await writer.add([note(number)], places: [LedgerPlace(source: "log") { [UInt8(number)] }])
        }
        let lost = Mutex(false)
        await writer.mark { lost.withLock { $0 = true } }
        var state = await writer.state
        #expect(state.waiting == 6)
        #expect(state.lost == 44)
        #expect(state.trouble == .diskFull(path: "l.db"))
        await #expect(throws: LedgerError.diskFull(path: "l.db")) { try await writer.flush() }
        #expect(await store.kept.isEmpty)

        await store.fail(with: nil)
        try await writer.flush()
        await writer.add(note(50))
        try await writer.flush()
        let gap = Gap(
            source: "l.db", from: noon(), to: noon(),
            reason: "the ledger took no entries; 44 entries were left out", estimate: 44)
        let expected = [note(0), note(1), .gap(gap)] + (2..<6).map(note) + [note(50)]
        #expect(await store.batches.flatMap { $0 } == expected)
        #expect(await store.kept == ["log": [5]])
        state = await writer.state
        #expect(state.trouble == nil)
        #expect(state.waiting == 0)
        #expect(reports.withLock { $0 } == [.failing(.diskFull(path: "l.db")), .recovered(gap)])
        // Something before it was left out: whoever waits must tell it again.
        #expect(lost.withLock { $0 } == false)
    }

    @Test("it is tried again by itself, later and later")
    func retries() async throws {
        let (ticks, tick) = AsyncStream.makeStream(of: Void.self)
        let waits = Mutex<[Duration]>([])
        let writer = LedgerWriter(
            store: store, limits: .init(entries: 1),
            sleep: { duration in
                waits.withLock { $0.append(duration) }
                for await _ in ticks { return }
            })
        await store.fail(with: .diskFull(path: "x"))
        await writer.add(note(0))
        for attempt in 1...7 {
            await eventually { await writer.state.failures == attempt && waits.withLock { $0.count } == attempt }
            if attempt == 7 { await store.fail(with: nil) }
            tick.yield()
        }
        await eventually { await store.batches.first == [note(0)] }
        #expect(
            waits.withLock { Array($0.prefix(7)) }
                == [250, 500, 1000, 2000, 4000, 4000, 4000].map { Duration.milliseconds($0) })
    }

    @Test("a slow disk slows whoever adds, and loses nothing")
    func slow() async throws {
        let writer = LedgerWriter(store: store, limits: .init(entries: 2, waiting: 4), sleep: never)
        await store.hold()
        let added = Mutex(0)
        let adding = Task {
            for number in 0..<20 {
                await writer.add(note(number))
                added.withLock { $0 += 1 }
            }
        }
        await eventually { added.withLock { $0 } == 4 }
        for _ in 0..<100 { await Task.yield() }
        #expect(added.withLock { $0 } == 4)
        await store.release()
        await adding.value
        try await writer.flush()
        #expect(await store.batches.flatMap { $0 } == (0..<20).map(note))
        #expect(await writer.state.lost == 0)
    }

    @Test("a disk that answers nothing at all is waited for only so long")
    func hanging() async throws {
        let (ticks, tick) = AsyncStream.makeStream(of: Void.self)
        let writer = LedgerWriter(
            store: store, limits: .init(entries: 2, waiting: 4, patience: .seconds(9)),
            sleep: { duration in
                guard duration == .seconds(9) else { return try await Task.sleep(for: .seconds(3600)) }
                for await _ in ticks { return }
            })
        await store.hold()
        for number in 0..<4 { await writer.add(note(number)) }
        tick.yield()
        for number in 4..<10 { await writer.add(note(number)) }
        #expect(await writer.state.lost == 6)
        #expect(await writer.state.trouble != nil)
        await store.release()
        try await writer.flush()
        let kept = await store.batches.flatMap { $0 }
        #expect(kept.filter { $0.kind == .note } == (0..<4).map(note))
        #expect(kept.filter { $0.kind == .gap }.count == 1)
        #expect(await writer.state.trouble == nil)
    }

    @Test("an entry that no ledger takes is a gap, and stands in nobody's way")
    func tooLarge() async throws {
        let writer = LedgerWriter(store: store, limits: .init(entries: 10), sleep: never)
        await writer.add(note(0))
        await writer.add(.note(LedgerNote(text: String(repeating: "x", count: 17 << 20))))
        await writer.add(note(1))
        try await writer.flush()
        #expect(await store.batches.flatMap { $0 }.map(\.kind) == [.note, .gap, .note])
    }

    @Test("many callers at once lose nothing")
    func concurrent() async throws {
        let writer = LedgerWriter(store: store, limits: .init(entries: 7, waiting: 20), sleep: never)
        await withTaskGroup { group in
            for caller in 0..<8 {
                group.addTask { for number in 0..<100 { await writer.add(note(caller * 100 + number)) } }
            }
        }
        try await writer.flush()
        let texts = await store.batches.flatMap { $0 }.map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(Set(texts).count == 800)
        #expect(texts.count == 800)
    }
}
