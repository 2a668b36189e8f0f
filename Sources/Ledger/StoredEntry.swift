public import SecurityEvents

/// An entry as the ledger keeps it.
public struct StoredEntry: Sendable, Equatable {
    /// Its number, from 1.
    public var sequence: Int64
    /// When it was appended.
    public var recorded: Timestamp
    public var entry: LedgerEntry
    /// The bytes that were hashed: one JSON object.
    public var payload: [UInt8]
    /// The hash of the entry before.
    public var previous: LedgerHash
    public var hash: LedgerHash
}
