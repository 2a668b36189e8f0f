import Foundation
import GRDB
public import SecurityEvents

/// A ledger in one SQLite file, which several processes may use at the same time.
///
/// Every entry carries the hash of the one before it; `docs/ledger.md` describes the file.
public final class SQLiteLedger: LedgerStore {
    /// What a caller wants to do with a ledger.
    public enum Access: Sendable {
        /// Add to it; a ledger is made where there is none.
        case append
        /// Only look; nothing is made or changed.
        case read
    }

    /// The file's path.
    public let path: String
    let reader: any DatabaseReader
    private let pool: DatabasePool?
    private let now: @Sendable () -> Timestamp

    /// Opens a ledger.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - access: whether it will be added to.
    ///   - patience: how many seconds to wait for another process that holds the ledger.
    ///   - now: the clock that entries are dated by.
    /// - Throws: why it cannot be used.
    public convenience init(
        path: String, access: Access = .append, patience: Double = 10,
        now: @escaping @Sendable () -> Timestamp = { SystemTime.now }
    ) throws(LedgerError) {
        try self.init(path: path, access: access, patience: patience, now: now, prepare: { _ in })
    }

    /// Opens a ledger with something to do on each connection, for tests that make the disk full.
    init(
        path: String, access: Access, patience: Double, now: @escaping @Sendable () -> Timestamp,
        prepare: @escaping @Sendable (Database) throws -> Void
    ) throws(LedgerError) {
        // SQLite gives some names a meaning of their own (":memory:", "file:…"); with a folder before it, none has.
        let path = path.hasPrefix(":") || path.hasPrefix("file:") ? "./" + path : path
        self.path = path
        self.now = now
        let file = LedgerFile(path: path)
        if try file.state() != .ledger {
            guard access == .append else { throw LedgerError.missing(path: path) }
            try file.create()
        }
        var configuration = Configuration()
        configuration.busyMode = .timeout(patience)
        configuration.readonly = access == .read
        configuration.label = "ledger"
        configuration.prepareDatabase { database in
            // A file that somebody else arranged must not run functions through its views and triggers.
            try database.execute(sql: "PRAGMA trusted_schema = OFF")
            try prepare(database)
        }
        do {
            if access == .append {
                let pool = try Self.retry(for: patience) { try DatabasePool(path: path, configuration: configuration) }
                (self.pool, reader) = (pool, pool)
                // GRDB lowers this to NORMAL when it turns the write-ahead log on; an acknowledged batch must survive a
                // loss of power.
                try pool.writeWithoutTransaction { try $0.execute(sql: "PRAGMA synchronous = FULL") }
            } else {
                pool = nil
                reader = try DatabaseQueue(path: path, configuration: configuration)
            }
            if try reader.read({ try LedgerSchema.migrator.hasBeenSuperseded($0) }) {
                throw LedgerError.newerSchema(path: path)
            }
            if let pool { try Self.retry(for: patience) { try LedgerSchema.migrator.migrate(pool) } }
        } catch { throw LedgerError(error, path: path) }
    }

