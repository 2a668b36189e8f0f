/// Why a ledger could not be opened, read or written.
public enum LedgerError: Error, Sendable, Equatable, CustomStringConvertible {
    /// There is no ledger at the path.
    case missing(path: String)
    case cannotOpen(path: String, reason: String)
    /// Another process held the ledger longer than was waited.
    case locked(path: String)
    case diskFull(path: String)
    /// The file may not be written.
    case readOnly(path: String)
    /// The file is something else.
    case notALedger(path: String)
    /// The ledger was written by a later version of the program.
    case newerSchema(path: String)
    /// The file is a ledger that does not hold together; `verify` says more.
    case damaged(path: String, reason: String)
    /// An entry is larger than the ledger takes.
    case entryTooLarge(bytes: Int, limit: Int)
    /// The caller gave up waiting.
    case cancelled
    /// Something that has no case of its own.
    case failed(path: String, reason: String)

    /// What happened and what to do, in one line.
    public var description: String {
        switch self {
        case .missing(let path): "\(path): there is no ledger"
        case .cannotOpen(let path, let reason): "\(path): cannot be opened: \(reason)"
        case .locked(let path): "\(path): another process holds the ledger; try again when it is done"
        case .diskFull(let path): "\(path): the disk is full; nothing of the batch was kept"
        case .readOnly(let path): "\(path): the ledger may not be written"
        case .notALedger(let path): "\(path): the file is not a ledger"
        case .newerSchema(let path): "\(path): the ledger was written by a later version of this program"
        case .damaged(let path, let reason): "\(path): the ledger is damaged: \(reason)"
        case .entryTooLarge(let bytes, let limit): "an entry of \(bytes) bytes is over the limit of \(limit)"
        case .cancelled: "given up"
        case .failed(let path, let reason): "\(path): \(reason)"
        }
    }
}
