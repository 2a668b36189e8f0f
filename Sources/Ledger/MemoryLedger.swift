public import SecurityEvents

/// A ledger that keeps its entries in memory, for runs that leave nothing behind.
public actor MemoryLedger: LedgerStore {
    /// What was appended, in order.
    public private(set) var entries: [LedgerEntry] = []
    private var head = LedgerHead.origin
    private var keys: Set<Key> = []
    private var kept: [String: [UInt8]] = [:]
    private let now: @Sendable () -> Timestamp

    private struct Key: Hashable {
        var kind: LedgerEntry.Kind
        var text: String
    }

    /// Makes an empty ledger.
    ///
    /// - Parameter now: the clock that entries are dated by.
    public init(now: @escaping @Sendable () -> Timestamp = { SystemTime.now }) { self.now = now }

    public func places() async throws(LedgerError) -> [String: [UInt8]] { kept }

    public func append(
        _ batch: [LedgerEntry], places: [String: [UInt8]]
    ) async throws(LedgerError) -> LedgerPosition {
        let payloads = try batch.map { entry throws(LedgerError) in try entry.boundedPayload() }
        var position = LedgerPosition(head: head, appended: 0, known: 0)
        for (entry, payload) in zip(batch, payloads) {
            if let key = entry.key, !keys.insert(Key(kind: entry.kind, text: key)).inserted {
                position.known += 1
                continue
            }
            let sequence = position.head.sequence + 1
            let hash = EntryDigest.hash(
                previous: position.head.hash, sequence: sequence, recorded: now(), kind: entry.kind.rawValue,
                payload: payload)
            position.head = LedgerHead(sequence: sequence, hash: hash)
            position.appended += 1
            entries.append(entry)
        }
        head = position.head
        for (source, place) in places { kept[source] = place.isEmpty ? nil : place }
        return position
    }
}
