import SecurityEvents
import TestSupport
import Testing

@testable import Ledger

/// A store in memory that can be told to fail.
private actor TestStore: LedgerStore {
    private(set) var batches: [[LedgerEntry]] = []
    private var failure: LedgerError?

    func fail(with error: LedgerError?) { failure = error }

    func append(_ batch: [LedgerEntry]) async throws(LedgerError) -> LedgerPosition {
        await Task.yield()
        if let failure { throw failure }
        batches.append(batch)
        let count = batches.reduce(0) { $0 + $1.count }
        return LedgerPosition(
            head: LedgerHead(sequence: Int64(count), hash: .origin), appended: batch.count, known: 0)
    }
}

private func note(_ number: Int) -> LedgerEntry { .note(LedgerNote(text: "\(number)")) }

@Suite("Gathering entries into batches")
struct LedgerWriterTests {
    private let store = TestStore()
    private let never: @Sendable (Duration) async throws -> Void = { _ in try await Task.sleep(for: .seconds(3600)) }

    @Test("a full batch is appended at once, the rest when told to")
    func bySize() async throws {
        let writer = LedgerWriter(store: store, limits: .init(entries: 3), sleep: never)
        for number in 0..<7 { try await writer.add(note(number)) }
        #expect(await store.batches.map(\.count) == [3, 3])
        #expect(try await writer.flush()?.head.sequence == 7)
        #expect(try await writer.flush() == nil)
        #expect(await store.batches.flatMap { $0 } == (0..<7).map(note))
        #expect(await writer.appended == 7)
    }

    @Test("a batch that is not full is appended when its time has come")
    func byTime() async throws {
        let (ticks, tick) = AsyncStream.makeStream(of: Void.self)
        let writer = LedgerWriter(store: store, limits: .init(entries: 100)) { _ in
            for await _ in ticks { return }
        }
        try await writer.add(note(1))
        try await writer.add(note(2))
        tick.yield()
        while await store.batches.isEmpty { await Task.yield() }
        #expect(await store.batches == [[note(1), note(2)]])
    }

    @Test("what could not be appended waits, in order, and no more than one batch is held")
    func failing() async throws {
        let writer = LedgerWriter(store: store, limits: .init(entries: 2), sleep: never)
        await store.fail(with: .locked(path: "x"))
        try await writer.add(note(0))
        for _ in 0..<5 {
            await #expect(throws: LedgerError.locked(path: "x")) { try await writer.add(note(1)) }
        }
        await store.fail(with: nil)
        try await writer.add(note(2))
        try await writer.flush()
        #expect(await store.batches == [[note(0), note(1)], [note(2)]])
    }

    @Test("many callers at once lose nothing")
    func concurrent() async throws {
        let writer = LedgerWriter(store: store, limits: .init(entries: 7), sleep: never)
        try await withThrowingTaskGroup { group in
            for caller in 0..<8 {
                group.addTask { for number in 0..<100 { try await writer.add(note(caller * 100 + number)) } }
            }
            try await group.waitForAll()
        }
        try await writer.flush()
        let texts = await store.batches.flatMap { $0 }.map { String(decoding: $0.payload, as: UTF8.self) }
        #expect(Set(texts).count == 800)
        #expect(texts.count == 800)
    }
}
