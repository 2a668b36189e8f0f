/// Where entries are kept, one after the other.
public protocol LedgerStore: Sendable {
    /// Appends entries, all of them or none, and keeps how far their sources were read in the same step.
    ///
    /// When it returns, the entries are kept: neither the end of the process nor a loss of power takes them back.
    ///
    /// - Parameters:
    ///   - batch: the entries, in order; those whose key is already kept are passed over.
    ///   - places: how far sources were read, by their names; those that are not named keep their places, and one that is
    ///     empty is forgotten.
    /// - Returns: where the ledger stands now.
    /// - Throws: why nothing was appended.
    func append(_ batch: [LedgerEntry], places: [String: [UInt8]]) async throws(LedgerError) -> LedgerPosition

    /// How far sources were read, by their names, as it was kept last.
    ///
    /// - Returns: the places, as they were given.
    /// - Throws: why they cannot be read.
    func places() async throws(LedgerError) -> [String: [UInt8]]
}

extension LedgerStore {
    /// Appends entries, all of them or none.
    ///
    /// - Parameter batch: the entries, in order; those whose key is already kept are passed over.
    /// - Returns: where the ledger stands now.
    /// - Throws: why nothing was appended.
    public func append(_ batch: [LedgerEntry]) async throws(LedgerError) -> LedgerPosition {
        try await append(batch, places: [:])
    }
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
