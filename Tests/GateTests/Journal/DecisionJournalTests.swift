import Ledger
import SecurityEvents
import Synchronization
import Testing

@testable import Gate

/// A ledger whose disk is full until somebody makes room.
private final class FullLedger: LedgerStore {
    private let state = Mutex((isFull: true, kept: [LedgerEntry]()))
    var kept: [LedgerEntry] { state.withLock { $0.kept } }
    func makeRoom() { state.withLock { $0.isFull = false } }

    func places() async throws(LedgerError) -> [String: [UInt8]] { [:] }

    func append(_ batch: [LedgerEntry], places: [String: [UInt8]]) async throws(LedgerError) -> LedgerPosition {
        let isFull = state.withLock { state in
            if !state.isFull { state.kept += batch }
            return state.isFull
        }
        if isFull { throw .diskFull(path: "ledger") }
        return LedgerPosition(
            head: LedgerHead(sequence: Int64(kept.count), hash: .origin), appended: batch.count, known: 0)
    }
}

@Suite("The journal")
struct DecisionJournalTests {
    private func note(_ number: Int) -> LedgerEntry { .note(LedgerNote(text: "\(number)")) }

    @Test("A full disk is said once, nothing waits for it, and what was decided is written when there is room")
    func fullDisk() async {
        let ledger = FullLedger()
        let said = Mutex<[String]>([])
        let waits = Mutex(0)
        let journal = DecisionJournal(
            store: ledger,
            sleep: { _ in
                let count = waits.withLock { waits in
                    waits += 1
                    return waits
                }
                if count == 3 { ledger.makeRoom() }
            }, say: { text in said.withLock { $0.append(text) } })
        for number in 0..<10 { journal.keep(note(number)) }
        let work = Task { await journal.run() }
        while journal.counts.kept < 10 { await Task.yield() }
        journal.finish()
        await work.value
        #expect(ledger.kept == (0..<10).map(note))
        #expect(journal.counts == .init(kept: 10, lost: 0, isFailing: false))
        let lines = said.withLock { $0 }
        #expect(lines.count { $0.contains("cannot be written") } == 1)
        #expect(lines.last == "the ledger is written again")
    }

    @Test("What waits is bounded, and what is lost is counted and said")
    func bounded() {
        let said = Mutex<[String]>([])
        let journal = DecisionJournal(store: FullLedger(), say: { text in said.withLock { $0.append(text) } })
        for number in 0..<10_000 { journal.keep(note(number)) }
        #expect(journal.counts.lost == 10_000 - 8192)
        #expect(said.withLock { $0.count } < 20)
    }

    @Test("A gate that ends before there is room says how much is lost")
    func ends() async {
        let said = Mutex<[String]>([])
        let journal = DecisionJournal(
            store: FullLedger(), sleep: { _ in }, say: { text in said.withLock { $0.append(text) } })
        for number in 0..<3 { journal.keep(note(number)) }
        journal.finish()
        await journal.run()
        #expect(journal.counts.lost == 3)
        #expect(said.withLock { $0 }.contains { $0.contains("3 decisions are not in the ledger") })
    }

    @Test("An entry that no ledger takes does not hold up those behind it")
    func poisoned() async {
        let journal = DecisionJournal(store: MemoryLedger(), say: { _ in })
        journal.keep(note(1))
        journal.keep(.note(LedgerNote(text: String(repeating: "x", count: 17 << 20))))
        journal.keep(note(2))
        journal.finish()
        await journal.run()
        #expect(journal.counts == .init(kept: 2, lost: 1, isFailing: false))
    }

    @Test("Without a ledger nothing is kept and nothing is lost")
    func without() {
        let journal = DecisionJournal(store: nil, say: { _ in })
        journal.keep(note(1))
        #expect(journal.counts == .init())
    }
}
