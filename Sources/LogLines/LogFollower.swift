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
        /// The file was copied and made short; what was written in between is unknown.
        case copied(to: String)
        /// The file that was being read is gone, and nothing beside it holds what was read last.
        case rotatedAway(at: UInt64)
        /// A file that the log was rotated to cannot be read.
        case rotatedUnreadable(path: String)
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
        /// Where it was left, wherever that was rotated to.
        case resuming(LogPlace)
    }

    /// How often a renamed file must have nothing new before the new one is read; its writer may still hold it open.
    private static let patience = 5
    /// How many bytes before the place of reading are remembered, to see that they are still the same.
    private static let memory = LogPlace.memory + 2

    /// Up to which size the lines of a file are counted before its end is followed, 1 GiB.
    private static let countingLimit: UInt64 = 1 << 30

    /// The path that is followed.
    package let path: String
    /// Whether line numbers count from the first line of the file, and not from where following began.
    package private(set) var numbersLines = true

    private var splitter: LineSplitter
    private var start: Start
    private var descriptor: Int32 = -1
    private var identity: FileMark?
    private var rotation: RotationReader?
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

    /// The place behind the line that was given last; nil before a file was opened.
    package var place: LogPlace? {
        if let place = rotation?.place { return place }
        var status = stat()
        guard descriptor >= 0, fstat(descriptor, &status) == 0 else { return nil }
        let mark = FileMark(status)
        let count = Int(min(offset, UInt64(LogPlace.memory + 2)))
        let before = LogPlace.lastLine(of: bytes(at: offset - UInt64(count), count: count))
        return LogPlace(
            device: mark.device, inode: mark.inode, offset: offset, lines: splitter.lines, before: before,
            modified: mark.modified)
    }

    /// Gives what comes next; the line before is gone with this call.
    ///
    /// - Returns: nil when there is nothing more for now.
    package func next() -> Item? {
        while true {
            if let item = rotation?.next() { return item }
            rotation = nil
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
            leaveReplaced()
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
        let mark = FileMark(status)
        identity = mark
        complaint = nil
        quiet = 0
        begin(at: 0, after: 0)
        var gap: Gap?
        switch start {
        case .end: beginAtEnd(size: mark.size)
        case .resuming(let place): gap = resume(at: place, mark)
        case .beginning: break
        }
        start = .beginning
        return gap.map { .gap($0) } ?? .notice(isRotated ? .rotated : .opened)
    }

    private func begin(at offset: UInt64, after lines: Int) {
        position = offset
        remembered = []
        numbersLines = true
        splitter.begin(at: offset, after: lines)
    }

    /// Finds the place where the log was left, in this file or in one that it was rotated to.
    private func resume(at place: LogPlace, _ mark: FileMark) -> Gap? {
        if mark.isFile(of: place), mark.size >= place.offset, RotatedFiles.descriptorHolds(descriptor, place) {
            begin(at: place.offset, after: place.lines)
            return nil
        }
        let rotated = RotatedFiles(of: path)
        if let file = rotated.file(holding: place) {
            let newer = rotated.newer(than: file.mark.modified, besides: [file.mark, mark])
            rotation = RotationReader([file] + newer, from: place, lineLimit: splitter.lineLimit)
            return mark.isFile(of: place) ? .copied(to: file.path) : nil
        }
        let newer = rotated.newer(than: place.modified, besides: [mark])
        rotation = RotationReader(newer, from: nil, lineLimit: splitter.lineLimit)
        guard mark.isFile(of: place) else { return .rotatedAway(at: place.offset) }
        return mark.size < place.offset ? .truncated(from: place.offset, to: mark.size) : .rewritten(at: place.offset)
    }

    /// Leaves a file that another one has replaced; those that stood at its path in between are read first.
    private func leaveReplaced() {
        var status = stat()
        if fstat(descriptor, &status) == 0 {
            let left = FileMark(status)
            var others = [left]
            if stat(path, &status) == 0 { others.append(FileMark(status)) }
            let between = RotatedFiles(of: path).newer(than: left.modified, besides: others)
            if !between.isEmpty { rotation = RotationReader(between, from: nil, lineLimit: splitter.lineLimit) }
        }
        closeFile()
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
        guard stat(path, &status) == 0, let identity, !FileMark(status).isSameFile(as: identity) else {
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
        if let found = gap {
            // What a copy beside it holds is read there.
            let mark = FileMark(status)
            let read = LogPlace(
                device: mark.device, inode: mark.inode, offset: position, lines: splitter.lines,
                before: LogPlace.lastLine(of: remembered), modified: identity?.modified ?? 0)
            if position > 0, let copy = RotatedFiles(of: path).file(holding: read) {
                // From the line on that was not read to its end.
                var place = read
                place.offset = offset
                rotation = RotationReader([copy], from: place, lineLimit: splitter.lineLimit)
                gap = .copied(to: copy.path)
            } else {
                gap = found
            }
            begin(at: 0, after: 0)
        }
        // A copy that is made later is not older than this.
        identity = FileMark(status)
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
