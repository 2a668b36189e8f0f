public import SecurityEvents

/// Gathers entries and appends them in batches, so that one wait for the disk serves many, and outlives a disk that is full,
/// slow or broken.
///
/// While the disk takes entries, whoever adds some waits when too many wait already, so that a slow disk slows the sources.
/// While it does not, nobody waits: entries are held up to a limit, what is over it is left out and counted, and the disk is
/// tried again. When it takes entries again, everything held is appended in order, and a gap that says what was left out.
public actor LedgerWriter {
    /// How much is gathered and held.
    public struct Limits: Sendable {
        /// How many entries a batch has; more only when one record makes them.
        public var entries: Int
        /// How long the first entry of a batch waits.
        public var delay: Duration
        /// How many entries may wait for the disk.
        public var waiting: Int
        /// How long the disk may take for a batch before nobody waits for it any more.
        public var patience: Duration

        /// 512 entries or a quarter of a second, 20,000 that wait, 10 seconds.
        public init(
            entries: Int = 512, delay: Duration = .milliseconds(250), waiting: Int = 20_000,
            patience: Duration = .seconds(10)
        ) {
            self.entries = max(1, entries)
            self.delay = delay
            self.waiting = max(waiting, self.entries)
            self.patience = patience
        }
    }

    /// What was done so far, and how the disk does.
    public struct State: Sendable, Equatable {
        /// What was kept since the writer was made, and of what kind.
        public var appended = 0
        /// What the ledger had already.
        public var known = 0
        /// How many entries wait.
        public var waiting = 0
        /// How many entries were left out.
        public var lost = 0
        /// How many attempts failed.
        public var failures = 0
        /// Why the disk takes nothing now; nil while it does.
        public var trouble: LedgerError?
        /// The last entry of the ledger; nil before the first batch.
        public var head: LedgerHead?
    }

    /// What somebody should be told.
    public enum Report: Sendable, Equatable {
        /// The ledger takes no entries; it is tried again.
        case failing(LedgerError)
        /// The ledger takes entries again; the gap says what was left out.
        case recovered(Gap)
    }

    /// Entries that are appended together.
    fileprivate struct Batch {
        var entries: [LedgerEntry] = []
        var places: [String: LedgerPlace] = [:]
        /// What is called when the batch is kept.
        var marks: [@Sendable () async -> Void] = []
    }

    /// What was done so far, and how the disk does.
    public private(set) var state = State()
    /// What was kept since the writer was made.
    public var appended: Int { state.appended }
    /// What the ledger had already.
    public var known: Int { state.known }

    private let store: any LedgerStore
    private let limits: Limits
    private let name: String
    private let now: @Sendable () -> Timestamp
    private let sleep: @Sendable (Duration) async throws -> Void
    private let report: @Sendable (Report) -> Void

    private var batches: [Batch] = []
    private var timer: Task<Void, Never>?
    private var writing: Task<Void, Never>?
    /// Since when the disk takes nothing, and how many entries were left out meanwhile.
    private var outage: (since: Timestamp, lost: Int)?
    private var attempts = 0
    private var waiters: [Int: CheckedContinuation<Bool, Never>] = [:]
    private var nextWaiter = 0

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - store: where the entries go.
    ///   - name: what the ledger is called in a gap: its path.
    ///   - limits: how much is gathered and held.
    ///   - now: the clock that gaps are dated by.
    ///   - sleep: waits; a parameter for tests.
    ///   - report: is told when the disk takes nothing, and when it takes entries again.
    public init(
        store: any LedgerStore, name: String = "ledger", limits: Limits = Limits(),
        now: @escaping @Sendable () -> Timestamp = { SystemTime.now },
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) },
        report: @escaping @Sendable (Report) -> Void = { _ in }
    ) {
        self.store = store
        self.name = name
        self.limits = limits
        self.now = now
        self.sleep = sleep
        self.report = report
    }

    /// Takes an entry; see ``add(_:places:)``.
    ///
    /// - Parameter entry: what to keep.
    public func add(_ entry: LedgerEntry) async { await add([entry]) }

    /// Takes what came of one record, and waits while too much waits for a disk that works.
    ///
    /// The entries and the places are kept together or not at all.
    ///
    /// - Parameters:
    ///   - entries: what to keep.
    ///   - places: how far their source was read with them.
    public func add(_ entries: [LedgerEntry], places: [LedgerPlace] = []) async {
        guard !entries.isEmpty || !places.isEmpty else { return }
        if !entries.isEmpty, state.waiting > 0, state.waiting + entries.count > limits.waiting {
            while state.trouble == nil, state.waiting + entries.count > limits.waiting, state.waiting > 0 {
                startWriting()
                if await !progress() {
                    fail(.failed(path: name, reason: "the disk takes longer than \(limits.patience)"))
                }
            }
            if state.waiting > 0, state.waiting + entries.count > limits.waiting {
                lose(entries.count)
                // Not the places: how far a source is is kept again as soon as entries behind it are.
                return
            }
        }
        if batches.last.map({ $0.entries.count >= limits.entries }) ?? true { batches.append(Batch()) }
        batches[batches.count - 1].entries += entries
        for place in places { batches[batches.count - 1].places[place.source] = place }
        state.waiting += entries.count
        if batches.first.map({ $0.entries.count >= limits.entries }) == true, state.trouble == nil {
            startWriting()
        } else {
            startTimer(after: limits.delay)
        }
    }

    /// Takes note of a place behind which somebody waits for everything before to be kept.
    ///
    /// - Parameter kept: is called when it is; never, where something of it was left out.
    public func mark(_ kept: @escaping @Sendable () async -> Void) async {
        guard (outage?.lost ?? 0) == 0 else { return }
        if batches.isEmpty {
            if writing == nil { return await kept() }
            // What is being written right now comes before it.
            batches.append(Batch())
        }
        batches[batches.count - 1].marks.append(kept)
        if state.trouble == nil { startWriting() }
    }

    /// Appends everything that waits.
    ///
    /// - Returns: where the ledger stands; nil where nothing was ever appended.
    /// - Throws: why something still waits.
    @discardableResult
    public func flush() async throws(LedgerError) -> LedgerHead? {
        await settled()
        timer?.cancel()
        timer = nil
        if !batches.isEmpty {
            startWriting()
            await settled()
        }
        if !batches.isEmpty, let trouble = state.trouble { throw trouble }
        return state.head
    }

    /// Waits until nothing is being written; what waits for more entries goes on waiting.
    package func settled() async {
        while let writing { await writing.value }
    }

    // MARK: Writing

    private func startWriting() {
        guard writing == nil, !batches.isEmpty else { return }
        timer?.cancel()
        timer = nil
        writing = Task { await write() }
    }

    /// Appends batch after batch, so that entries keep their order, until nothing waits or the disk takes nothing.
    private func write() async {
        defer { writing = nil }
        while !batches.isEmpty {
            let batch = batches.removeFirst()
            if batch.entries.isEmpty, batch.places.isEmpty {
                for mark in batch.marks { await mark() }
                continue
            }
            do throws(LedgerError) {
                let position = try await store.append(batch.entries, places: batch.places.mapValues { $0.bytes() })
                await settle(batch, position)
            } catch .entryTooLarge {
                // It would stand in the way of all others for ever.
                batches.insert(batch.withoutTooLarge(at: now(), name: name), at: 0)
            } catch {
                batches.insert(batch, at: 0)
                fail(error)
                wake()
                startTimer(after: backoff())
                return
            }
        }
    }

    private func settle(_ batch: Batch, _ position: LedgerPosition) async {
        state.appended += position.appended
        state.known += position.known
        state.waiting -= batch.entries.count
        state.head = position.head
        state.trouble = nil
        attempts = 0
        if let outage {
            self.outage = nil
            recover(from: outage)
        }
        wake()
        for mark in batch.marks { await mark() }
    }

    private func recover(from outage: (since: Timestamp, lost: Int)) {
        let told =
            outage.lost > 0
            ? "\(outage.lost) entries were left out" : "what waited meanwhile was kept, and nothing was left out"
        let gap = Gap(
            source: name, from: outage.since, to: now(), reason: "the ledger took no entries; \(told)",
            estimate: outage.lost)
        // In front: what follows was added after it.
        batches.insert(Batch(entries: [.gap(gap)]), at: 0)
        state.waiting += 1
        report(.recovered(gap))
    }

    private func fail(_ error: LedgerError) {
        state.failures += 1
        if outage == nil {
            outage = (now(), 0)
            report(.failing(error))
        }
        state.trouble = error
    }

    private func lose(_ count: Int) {
        state.lost += count
        outage?.lost += count
    }

    /// Twice as long after each attempt that failed, up to five seconds.
    private func backoff() -> Duration {
        attempts = min(attempts + 1, 5)
        return .milliseconds(min(250 << (attempts - 1), 5000))
    }

    private func startTimer(after delay: Duration) {
        guard timer == nil, writing == nil || state.trouble != nil else { return }
        timer = Task { [weak self, sleep] in
            guard (try? await sleep(delay)) != nil, !Task.isCancelled else { return }
            await self?.timeHasCome()
        }
    }

    private func timeHasCome() {
        timer = nil
        startWriting()
    }

    // MARK: Waiting for the disk

    /// Waits until a batch was kept or failed.
    ///
    /// - Returns: false where the disk took longer than it may.
    private func progress() async -> Bool {
        let number = nextWaiter
        nextWaiter += 1
        let limit = Task { [weak self, sleep, limits] in
            guard (try? await sleep(limits.patience)) != nil else { return }
            await self?.wake(number, false)
        }
        defer { limit.cancel() }
        return await withCheckedContinuation { waiters[number] = $0 }
    }

    private func wake() { for number in waiters.keys { wake(number, true) } }

    private func wake(_ number: Int, _ hasProgress: Bool) {
        waiters.removeValue(forKey: number)?.resume(returning: hasProgress)
    }
}

extension LedgerWriter.Batch {
    /// The batch with a gap in the place of each entry that no ledger takes.
    fileprivate func withoutTooLarge(at moment: Timestamp, name: String) -> Self {
        var batch = self
        batch.entries = entries.map { entry in
            do throws(LedgerError) {
                _ = try entry.boundedPayload()
                return entry
            } catch {
                return .gap(Gap(source: name, from: moment, to: moment, reason: "\(error)", estimate: 1))
            }
        }
        return batch
    }
}
