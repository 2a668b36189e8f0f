import GRDB
import JSONView
import SecurityEvents

extension SQLiteLedger {
    /// The entries that a query asks for, in its order.
    ///
    /// - Parameter query: which entries; ask for the next page with the last one's sequence number.
    /// - Returns: one page.
    /// - Throws: what stood in the way; an entry that cannot be read is an error, not passed over.
    public func entries(matching query: LedgerQuery) async throws(LedgerError) -> [StoredEntry] {
        let (sql, arguments) = query.sql
        return try await entries(sql: sql, arguments: arguments)
    }

    /// The entry with a number; nil where there is none.
    public func entry(sequence: Int64) async throws(LedgerError) -> StoredEntry? {
        try await entries(sql: "\(EntryRow.selection) WHERE sequence = ?", arguments: [sequence]).first
    }

    /// The entry with a key, a finding's id or an event's key; nil where there is none.
    public func entry(key: String) async throws(LedgerError) -> StoredEntry? {
        // Kinds are named so that the index is used; a finding comes before a deployment.
        try await entries(
            sql: "\(EntryRow.selection) WHERE kind IN ('finding', 'deployment') AND key = ? ORDER BY kind DESC LIMIT 1",
            arguments: [LedgerSubject.settled(key)]
        ).first
    }

    private func entries(sql: String, arguments: StatementArguments) async throws(LedgerError) -> [StoredEntry] {
        let path = path
        return try await read { database in
            let parser = JSONParser(limits: JSONLimits(size: LedgerEntry.payloadLimit))
            var found: [StoredEntry] = []
            let rows = try Row.fetchCursor(database, sql: sql, arguments: arguments)
            while let row = try rows.next() {
                guard let read = EntryRow(row) else {
                    throw LedgerError.damaged(path: path, reason: "an entry has columns of a wrong type")
                }
                do throws(ReadFault) {
                    found.append(
                        StoredEntry(
                            sequence: read.sequence, recorded: read.recorded, entry: try read.entry(parser: parser),
                            payload: read.payload, previous: read.previous, hash: read.hash))
                } catch {
                    throw LedgerError.damaged(path: path, reason: "entry \(read.sequence): \(error.reason)")
                }
            }
            return found
        }
    }
}
