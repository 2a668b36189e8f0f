/// Gathers entries and appends them in batches, so that one wait for the disk serves many.
public actor LedgerWriter {
    /// When a batch is appended.
    public struct Limits: Sendable {
        /// How many entries a batch has at most.
        public var entries: Int
        /// How long the first entry of a batch waits.
        public var delay: Duration

        /// 512 entries, or a quarter of a second.
        public init(entries: Int = 512, delay: Duration = .milliseconds(250)) {
            self.entries = max(1, entries)
            self.delay = delay
        }
    }

    /// What was kept since the writer was made.
    public private(set) var appended = 0
    /// What the ledger had already.
    public private(set) var known = 0

    private let store: any LedgerStore
    private let limits: Limits
    private let sleep: @Sendable (Duration) async throws -> Void
    private var pending: [LedgerEntry] = []
    private var timer: Task<Void, Never>?
    private var running: Task<Result<LedgerPosition, LedgerError>, Never>?

    /// Makes a writer.
    ///
    /// - Parameters:
    ///   - store: where the entries go.
    ///   - limits: when a batch is appended.
    ///   - sleep: waits; a parameter for tests.
    public init(
        store: any LedgerStore, limits: Limits = Limits(),
        sleep: @escaping @Sendable (Duration) async throws -> Void = { try await Task.sleep(for: $0) }
    ) {
        self.store = store
        self.limits = limits
        self.sleep = sleep
    }

    /// Takes an entry, and waits for the disk when a batch is full.
    ///
    /// The entry is kept only when a later ``flush()`` has returned, or a batch was full.
    ///
    /// - Parameter entry: what to keep.
    /// - Throws: why the batch could not be appended. Where it was full before, the entry was not taken; otherwise it waits
    ///   with the others for the next attempt.
    public func add(_ entry: LedgerEntry) async throws(LedgerError) {
        while pending.count >= limits.entries { try await flush() }
        pending.append(entry)
        if pending.count >= limits.entries {
            try await flush()
        } else {
            startTimer()
        }
    }

    /// Appends everything that waits.
    ///
    /// - Returns: where the ledger stands; nil where nothing waited.
    /// - Throws: why nothing was appended; the entries wait on.
    @discardableResult
    public func flush() async throws(LedgerError) -> LedgerPosition? {
        timer?.cancel()
        timer = nil
        // One batch after the other: entries keep their order.
        while let running { _ = await running.value }
        guard !pending.isEmpty else { return nil }
        let task = Task { await appendPending() }
        running = task
        return try await task.value.get()
    }

    /// Settles everything before its task ends, so that whoever waits for the task finds the writer at rest.
    private func appendPending() async -> Result<LedgerPosition, LedgerError> {
        let batch = pending
        pending = []
        defer { running = nil }
        do throws(LedgerError) {
            let position = try await store.append(batch)
            appended += position.appended
            known += position.known
            return .success(position)
        } catch {
            pending = batch + pending
            return .failure(error)
        }
    }

    private func startTimer() {
        guard timer == nil else { return }
        let delay = limits.delay
        timer = Task { [weak self, sleep] in
            guard (try? await sleep(delay)) != nil, !Task.isCancelled else { return }
            await self?.flushOnTime()
        }
    }

    /// A failure is not lost: the entries wait on, and the next `add` or `flush` meets it again.
    private func flushOnTime() async {
        timer = nil
        _ = try? await flush()
        if !pending.isEmpty { startTimer() }
    }
}
