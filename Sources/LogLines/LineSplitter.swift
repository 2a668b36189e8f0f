#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Cuts bytes into lines and holds no more than one line of them; does no input of its own.
///
/// Bytes are put where `space()` says and announced with `filled(_:)`; then `next()` gives lines until it needs more.
package struct LineSplitter: ~Copyable {
    /// What the bytes at hand turned out to be.
    package enum Cut {
        /// A whole line.
        case line(Line)
        /// The start of a line beyond the bound; the rest of it is skipped.
        case tooLong(number: Int, offset: UInt64)
    }

    /// How many bytes after a line may be read, so that a parser may load whole vectors.
    package static let readablePadding = 64

    /// The longest line that is given, without its line ending.
    package let lineLimit: Int
    /// How many bytes are asked for at once.
    private let chunk: Int
    private var base: UnsafeMutableRawPointer
    /// How many bytes of memory are held; never more than the bound and a chunk.
    package private(set) var capacity: Int
    /// The position of `base` in the stream.
    private var baseOffset: UInt64 = 0
    /// Where the line that is looked for starts.
    private var start = 0
    /// Up to where no line ending was found.
    private var scanned = 0
    private var end = 0
    private var skipping = false
    /// How many lines were given or skipped.
    package private(set) var lines = 0

    /// Makes a splitter.
    ///
    /// - Parameters:
    ///   - lineLimit: the longest line that is given.
    ///   - chunk: how many bytes `space()` offers.
    package init(lineLimit: Int, chunk: Int = 256 << 10) {
        // Sums with the bound stay far from the end of Int.
        self.lineLimit = min(max(lineLimit, 1), 1 << 40)
        self.chunk = max(chunk, 16)
        capacity = self.chunk
        base = Self.allocate(capacity)
    }

    deinit { base.deallocate() }

    /// The position in the stream of the first byte that no line has taken.
    package var offset: UInt64 { baseOffset &+ UInt64(start) }

    /// The number of the line that is being looked for.
    package var lineNumber: Int { skipping ? lines : lines + 1 }

    /// How many bytes have come in.
    package var bytesIn: UInt64 { baseOffset &+ UInt64(end) }

    /// Gives the next line.
    ///
    /// - Returns: a line, or nil when more bytes are needed.
    package mutating func next() -> Cut? {
        while true {
            let newline = memchr(base + scanned, 0x0A, end - scanned).map {
                UnsafeRawPointer($0) - UnsafeRawPointer(base)
            }
            if skipping {
                start = newline.map { $0 + 1 } ?? end
                scanned = start
                guard newline != nil else { return nil }
                skipping = false
                continue
            }
            guard let newline else {
                scanned = end
                // One byte more than the bound may be the first half of CR LF.
                return end - start > lineLimit + 1 ? skip() : nil
            }
            let line = take(upTo: newline)
            scanned = newline + 1
            start = scanned
            return line
        }
    }

    /// Gives what stands after the last line ending, once no more bytes will come.
    ///
    /// - Returns: the last line, or nil when the stream ended with a line ending.
    package mutating func rest() -> Cut? {
        guard !skipping, end > start else { return nil }
        let line = take(upTo: end)
        start = end
        scanned = end
        return line
    }

    /// Forgets everything, as if a new stream began; line numbers count on from 1.
    package mutating func restart() {
        baseOffset = 0
        start = 0
        scanned = 0
        end = 0
        lines = 0
        skipping = false
    }

    /// Says that the stream begins at a position other than 0.
    ///
    /// - Parameters:
    ///   - position: the position of the first byte that will be given.
    ///   - lines: how many lines stand before it.
    package mutating func begin(at position: UInt64, after lines: Int) {
        restart()
        baseOffset = position
        self.lines = lines
    }

    /// Offers room for the next bytes; lines given before are gone with this call.
    ///
    /// - Returns: at least one byte of room.
    package mutating func space() -> UnsafeMutableRawBufferPointer {
        if start > 0 {
            memmove(base, base + start, end - start)
            baseOffset &+= UInt64(start)
            end -= start
            scanned -= start
            start = 0
        }
        if end == capacity { grow() }
        return UnsafeMutableRawBufferPointer(start: base + end, count: min(chunk, capacity - end))
    }

    /// Says how many bytes were put into the room offered.
    ///
    /// - Parameter count: no more than the room's size.
    package mutating func filled(_ count: Int) {
        end = min(end + max(count, 0), capacity)
    }

    /// Copies bytes in.
    ///
    /// - Parameter bytes: the next bytes of the stream.
    /// - Returns: how many were taken; when fewer than given, ask for lines and come again.
    package mutating func append(_ bytes: UnsafeRawBufferPointer) -> Int {
        let room = space()
        let count = min(room.count, bytes.count)
        room.copyMemory(from: UnsafeRawBufferPointer(rebasing: bytes[..<count]))
        filled(count)
        return count
    }

    private mutating func take(upTo limit: Int) -> Cut {
        var first = start
        var last = limit
        if last > first, base.load(fromByteOffset: last - 1, as: UInt8.self) == 0x0D, limit < end { last -= 1 }
        if lines == 0, baseOffset == 0, start == 0, last >= 3, startsWithByteOrderMark { first = 3 }
        lines += 1
        let offset = baseOffset &+ UInt64(first)
        guard last - first <= lineLimit else { return .tooLong(number: lines, offset: offset) }
        let bytes = UnsafeRawBufferPointer(start: base + first, count: last - first)
        return .line(Line(bytes: bytes, number: lines, offset: offset))
    }

    private mutating func skip() -> Cut {
        lines += 1
        let offset = baseOffset &+ UInt64(start)
        skipping = true
        start = end
        return .tooLong(number: lines, offset: offset)
    }

    private var startsWithByteOrderMark: Bool {
        base.load(fromByteOffset: 0, as: UInt8.self) == 0xEF && base.load(fromByteOffset: 1, as: UInt8.self) == 0xBB
            && base.load(fromByteOffset: 2, as: UInt8.self) == 0xBF
    }

    /// Doubles the room; `next()` skips lines before the room exceeds the bound by more than a chunk.
    private mutating func grow() {
        let larger = min(capacity * 2, lineLimit + 2 + chunk)
        guard larger > capacity else { return }
        let fresh = Self.allocate(larger)
        memcpy(fresh, base, end)
        base.deallocate()
        base = fresh
        capacity = larger
    }

    private static func allocate(_ capacity: Int) -> UnsafeMutableRawPointer {
        let fresh = UnsafeMutableRawPointer.allocate(byteCount: capacity + readablePadding, alignment: 64)
        memset(fresh + capacity, 0, readablePadding)
        return fresh
    }
}
