import Foundation
import GRDB

/// The tables of a ledger, and how an older file becomes a newer one.
enum LedgerSchema {
    /// What marks an SQLite file as a ledger (its `application_id`): `TLYM`.
    static let applicationID: UInt32 = 0x544C_594D

    static var migrator: DatabaseMigrator {
        var migrator = DatabaseMigrator()
        migrator.registerMigration("1") { database in
            try database.execute(sql: version1)
            try database.execute(sql: "PRAGMA application_id = \(applicationID)")
            try database.execute(
                sql: "INSERT INTO head (id, sequence, hash) VALUES (1, 0, ?)",
                arguments: [Data(LedgerHash.origin.bytes)])
        }
        migrator.registerMigration("2") { database in try database.execute(sql: version2) }
        return migrator
    }

    /// How far each source was read: it is changed in the transaction that appends what was read.
    private static let version2 = """
        CREATE TABLE place (
            source TEXT PRIMARY KEY,
            place BLOB NOT NULL
        ) STRICT;
        """

    private static let version1 = """
        CREATE TABLE entry (
            sequence INTEGER PRIMARY KEY,
            recorded INTEGER NOT NULL,
            kind TEXT NOT NULL,
            key TEXT,
            time INTEGER,
            rule TEXT,
            rule_name TEXT,
            level TEXT,
            container TEXT,
            workload_uid TEXT,
            namespace TEXT,
            workload TEXT,
            actor TEXT,
            on_behalf_of TEXT,
            about TEXT,
            payload BLOB NOT NULL,
            previous BLOB NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE UNIQUE INDEX entry_key ON entry (kind, key) WHERE key IS NOT NULL;
        CREATE INDEX entry_rule ON entry (rule) WHERE rule IS NOT NULL;
        CREATE INDEX entry_container ON entry (container) WHERE container IS NOT NULL;
        CREATE INDEX entry_workload ON entry (workload, namespace) WHERE workload IS NOT NULL;
        CREATE TABLE head (
            id INTEGER PRIMARY KEY CHECK (id = 1),
            sequence INTEGER NOT NULL,
            hash BLOB NOT NULL
        ) STRICT;
        CREATE TRIGGER entry_is_never_changed BEFORE UPDATE ON entry
        BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;
        CREATE TRIGGER entry_is_never_removed BEFORE DELETE ON entry
        BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;
        CREATE TRIGGER head_is_never_removed BEFORE DELETE ON head
        BEGIN SELECT RAISE(ABORT, 'the ledger is only ever added to'); END;
        """
}
