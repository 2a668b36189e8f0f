/// Where entries are kept, one after the other.
public protocol LedgerStore: Sendable {
    /// Appends entries, all of them or none.
    ///
    /// When it returns, the entries are kept: neither the end of the process nor a loss of power takes them back.
    ///
    /// - Parameter batch: the entries, in order; those whose key is already kept are passed over.
    /// - Returns: where the ledger stands now.
    /// - Throws: why nothing was appended.
    func append(_ batch: [LedgerEntry]) async throws(LedgerError) -> LedgerPosition
}

/// Where a ledger stands after a batch.
public struct LedgerPosition: Sendable, Equatable {
    /// The last entry of the ledger.
    public var head: LedgerHead
    /// How many entries of the batch were new.
    public var appended: Int
    /// How many entries of the batch the ledger had already.
    public var known: Int

    /// Makes a position.
    public init(head: LedgerHead, appended: Int, known: Int) {
        self.head = head
        self.appended = appended
        self.known = known
    }
}
