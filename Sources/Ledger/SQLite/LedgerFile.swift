import Foundation
import GRDB

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Tells a ledger's file from others, and makes a new one.
struct LedgerFile {
    let path: String

    /// What stands at the path.
    enum State: Equatable {
        case absent, empty, ledger
    }

    /// Looks at the path without changing anything.
    ///
    /// A ledger is only ever put in place whole, so its mark stands in the first page from the beginning.
    func state() throws(LedgerError) -> State {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return .absent }
            throw LedgerError.cannotOpen(path: path, reason: Self.lastError)
        }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw .cannotOpen(path: path, reason: Self.lastError) }
        guard status.st_mode & S_IFMT == S_IFREG else { throw .notALedger(path: path) }
        if status.st_size == 0 { return .empty }
        var header = [UInt8](repeating: 0, count: 100)
        guard pread(descriptor, &header, header.count, 0) == header.count,
            header.starts(with: Array("SQLite format 3\0".utf8))
        else { throw .notALedger(path: path) }
        let mark = header[68..<72].reduce(0) { $0 << 8 | UInt32($1) }
        guard mark == LedgerSchema.applicationID else { throw .notALedger(path: path) }
        return .ledger
    }

    /// Puts an empty ledger at the path, unless another process was faster.
    ///
    /// It is made beside the path and moved there in one step: nobody ever sees half a ledger, and of two processes that
    /// begin at the same time one's file stands and both use it.
    func create() throws(LedgerError) {
        let made = "\(path).new-\(UUID().uuidString)"
        defer { for suffix in ["", "-wal", "-shm", "-journal"] { unlink(made + suffix) } }
        // Only the owner: entries name people, images and hosts. SQLite gives its other files the same mode.
        let descriptor = open(made, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw LedgerError.cannotOpen(path: path, reason: Self.lastError) }
        close(descriptor)
        do {
            let pool = try DatabasePool(path: made)
            try LedgerSchema.migrator.migrate(pool)
            // Closing moves the write-ahead log into the file.
            try pool.close()
        } catch { throw LedgerError(error, path: path) }
        try install(made)
        syncFolder()
    }

    private func install(_ made: String) throws(LedgerError) {
        if link(made, path) == 0 { return }
        switch errno {
        case EEXIST:
            try replaceIfEmpty(by: made)
        case EPERM, EOPNOTSUPP, EMLINK:
            // A file system without hard links: the small window between looking and moving stays.
            guard access(path, F_OK) != 0 else { return try replaceIfEmpty(by: made) }
            guard rename(made, path) == 0 else { throw .cannotOpen(path: path, reason: Self.lastError) }
        default: throw .cannotOpen(path: path, reason: Self.lastError)
        }
    }

    /// An empty file (`mktemp` makes one) may be replaced, by one process at a time and only while it is the one there.
    private func replaceIfEmpty(by made: String) throws(LedgerError) {
        let descriptor = open(path, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: Self.lastError) }
        defer { close(descriptor) }
        guard flock(descriptor, LOCK_EX) == 0 else { throw .cannotOpen(path: path, reason: Self.lastError) }
        var held = stat()
        var named = stat()
        guard fstat(descriptor, &held) == 0, stat(path, &named) == 0 else {
            throw .cannotOpen(path: path, reason: Self.lastError)
        }
        guard held.st_ino == named.st_ino, held.st_dev == named.st_dev, held.st_size == 0 else { return }
        guard rename(made, path) == 0 else { throw .cannotOpen(path: path, reason: Self.lastError) }
    }

    /// Makes the name itself survive a loss of power.
    private func syncFolder() {
        let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
        let descriptor = open(folder, O_RDONLY | O_CLOEXEC | O_DIRECTORY)
        guard descriptor >= 0 else { return }
        fsync(descriptor)
        close(descriptor)
    }

    private static var lastError: String { String(cString: strerror(errno)) }
}
