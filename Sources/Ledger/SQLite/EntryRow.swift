import Foundation
import GRDB
import JSONView
import SecurityEvents

/// A row of the table `entry`, read without trusting it.
struct EntryRow {
    var sequence: Int64
    var recorded: Timestamp
    var kind: String
    var key: String?
    var time: Int64?
    var subject: [String?]
    var payload: [UInt8]
    var previous: LedgerHash
    var hash: LedgerHash

    /// The columns in the order they are read and written.
    static let columns =
        ["sequence", "recorded", "kind", "key", "time"] + LedgerSubject.columns + ["payload", "previous", "hash"]

    /// `SELECT` with all columns and no condition.
    static let selection = "SELECT \(columns.joined(separator: ", ")) FROM entry"

    /// `INSERT` with all columns.
    static let insertion = """
        INSERT INTO entry (\(columns.joined(separator: ", "))) \
        VALUES (\(columns.map { _ in "?" }.joined(separator: ", ")))
        """

    /// Makes the row of a new entry.
    init(_ entry: LedgerEntry, payload: [UInt8], after previous: LedgerHead, recorded: Timestamp) {
        sequence = previous.sequence + 1
        self.recorded = recorded
        kind = entry.kind.rawValue
        key = entry.key.map(LedgerSubject.settled)
        time = entry.time?.nanoseconds
        subject = LedgerSubject(entry).values
        self.payload = payload
        self.previous = previous.hash
        hash = EntryDigest.hash(
            previous: previous.hash, sequence: sequence, recorded: recorded, kind: kind, payload: payload)
    }

    /// Reads a row; nil where a column is not of the type that the table gives it.
    init?(_ row: Row) {
        guard row.count == Self.columns.count else { return nil }
        func integer(_ at: Int) -> Int64? { Int64.fromDatabaseValue(row[at] as DatabaseValue) }
        func text(_ at: Int) -> String? { String.fromDatabaseValue(row[at] as DatabaseValue) }
        func bytes(_ at: Int) -> [UInt8]? { Data.fromDatabaseValue(row[at] as DatabaseValue).map { [UInt8]($0) } }
        let last = row.count - 1
        guard let sequence = integer(0), let recorded = integer(1), let kind = text(2),
            let payload = bytes(last - 2), let previous = bytes(last - 1).flatMap({ LedgerHash($0) }),
            let hash = bytes(last).flatMap({ LedgerHash($0) })
        else { return nil }
        self.sequence = sequence
        self.recorded = Timestamp(nanoseconds: recorded)
        self.kind = kind
        key = text(3)
        time = integer(4)
        subject = (5..<last - 2).map(text)
        self.payload = payload
        self.previous = previous
        self.hash = hash
    }

    var arguments: StatementArguments {
        let first: [(any DatabaseValueConvertible)?] = [sequence, recorded.nanoseconds, kind, key, time]
        let last: [(any DatabaseValueConvertible)?] = [Data(payload), Data(previous.bytes), Data(hash.bytes)]
        return StatementArguments(first + subject.map { $0 as (any DatabaseValueConvertible)? } + last)
    }

    var head: LedgerHead { LedgerHead(sequence: sequence, hash: hash) }

    /// The hash that the row's content has.
    var computedHash: LedgerHash {
        EntryDigest.hash(previous: previous, sequence: sequence, recorded: recorded, kind: kind, payload: payload)
    }

    /// The entry that the payload says.
    func entry(parser: JSONParser) throws(ReadFault) -> LedgerEntry {
        guard let kind = LedgerEntry.Kind(rawValue: kind) else { throw ReadFault("its kind is unknown") }
        return try LedgerEntry(kind: kind, payload: payload, parser: parser)
    }

    /// The names of the columns that say something else than the payload.
    func columnsDiffering(from entry: LedgerEntry) -> [String] {
        var names: [String] = []
        if key != entry.key.map(LedgerSubject.settled) { names.append("key") }
        if time != entry.time?.nanoseconds { names.append("time") }
        for (name, (kept, said)) in zip(LedgerSubject.columns, zip(subject, LedgerSubject(entry).values))
        where kept != said {
            names.append(name)
        }
        return names
    }
}
