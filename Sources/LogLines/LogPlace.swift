#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A place in a log that grows and is rotated, which can be found again after a restart.
package struct LogPlace: Equatable, Sendable {
    /// The file's device and number, which it keeps when it is renamed.
    package var device: UInt64
    package var inode: UInt64
    /// How many bytes of the log stand before the place; of a compressed file, as it was before.
    package var offset: UInt64
    /// How many lines stand before the place.
    package var lines: Int
    /// The end of the line before the place, without its line ending; at most 512 bytes.
    package var before: [UInt8]
    /// When the file was changed last, in nanoseconds since 1970.
    package var modified: Int64

    /// How many bytes of the line before are remembered.
    ///
    /// Audit events end alike; what tells them apart stands a few hundred bytes before.
    static let memory = 512

    /// Names a place.
    ///
    /// - Parameters:
    ///   - device: the file's device.
    ///   - inode: the file's number on it.
    ///   - offset: how many bytes stand before the place.
    ///   - lines: how many lines stand before it.
    ///   - before: the end of the line before it.
    ///   - modified: when the file was changed last.
    package init(device: UInt64, inode: UInt64, offset: UInt64, lines: Int, before: [UInt8], modified: Int64) {
        self.device = device
        self.inode = inode
        self.offset = offset
        self.lines = lines
        self.before = before
        self.modified = modified
    }

    /// Takes the line ending and what stands before the last line off bytes that end at a place.
    static func lastLine(of bytes: [UInt8]) -> [UInt8] {
        var rest = bytes[...]
        if rest.last == 0x0A { rest.removeLast() }
        if rest.last == 0x0D { rest.removeLast() }
        if let newline = rest.lastIndex(of: 0x0A) { rest = rest[(newline + 1)...] }
        return Array(rest.suffix(memory))
    }
}

/// What a file's status says of its identity and age.
struct FileMark: Equatable {
    let device: UInt64
    let inode: UInt64
    let size: UInt64
    /// In nanoseconds since 1970.
    let modified: Int64

    init(_ status: stat) {
        device = UInt64(truncatingIfNeeded: status.st_dev)
        inode = UInt64(truncatingIfNeeded: status.st_ino)
        size = UInt64(max(status.st_size, 0))
        #if canImport(Darwin)
            let time = status.st_mtimespec
        #else
            let time = status.st_mtim
        #endif
        modified = Int64(time.tv_sec) &* 1_000_000_000 &+ Int64(time.tv_nsec)
    }

    func isSameFile(as other: FileMark) -> Bool { device == other.device && inode == other.inode }
    func isFile(of place: LogPlace) -> Bool { device == place.device && inode == place.inode }
}
