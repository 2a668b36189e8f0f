#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What the operating system says to an error number.
package func systemMessage(_ code: Int32) -> String {
    String(cString: strerror(code))
}

/// A file or stream that is read once, from front to back, with `read`.
///
/// It isn't mapped into memory: a mapped file that is truncated while it is read kills the process.
final class InputFile {
    /// What `read` met.
    enum ReadFault: Error, Equatable {
        case system(errno: Int32)
        case shrank(from: UInt64, to: UInt64)
    }

    /// The name, as it was given.
    let name: String
    /// How many bytes a plain file had left when it was opened; nil for a pipe and the like.
    let size: UInt64?
    /// How many bytes were read.
    private(set) var bytesRead: UInt64 = 0
    /// The first bytes of the file, read ahead for recognition.
    private(set) var head: [UInt8] = []

    private let descriptor: Int32
    private let closes: Bool
    private var headTaken = 0
    /// The byte read last ended a line; so the file may be left here when it keeps growing.
    private var atLineStart = true
    private var ended = false

    /// Opens a file by its path.
    ///
    /// - Parameter path: the file.
    /// - Throws: why it cannot be read.
    convenience init(path: String) throws(LogOpenError) {
        let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) }
        guard descriptor >= 0 else { throw LogOpenError(path: path, reason: .system(errno: errno)) }
        try self.init(descriptor: descriptor, name: path, closes: true)
    }

    /// Reads from a descriptor, from where it stands.
    ///
    /// - Parameters:
    ///   - descriptor: an open descriptor.
    ///   - name: what faults call it.
    ///   - closes: whether it is closed with this object.
    /// - Throws: why it cannot be read.
    init(descriptor: Int32, name: String, closes: Bool) throws(LogOpenError) {
        self.name = name
        self.descriptor = descriptor
        self.closes = closes
        var status = stat()
        let failed = fstat(descriptor, &status) != 0
        let kind = status.st_mode & S_IFMT
        if kind == S_IFREG, status.st_size > 0 {
            let position = lseek(descriptor, 0, SEEK_CUR)
            size = UInt64(max(status.st_size - max(position, 0), 0))
        } else {
            // The files of /proc say that they are empty.
            size = nil
        }
        guard !failed, kind != S_IFDIR else {
            // `deinit` runs here as well, and closes it: a second time it might be another thread's.
            throw LogOpenError(path: name, reason: failed ? .system(errno: errno) : .isDirectory)
        }
        #if canImport(Glibc)
            _ = posix_fadvise(descriptor, 0, 0, POSIX_FADV_SEQUENTIAL)
        #endif
    }

    deinit {
        if closes { close(descriptor) }
    }

    /// Reads the first bytes ahead; they are given again by `read`.
    ///
    /// - Parameter count: how many; fewer come when the file is shorter.
    /// - Throws: what the operating system said.
    func readHead(_ count: Int) throws(ReadFault) {
        let count = min(count, size.flatMap { Int(exactly: $0) } ?? count)
        while head.count < count {
            let wanted = count - head.count
            var fault: ReadFault?
            let more = [UInt8](unsafeUninitializedCapacity: wanted) { buffer, filled in
                do throws(ReadFault) { filled = try readFile(into: UnsafeMutableRawBufferPointer(buffer)) } catch {
                    fault = error
                }
            }
            if let fault { throw fault }
            if more.isEmpty { return }
            head += more
        }
    }

    /// Reads the next bytes.
    ///
    /// A plain file is read to the end that it had when it was opened, or to the end of the line that stood there.
    ///
    /// - Parameter room: where the bytes go; not empty.
    /// - Returns: how many came; 0 at the end.
    /// - Throws: what the operating system said.
    func read(into room: UnsafeMutableRawBufferPointer) throws(ReadFault) -> Int {
        if headTaken < head.count {
            let count = min(room.count, head.count - headTaken)
            room.copyBytes(from: head[headTaken..<headTaken + count])
            headTaken += count
            return count
        }
        return try readFile(into: room)
    }

    private func readFile(into room: UnsafeMutableRawBufferPointer) throws(ReadFault) -> Int {
        if ended { return 0 }
        var wanted = room.count
        var finishesLine = false
        if let size {
            if bytesRead < size {
                wanted = Int(min(UInt64(wanted), size - bytesRead))
            } else if atLineStart {
                return 0
            } else {
                finishesLine = true
                wanted = min(wanted, 16 << 10)
            }
        }
        let descriptor = descriptor
        let address = room.baseAddress
        var count = readWaiting(descriptor, address, wanted)
        guard count >= 0 else {
            ended = true
            throw .system(errno: errno)
        }
        guard count > 0 else {
            ended = true
            if let size, bytesRead < size { throw .shrank(from: size, to: bytesRead) }
            return 0
        }
        if finishesLine, let newline = room[..<count].firstIndex(of: 0x0A) {
            count = newline + 1
            ended = true
        }
        bytesRead += UInt64(count)
        atLineStart = room[count - 1] == 0x0A
        return count
    }
}

/// Reads; waits for bytes also where the descriptor was told not to, as a shared terminal or pipe may have been.
private func readWaiting(_ descriptor: Int32, _ address: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    while true {
        let result = retrying { read(descriptor, address, count) }
        guard result < 0, errno == EAGAIN else { return result }
        var wanted = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
        _ = poll(&wanted, 1, -1)
    }
}

/// Calls again while a signal interrupts.
func retrying<Count: SignedInteger>(_ call: () -> Count) -> Count {
    while true {
        let result = call()
        if result >= 0 || errno != EINTR { return result }
    }
}
