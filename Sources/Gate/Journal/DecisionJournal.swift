package import Ledger
internal import SecurityEvents
internal import Synchronization

/// Writes what a gate decided into a ledger, behind the answers and never before them.
///
/// A full disk makes no request wait and changes no answer: what cannot be written is counted and said.
package final class DecisionJournal: Sendable {
    /// What became of the entries.
    package struct Counts: Sendable, Equatable {
        /// Entries that the ledger has.
        package var kept = 0
        /// Entries that were thrown away.
        package var lost = 0
        /// Whether the ledger could not be written when it was last tried.
        package var isFailing = false
    }

    /// How many entries wait for the disk at most.
    private static let limit = 8192
    /// How many are written at once.
    private static let batch = 512
    /// How long entries gather behind a batch: under load, a transaction of its own for each costs as much as deciding, and a
    /// large one is in the way of whoever is answered meanwhile (docs/performance.md).
    private static let gathering = Duration.milliseconds(5)

    private let store: (any LedgerStore)?
    private let say: @Sendable (String) -> Void
    private let sleep: @Sendable (Duration) async throws -> Void
    private let waiting = Mutex<[LedgerEntry]>([])
    private let counted = Mutex(Counts())
    private let (bell, ring) = AsyncStream<Void>.makeStream(bufferingPolicy: .bufferingNewest(1))

    /// Makes a journal; ``run()`` has to run beside the gate.
    ///
    /// - Parameters:
    ///   - store: the ledger; nil keeps nothing.
    ///   - sleep: waits before a ledger that failed is tried again.
    ///   - say: tells a person, a line at a time.
    package init(
        store: (any LedgerStore)?,
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        say: @escaping @Sendable (String) -> Void
    ) {
        self.store = store
        self.sleep = sleep
        self.say = say
    }

    /// What became of the entries so far.
    package var counts: Counts { counted.withLock { $0 } }

    /// Takes an entry; returns at once.
    package func keep(_ entry: LedgerEntry) {
        guard store != nil else { return }
        let isKept = waiting.withLock { waiting in
            guard waiting.count < Self.limit else { return false }
            waiting.append(entry)
            // Whoever writes looks for more before resting.
            if waiting.count == 1 { ring.yield() }
            return true
        }
        if !isKept { lose(1, "more decisions wait than are kept in memory") }
    }

    /// Tells a person something, and keeps it.
    package func note(_ text: String, subject: String? = nil) {
        say(text)
        keep(.note(LedgerNote(author: "gate", subject: subject, text: text)))
    }

    /// Writes until the task is cancelled or ``finish()`` was called, and then what is left.
    package func run() async {
        guard let store else { return }
        for await _ in bell {
            while await writeOnce(store) {
                if waiting.withLock({ $0.count < Self.batch }) { try? await sleep(Self.gathering) }
            }
            // A stop is not waited for: what cannot be written then is lost and said below.
            if counts.isFailing { try? await sleep(.seconds(1)) }
            if counts.isFailing { ring.yield() }
        }
        while await writeOnce(store) {}
        let left = waiting.withLock { $0.count }
        if left > 0 { lose(left, "the gate ended before the ledger could be written") }
    }

    /// Lets ``run()`` end.
    package func finish() { ring.finish() }

    /// Writes one batch; false where nothing waits or it cannot be written.
    private func writeOnce(_ store: any LedgerStore, size: Int = batch) async -> Bool {
        let batch = waiting.withLock { Array($0.prefix(size)) }
        guard !batch.isEmpty else { return false }
        do throws(LedgerError) {
            _ = try await store.append(batch)
            waiting.withLock { $0.removeFirst(batch.count) }
            let wasFailing = counted.withLock { counts in
                counts.kept += batch.count
                defer { counts.isFailing = false }
                return counts.isFailing
            }
            if wasFailing { say("the ledger is written again") }
            return true
        } catch .entryTooLarge {
            // One of them will never be taken: found out one by one.
            guard batch.count == 1 else { return await writeOnce(store, size: 1) }
            waiting.withLock { _ = $0.removeFirst() }
            lose(1, "one is larger than a ledger takes")
            return true
        } catch {
            let wasFailing = counted.withLock { counts in
                defer { counts.isFailing = true }
                return counts.isFailing
            }
            if !wasFailing { say("the ledger cannot be written, decisions wait in memory: \(error)") }
            return false
        }
    }

    private func lose(_ count: Int, _ why: String) {
        let lost = counted.withLock { counts in
            counts.lost += count
            return counts.lost
        }
        // 1, 2, 4, 8, …: said soon, and not a thousand times.
        if lost.nonzeroBitCount == 1 || count > 1 { say("\(lost) decisions are not in the ledger: \(why)") }
    }
}
