/// How a log is compressed; recognised by its first bytes and not by its name.
package enum Compression: String, Equatable, Sendable {
    case gzip
    case zstd

    /// How many first bytes recognition needs.
    static let headLength = 10

    /// What the first bytes of a file say.
    enum Recognition: Equatable {
        case plain
        case compressed(Compression)
        case unsupported(String)
    }

    /// Recognises compression by the first bytes.
    ///
    /// - Parameter head: up to `headLength` bytes.
    /// - Returns: what they say; text and unknown data are plain.
    static func recognise(_ head: some Collection<UInt8>) -> Recognition {
        func starts(_ magic: [UInt8]) -> Bool { head.starts(with: magic) }
        if starts([0x1F, 0x8B]) { return .compressed(.gzip) }
        if starts([0x28, 0xB5, 0x2F, 0xFD]) { return .compressed(.zstd) }
        // A skippable frame may come before the first frame with data, as `pzstd` writes them.
        if let first = head.first, (0x50...0x5F).contains(first), head.dropFirst().starts(with: [0x2A, 0x4D, 0x18]) {
            return .compressed(.zstd)
        }
        if starts([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0x00]) { return .unsupported("xz") }
        if starts([0x04, 0x22, 0x4D, 0x18]) { return .unsupported("lz4") }
        if starts([0x50, 0x4B, 0x03, 0x04]) { return .unsupported("zip") }
        if starts([0x42, 0x5A, 0x68]), head.dropFirst(4).starts(with: [0x31, 0x41, 0x59, 0x26, 0x53, 0x59]) {
            return .unsupported("bzip2")
        }
        return .plain
    }
}
