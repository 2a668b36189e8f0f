#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A small file that others write anew from time to time: a token, a certificate.
package struct WatchedFile: Sendable {
    /// Why a file could not be read.
    package struct Failure: Error, Equatable, CustomStringConvertible {
        /// The file.
        package let path: String
        /// What the system said.
        package let reason: String

        /// Makes a failure.
        package init(path: String, reason: String) {
            self.path = path
            self.reason = reason
        }

        /// The file and what the system said.
        package var description: String { "\(path): \(reason)" }
    }

    /// What tells a file that was written anew from the one that was read.
    struct Stamp: Equatable, Sendable {
        private let device: UInt64
        private let inode: UInt64
        private let size: Int64
        private let seconds: Int
        private let nanoseconds: Int

        init(_ status: stat) {
            device = UInt64(truncatingIfNeeded: status.st_dev)
            inode = UInt64(truncatingIfNeeded: status.st_ino)
            size = Int64(status.st_size)
            #if canImport(Darwin)
                seconds = status.st_mtimespec.tv_sec
                nanoseconds = status.st_mtimespec.tv_nsec
            #else
                seconds = status.st_mtim.tv_sec
                nanoseconds = status.st_mtim.tv_nsec
            #endif
        }
    }

    /// The file.
    package let path: String
    /// The largest file that is read.
    let limit: Int
    private var stamp: Stamp?
    private var contents: [UInt8] = []

    /// Names a file.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - limit: the largest file that is read.
    package init(path: String, limit: Int = 1 << 20) {
        self.path = path
        self.limit = limit
    }

    /// Gives what the file holds now; it is read only when it was changed.
    ///
    /// - Returns: the file's bytes.
    /// - Throws: why it cannot be read.
    package mutating func read() throws(Failure) -> [UInt8] {
        var status = stat()
        guard stat(path, &status) == 0 else { throw failure(errno) }
        let fresh = Stamp(status)
        if let stamp, stamp == fresh { return contents }
        contents = try load()
        // The stamp of before the reading: what was written meanwhile is read next time.
        stamp = fresh
        return contents
    }

    private func load() throws(Failure) -> [UInt8] {
        // A named pipe without a writer would hold the opening.
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK)
        guard descriptor >= 0 else { throw failure(errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
            throw Failure(path: path, reason: "is no plain file")
        }
        var bytes: [UInt8] = []
        while true {
            guard bytes.count <= limit else { throw Failure(path: path, reason: "is larger than \(limit) bytes") }
            let chunk = [UInt8](unsafeUninitializedCapacity: 16 << 10) { buffer, filled in
                filled = max(Self.retrying { Self.readInto(buffer, descriptor) }, 0)
            }
            if chunk.isEmpty { return bytes }
            bytes += chunk
        }
    }

    private static func readInto(_ buffer: UnsafeMutableBufferPointer<UInt8>, _ descriptor: Int32) -> Int {
        #if canImport(Glibc)
            Glibc.read(descriptor, buffer.baseAddress, buffer.count)
        #elseif canImport(Musl)
            Musl.read(descriptor, buffer.baseAddress, buffer.count)
        #else
            Darwin.read(descriptor, buffer.baseAddress, buffer.count)
        #endif
    }

    private static func retrying(_ call: () -> Int) -> Int {
        while true {
            let result = call()
            guard result < 0, errno == EINTR else { return result }
        }
    }

    private func failure(_ code: Int32) -> Failure { Failure(path: path, reason: String(cString: strerror(code))) }
}
