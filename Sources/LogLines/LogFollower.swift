#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Reads a plain log as it grows, across rotation by rename and by copy and truncation.
///
/// It does no waiting of its own: `next()` gives what is there, and nil means "ask again in a while". Not thread-safe.
package final class LogFollower {
    /// What comes next.
    package enum Item {
        /// A line; it lives until the next item is asked for.
        case line(Line)
        /// A line that was too long; the next one is read on.
        case fault(LogLineFault)
        /// Lines may have been lost here.
        case gap(Gap)
        /// The state of the file changed, and nothing was lost.
        case notice(Notice)
    }

    /// Why lines may have been lost.
    package enum Gap: Equatable, Sendable {
        /// The file became shorter; what came between the last reading and this is unknown.
        case truncated(from: UInt64, to: UInt64)
        /// The bytes before the place of reading are other ones than were read.
        case rewritten(at: UInt64)
        /// Reading failed.
        case readFailed(errno: Int32)
    }

    /// What became of the file.
    package enum Notice: Equatable, Sendable {
        /// The file cannot be read now; it is tried again.
        case waiting(LogOpenError)
        /// The file appeared.
        case opened
        /// The file was renamed and a new one took its place.
        case rotated
    }

    /// Where following begins in a file that is there already.
    package enum Start: Sendable {
        /// With the first line.
        case beginning
        /// With the line that is written next.
        case end
    }

    private struct Identity: Equatable {
        let device: UInt64
        let inode: UInt64

        init(_ status: stat) {
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(truncatingIfNeeded: status.st_ino)
        }
    }

    /// How often a renamed file must have nothing new before the new one is read; its writer may still hold it open.
    private static let patience = 5
    /// How many bytes before the place of reading are remembered, to see that they are still the same.
    private static let memory = 64

    /// Up to which size the lines of a file are counted before its end is followed, 1 GiB.
    private static let countingLimit: UInt64 = 1 << 30

    /// The path that is followed.
    package let path: String
    /// Whether line numbers count from the first line of the file, and not from where following began.
    package private(set) var numbersLines = true

    private var splitter: LineSplitter
    private var start: Start
    private var descriptor: Int32 = -1
    private var identity: Identity?
    private var position: UInt64 = 0
    private var remembered: [UInt8] = []
    private var quiet = 0
    private var complaint: LogOpenError?

    /// Names the file to follow; it is opened with the first `next()`, and need not exist yet.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - start: where to begin when it is there already.
    ///   - lineLimit: the longest line that is given.
    package init(path: String, from start: Start, lineLimit: Int = LineReader.defaultLineLimit) {
        self.path = path
        self.start = start
        splitter = LineSplitter(lineLimit: lineLimit, chunk: 64 << 10)
    }

    deinit { closeFile() }

    /// The position in the file of the first byte that no line has taken.
    package var offset: UInt64 { splitter.offset }

    /// Gives what comes next; the line before is gone with this call.
    ///
    /// - Returns: nil when there is nothing more for now.
    package func next() -> Item? {
        while true {
            if let cut = splitter.next() { return item(cut) }
            guard descriptor >= 0 else { return openFile() }
            if let gap = checkFile() { return .gap(gap) }
            let count = readMore()
            if count > 0 { continue }
            if count < 0 {
                let code = errno
                closeFile()
                return .gap(.readFailed(errno: code))
            }
            guard isReplaced() else { return nil }
            closeFile()
            // What the old file ended with is a line: its writer has left it.
            if let cut = splitter.rest() { return item(cut) }
        }
    }

    private func item(_ cut: LineSplitter.Cut) -> Item {
        switch cut {
        case .line(let line):
            .line(line)
        case .tooLong(let number, let offset):
            .fault(
                LogLineFault(
                    reason: .lineTooLong(limit: splitter.lineLimit), file: path, line: number, offset: offset))
        }
    }
}

// MARK: - Opening and leaving a file

extension LogFollower {
    private func openFile() -> Item? {
        // A named pipe without a writer would hold the opening; only plain files are followed.
        let opened = retrying { open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) }
        guard opened >= 0 else { return complain(.system(errno: errno)) }
        var status = stat()
        guard fstat(opened, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            close(opened)
            return complain(status.st_mode & S_IFMT == S_IFDIR ? .isDirectory : .notRegularFile)
        }
        let isRotated = identity != nil
        descriptor = opened
        identity = Identity(status)
        complaint = nil
        quiet = 0
        remembered = []
        position = 0
        numbersLines = true
        splitter.restart()
        if start == .end { beginAtEnd(size: UInt64(max(status.st_size, 0))) }
        start = .beginning
        return .notice(isRotated ? .rotated : .opened)
    }

    private func complain(_ reason: LogOpenError.Reason) -> Item? {
        let error = LogOpenError(path: path, reason: reason)
        // A file that comes later is new from its first line.
        start = .beginning
        guard error != complaint else { return nil }
        complaint = error
        return .notice(.waiting(error))
    }

    private func closeFile() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    /// Begins with the line that stands unfinished at the end, or with the next one.
    private func beginAtEnd(size: UInt64) {
        let lookBack = min(size, 64 << 10)
        let tail = bytes(at: size - lookBack, count: Int(lookBack))
        if let newline = tail.lastIndex(of: 0x0A) {
            position = size - lookBack + UInt64(newline) + 1
        } else {
            position = lookBack == size ? 0 : size
        }
        let lines = lineCount(upTo: position)
        numbersLines = lines != nil
        splitter.begin(at: position, after: lines ?? 0)
    }

    /// Counts the lines before a position, so that those after it have their numbers; nil where that takes too long.
    private func lineCount(upTo limit: UInt64) -> Int? {
        guard limit <= Self.countingLimit else { return nil }
        var place: UInt64 = 0
        var lines = 0
        while place < limit {
            let chunk = bytes(at: place, count: Int(min(limit - place, 256 << 10)))
            guard !chunk.isEmpty else { return nil }
            lines += chunk.count { $0 == 0x0A }
            place += UInt64(chunk.count)
        }
        return lines
    }

    /// Whether another file stands at the path, and the one that is open had nothing new for a while.
    private func isReplaced() -> Bool {
        var status = stat()
        guard stat(path, &status) == 0, Identity(status) != identity else {
            quiet = 0
            return false
        }
        quiet += 1
        return quiet >= Self.patience
    }
}

// MARK: - Reading

extension LogFollower {
    /// Sees that what was read is still there; otherwise begins again at the file's start.
    private func checkFile() -> Gap? {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { return nil }
        let size = UInt64(max(status.st_size, 0))
        var gap: Gap?
        if size < position {
            gap = .truncated(from: position, to: size)
        } else if size > position, !remembered.isEmpty,
            bytes(at: position - UInt64(remembered.count), count: remembered.count) != remembered
        {
            gap = .rewritten(at: position)
        }
        if gap != nil {
            position = 0
            remembered = []
            numbersLines = true
            splitter.restart()
        }
        return gap
    }

    private func readMore() -> Int {
        let room = splitter.space()
        let count = retrying { pread(descriptor, room.baseAddress, room.count, off_t(clamping: position)) }
        guard count > 0 else { return count }
        quiet = 0
        position &+= UInt64(count)
        remembered = Array((remembered + room[max(count - Self.memory, 0)..<count]).suffix(Self.memory))
        splitter.filled(count)
        return count
    }

    private func bytes(at offset: UInt64, count: Int) -> [UInt8] {
        [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(retrying { pread(descriptor, buffer.baseAddress, count, off_t(clamping: offset)) }, 0)
        }
    }
}
