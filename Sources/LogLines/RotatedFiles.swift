#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// What a log was rotated to: files beside it, the oldest first.
struct RotatedFiles {
    struct File: Equatable {
        let path: String
        let mark: FileMark
    }

    /// How many entries of a folder are looked at.
    private static let entryLimit = 10_000
    /// How many compressed files are looked into for a place.
    private static let searchLimit = 16

    /// The files, the oldest first.
    private(set) var files: [File] = []

    /// Looks for files that are named as logrotate (`audit.log.1`, `audit.log-20261125.gz`) and Kubernetes' own rotation
    /// (`audit-2026-11-25T10-00-00.000.log`) do.
    ///
    /// - Parameter path: the log.
    init(of path: String) {
        let slash = path.lastIndex(of: "/")
        let folder = slash.map { path[...$0] } ?? ""
        let base = slash.map { path[path.index(after: $0)...] } ?? path[...]
        for name in Self.entries(of: folder.isEmpty ? "." : String(folder)) where Self.isRotated(name, base) {
            var status = stat()
            guard stat(folder + name, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
            files.append(File(path: folder + name, mark: FileMark(status)))
        }
        // While a file is being compressed both are there.
        let names = Set(files.map(\.path))
        files.removeAll { file in
            [".gz", ".zst"].contains { file.path.hasSuffix($0) && names.contains(String(file.path.dropLast($0.count))) }
        }
        files.sort { ($0.mark.modified, $1.path) < ($1.mark.modified, $0.path) }
    }

    /// Finds the file that a place is in.
    ///
    /// - Parameter place: the place.
    /// - Returns: the file; nil where it is gone.
    func file(holding place: LogPlace) -> File? {
        if let same = files.first(where: { $0.mark.isFile(of: place) && Self.holds($0.path, place) }) { return same }
        guard place.offset > 0 else { return nil }
        return files.filter { $0.mark.modified >= place.modified }.prefix(Self.searchLimit).first {
            Self.holds($0.path, place)
        }
    }

    /// The files that were changed later than a moment, besides some.
    func newer(than modified: Int64, besides others: [FileMark]) -> [File] {
        files.filter { file in file.mark.modified > modified && !others.contains { $0.isSameFile(as: file.mark) } }
    }

    /// Whether the line before a place is there in a file.
    private static func holds(_ path: String, _ place: LogPlace) -> Bool {
        guard place.offset > 0 else { return true }
        guard let reader = try? LineReader(path: path) else { return false }
        guard reader.compression != nil else { return holdsPlain(path, place) }
        var last: [UInt8]?
        while let item = reader.next() {
            guard case .line(let line) = item else { continue }
            guard line.offset < place.offset else { break }
            last = Array(line.bytes.suffix(LogPlace.memory))
        }
        return reader.bytesDecoded >= place.offset && last == place.before
    }

    private static func holdsPlain(_ path: String, _ place: LogPlace) -> Bool {
        let descriptor = retrying { open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK) }
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        return descriptorHolds(descriptor, place)
    }

    /// Whether the line before a place is there in an open file.
    static func descriptorHolds(_ descriptor: Int32, _ place: LogPlace) -> Bool {
        guard place.offset > 0 else { return true }
        let count = Int(min(place.offset, UInt64(LogPlace.memory + 2)))
        let start = place.offset - UInt64(count)
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            filled = max(retrying { pread(descriptor, buffer.baseAddress, count, off_t(clamping: start)) }, 0)
        }
        return bytes.count == count && LogPlace.lastLine(of: bytes) == place.before
    }

    private static func isRotated(_ name: String, _ base: Substring) -> Bool {
        guard name != base else { return false }
        if name.hasPrefix(base + ".") || name.hasPrefix(base + "-") { return !name.hasSuffix(".swp") }
        guard let dot = base.lastIndex(of: "."), dot != base.startIndex else { return false }
        let stem = base[..<dot] + "-"
        let plain = [".gz", ".zst"].first { name.hasSuffix($0) }.map { name.dropLast($0.count) } ?? name[...]
        return plain.hasPrefix(stem) && plain.hasSuffix(base[dot...])
            && plain.dropFirst(stem.count).first?.isNumber == true
    }

    private static func entries(of folder: String) -> [String] {
        guard let directory = opendir(folder) else { return [] }
        defer { closedir(directory) }
        var names: [String] = []
        while names.count < entryLimit, let entry = readdir(directory) {
            names.append(
                withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                    pointer.withMemoryRebound(
                        to: CChar.self, capacity: MemoryLayout.size(ofValue: entry.pointee.d_name)
                    ) {
                        String(cString: $0)
                    }
                })
        }
        return names
    }
}