    /// SQLite does not wait while another process turns the write-ahead log on or changes the tables: this does.
    private static func retry<Value>(for seconds: Double, _ work: () throws -> Value) throws -> Value {
        let end = ContinuousClock.now + .seconds(seconds)
        while true {
            do { return try work() } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
                guard ContinuousClock.now < end else { throw error }
                usleep(20_000)
            }
        }
    }

    public func append(
        _ batch: [LedgerEntry], places: [String: [UInt8]]
    ) async throws(LedgerError) -> LedgerPosition {
        guard let pool else { throw .readOnly(path: path) }
        let payloads = try batch.map { entry throws(LedgerError) in try entry.boundedPayload() }
        let path = path
        let now = now
        return try await mapped {
            try await pool.writeWithoutTransaction { database in
                var position = LedgerPosition(head: .origin, appended: 0, known: 0)
                // Immediate: the end of the chain that is read here must still be the end when it is written.
                try database.inTransaction(.immediate) {
                    let start = try Self.end(of: database, path: path)
                    position = LedgerPosition(head: start, appended: 0, known: 0)
                    for (entry, payload) in zip(batch, payloads) {
                        if try Self.knows(entry, in: database) {
                            position.known += 1
                            continue
                        }
                        let row = EntryRow(entry, payload: payload, after: position.head, recorded: now())
                        try database.cachedStatement(sql: EntryRow.insertion).execute(arguments: row.arguments)
                        position.head = row.head
                        position.appended += 1
                    }
                    for (source, place) in places { try Self.keep(place, of: source, in: database) }
                    guard position.appended > 0 else { return places.isEmpty ? .rollback : .commit }
                    try database.cachedStatement(sql: "UPDATE head SET sequence = ?, hash = ? WHERE id = 1")
                        .execute(arguments: [position.head.sequence, Data(position.head.hash.bytes)])
                    return .commit
                }
                return position
            }
        }
    }

    /// How far sources were read, by their names.
    public func places() async throws(LedgerError) -> [String: [UInt8]] {
        try await read { database in
            var places: [String: [UInt8]] = [:]
            let rows = try Row.fetchCursor(database, sql: "SELECT source, place FROM place")
            while let row = try rows.next() {
                guard let source = String.fromDatabaseValue(row[0] as DatabaseValue),
                    let place = Data.fromDatabaseValue(row[1] as DatabaseValue)
                else { continue }
                places[source] = [UInt8](place)
            }
            return places
        }
    }

    private static func keep(_ place: [UInt8], of source: String, in database: Database) throws {
        guard !place.isEmpty else {
            let statement = try database.cachedStatement(sql: "DELETE FROM place WHERE source = ?")
            return try statement.execute(arguments: [LedgerSubject.settled(source)])
        }
        let statement = try database.cachedStatement(
            sql:
                "INSERT INTO place (source, place) VALUES (?, ?) ON CONFLICT (source) DO UPDATE SET place = excluded.place"
        )
        try statement.execute(arguments: [LedgerSubject.settled(source), Data(place)])
    }

    /// Where the chain is to be continued.
    ///
    /// The recorded head counts where it is ahead of the last entry: were the chain continued at the entry, a cut-off end
    /// would be covered up. So the hole stays, and `verify` names it.
    private static func end(of database: Database, path: String) throws -> LedgerHead {
        guard let recorded = try recordedHead(of: database) else {
            throw LedgerError.damaged(path: path, reason: "the record of its last entry is gone")
        }
        guard
            let row = try Row.fetchOne(database, sql: "SELECT sequence, hash FROM entry ORDER BY sequence DESC LIMIT 1")
        else { return recorded }
        guard let last = head(row) else {
            throw LedgerError.damaged(path: path, reason: "the last entry cannot be read")
        }
        return last.sequence > recorded.sequence ? last : recorded
    }

    static func recordedHead(of database: Database) throws -> LedgerHead? {
        try Row.fetchOne(database, sql: "SELECT sequence, hash FROM head WHERE id = 1").flatMap(head)
    }

    private static func head(_ row: Row) -> LedgerHead? {
        guard let sequence = Int64.fromDatabaseValue(row[0] as DatabaseValue), sequence >= 0, sequence < .max,
            let hash = Data.fromDatabaseValue(row[1] as DatabaseValue).flatMap({ LedgerHash([UInt8]($0)) })
        else { return nil }
        return LedgerHead(sequence: sequence, hash: hash)
    }

    private static func knows(_ entry: LedgerEntry, in database: Database) throws -> Bool {
        guard let key = entry.key else { return false }
        let statement = try database.cachedStatement(sql: "SELECT 1 FROM entry WHERE kind = ? AND key = ?")
        return try Row.fetchOne(statement, arguments: [entry.kind.rawValue, LedgerSubject.settled(key)]) != nil
    }

    /// The last entry as the ledger records it.
    ///
    /// - Returns: the head; of an empty ledger its origin.
    public func head() async throws(LedgerError) -> LedgerHead {
        let path = path
        return try await read { database in
            guard let head = try Self.recordedHead(of: database) else {
                throw LedgerError.damaged(path: path, reason: "the record of its last entry is gone")
            }
            return head
        }
    }

    /// Closes the file; what was appended is kept with or without it.
    ///
    /// - Throws: what stood in the way.
    public func close() throws(LedgerError) {
        // The writer must go last: only a writer moves the write-ahead log into the file, so that a copy of the one file
        // is a copy of the ledger.
        pool?.invalidateReadOnlyConnections()
        do { try reader.close() } catch { throw LedgerError(error, path: path) }
    }

    func read<Value: Sendable>(_ work: @escaping @Sendable (Database) throws -> Value) async throws(LedgerError)
        -> Value
    {
        let reader = reader
        return try await mapped { try await reader.read(work) }
    }

    private func mapped<Value>(_ work: () async throws -> Value) async throws(LedgerError) -> Value {
        do { return try await work() } catch { throw LedgerError(error, path: path) }
    }
}
