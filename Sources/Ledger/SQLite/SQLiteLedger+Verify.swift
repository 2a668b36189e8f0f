import GRDB

extension SQLiteLedger {
    /// Goes over the whole ledger and names the first entry that does not hold.
    ///
    /// It reads one state of the ledger, whatever is appended meanwhile, in constant memory.
    ///
    /// - Parameters:
    ///   - anchor: a head that was kept elsewhere, if any.
    ///   - progress: called now and then with the number of entries seen.
    /// - Returns: how far the ledger holds, and what is wrong behind.
    /// - Throws: why the file could not be read.
    public func verify(
        against anchor: LedgerHead? = nil, progress: @escaping @Sendable (Int64) -> Void = { _ in }
    ) async throws(LedgerError) -> LedgerVerification {
        try await read { database in
            var verifier = ChainVerifier(anchor: anchor)
            let rows = try Row.fetchCursor(database, sql: "\(EntryRow.selection) ORDER BY sequence")
            while let row = try rows.next() {
                if let fault = verifier.take(EntryRow(row)) {
                    return LedgerVerification(verified: verifier.head.sequence, head: verifier.head, fault: fault)
                }
                if verifier.head.sequence % 4096 == 0 { progress(verifier.head.sequence) }
            }
            let fault =
                try verifier.finish(recorded: try Self.recordedHead(of: database))
                ?? Self.fileFault(of: database, sequence: verifier.head.sequence)
            return LedgerVerification(verified: verifier.head.sequence, head: verifier.head, fault: fault)
        }
    }

    /// What SQLite says of the file's own order: queries go through its indices.
    private static func fileFault(of database: Database, sequence: Int64) throws -> LedgerFault? {
        let answer = try String.fetchOne(database, sql: "PRAGMA integrity_check(1)") ?? "no answer"
        return answer == "ok" ? nil : LedgerFault(sequence: sequence, reason: .file(answer))
    }
}
