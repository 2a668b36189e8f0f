/// Reads what a log was rotated to, from a place on, one file after the other.
struct RotationReader {
    private var queue: [RotatedFiles.File]
    private var reader: LineReader?
    private var current: RotatedFiles.File?
    /// Lines of the first file that begin before this were read already.
    private var skip: UInt64
    private let lineLimit: Int
    /// The place behind the line that was given last, or where reading begins.
    private(set) var place: LogPlace?

    /// Names what is read.
    ///
    /// - Parameters:
    ///   - files: the files, the oldest first.
    ///   - start: where the first is read on; nil for its beginning.
    ///   - lineLimit: the longest line that is given.
    init(_ files: [RotatedFiles.File], from start: LogPlace?, lineLimit: Int) {
        queue = files
        skip = start?.offset ?? 0
        place = start
        self.lineLimit = lineLimit
    }

    /// Gives what comes next.
    ///
    /// - Returns: nil when all was read.
    mutating func next() -> LogFollower.Item? {
        while true {
            guard let reader, let current else {
                guard !queue.isEmpty else { return nil }
                let file = queue.removeFirst()
                current = file
                guard let opened = try? LineReader(path: file.path, lineLimit: lineLimit) else {
                    return .gap(.rotatedUnreadable(path: file.path))
                }
                reader = opened
                continue
            }
            switch reader.next() {
            case nil:
                self.reader = nil
                skip = 0
            case .fault(let fault): return .fault(fault)
            case .line(let line):
                guard line.offset >= skip else { continue }
                place = LogPlace(
                    device: current.mark.device, inode: current.mark.inode,
                    offset: line.offset + UInt64(line.bytes.count) + 1, lines: line.number,
                    before: Array(line.bytes.suffix(LogPlace.memory)), modified: current.mark.modified)
                return .line(line)
            }
        }
    }
}
