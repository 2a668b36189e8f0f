/// What came out of going over a whole ledger.
public struct LedgerVerification: Sendable, Equatable {
    /// How many entries hold together, from the first on.
    public var verified: Int64
    /// The last entry that holds.
    public var head: LedgerHead
    /// The first thing that does not; nil where everything holds.
    public var fault: LedgerFault?

    /// Makes a result.
    public init(verified: Int64, head: LedgerHead, fault: LedgerFault? = nil) {
        self.verified = verified
        self.head = head
        self.fault = fault
    }
}

/// The first place where a ledger does not hold together.
public struct LedgerFault: Sendable, Equatable, CustomStringConvertible {
    /// What is wrong.
    public enum Reason: Sendable, Equatable {
        /// Entries are missing up to this number.
        case missing(through: Int64)
        /// A column is not of its type, or a hash not of its length.
        case unreadable
        /// The hash that it keeps of the entry before is another.
        case previousHash
        /// Its payload, kind, number or time is not what was hashed.
        case contentChanged
        /// Its payload is no entry of its kind.
        case payload(String)
        /// Columns that it is found by say something else than its payload.
        case columns([String])
        /// The record of the last entry is gone.
        case headMissing
        /// The record of the last entry names another hash or an earlier entry than the last.
        case headDiffers
        /// The end is missing: the record of the last entry, or the anchor, names this later one.
        case cutOff(recorded: Int64)
        /// The entry is not the one that the anchor kept: the ledger was written anew.
        case anchorDiffers
        /// All entries hold, and the file that they are in does not: an index that would hide entries, a lost page.
        case file(String)
    }

    /// The number of the entry.
    public var sequence: Int64
    public var reason: Reason

    /// Makes a fault.
    public init(sequence: Int64, reason: Reason) {
        self.sequence = sequence
        self.reason = reason
    }

    /// The entry and what is wrong with it, in one line.
    public var description: String {
        if case .file(let reason) = reason { return "the file: \(reason)" }
        return "entry \(sequence): \(explanation)"
    }

    private var explanation: String {
        switch reason {
        case .missing(let last):
            last > sequence ? "it and all entries up to \(last) are missing" : "it is missing"
        case .unreadable: "a column is not of its type"
        case .previousHash: "it does not follow the entry before it: the hash it keeps of that one differs"
        case .contentChanged: "its payload, kind, number or time was changed after it was written"
        case .payload(let reason): "its payload cannot be read: \(reason)"
        case .columns(let names): "\(names.joined(separator: ", ")) differs from its payload"
        case .headMissing: "the record of the last entry is gone"
        case .headDiffers: "the record of the last entry does not fit it"
        case .cutOff(let recorded): "it and all entries up to \(recorded) were cut off the end"
        case .anchorDiffers: "it is not the entry whose hash the anchor kept: the ledger was written anew"
        case .file(let reason): reason
        }
    }
}
