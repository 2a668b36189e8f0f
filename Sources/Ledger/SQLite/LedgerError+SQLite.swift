import GRDB

extension LedgerError {
    /// Says in the ledger's words what SQLite said.
    init(_ error: any Error, path: String) {
        if let already = error as? LedgerError {
            self = already
            return
        }
        if error is CancellationError {
            self = .cancelled
            return
        }
        guard let error = error as? DatabaseError else {
            self = .failed(path: path, reason: "\(error)")
            return
        }
        let reason = error.message ?? "\(error.resultCode)"
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
        case .SQLITE_FULL: self = .diskFull(path: path)
        case .SQLITE_READONLY, .SQLITE_PERM: self = .readOnly(path: path)
        case .SQLITE_NOTADB: self = .notALedger(path: path)
        case .SQLITE_CORRUPT: self = .damaged(path: path, reason: reason)
        case .SQLITE_CANTOPEN, .SQLITE_AUTH: self = .cannotOpen(path: path, reason: reason)
        case .SQLITE_INTERRUPT, .SQLITE_ABORT: self = .cancelled
        // The table's own rules were broken: a file that somebody else arranged.
        case .SQLITE_CONSTRAINT, .SQLITE_MISMATCH, .SQLITE_SCHEMA: self = .damaged(path: path, reason: reason)
        default: self = .failed(path: path, reason: reason)
        }
    }
}
