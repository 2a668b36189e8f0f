/// The last entry of a ledger: who keeps a copy of it elsewhere can prove later that nothing before it was changed.
public struct LedgerHead: Sendable, Hashable, CustomStringConvertible {
    /// The number of the last entry; 0 for an empty ledger.
    public var sequence: Int64
    public var hash: LedgerHash

    /// The head of an empty ledger.
    public static let origin = LedgerHead(sequence: 0, hash: .origin)

    /// Makes a head.
    public init(sequence: Int64, hash: LedgerHash) {
        self.sequence = sequence
        self.hash = hash
    }

    /// Reads `SEQUENCE:HASH` as ``description`` writes it.
    public init?(_ text: some StringProtocol) {
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, let sequence = Int64(parts[0]), sequence >= 0, let hash = LedgerHash(hex: parts[1])
        else { return nil }
        self.init(sequence: sequence, hash: hash)
    }

    /// `SEQUENCE:HASH`, the hash in hexadecimal digits.
    public var description: String { "\(sequence):\(hash)" }
}
