/// Turns a file's bytes into the bytes of the log.
protocol Decoder: AnyObject {
    /// Gives the next bytes.
    ///
    /// - Parameter room: where they go; not empty.
    /// - Returns: how many came; 0 at the end.
    /// - Throws: what was wrong; nothing follows.
    func read(into room: UnsafeMutableRawBufferPointer) throws(LogLineFault.Reason) -> Int
}

extension LogLineFault.Reason: Error {
    init(_ fault: InputFile.ReadFault) {
        self =
            switch fault {
            case .system(let code): .readFailed(errno: code)
            case .shrank(let from, let to): .shrank(from: from, to: to)
            }
    }
}

/// Gives a file's bytes as they are.
final class PlainDecoder: Decoder {
    private let file: InputFile

    init(_ file: InputFile) { self.file = file }

    func read(into room: UnsafeMutableRawBufferPointer) throws(LogLineFault.Reason) -> Int {
        do throws(InputFile.ReadFault) { return try file.read(into: room) } catch { throw .init(error) }
    }
}

/// Gives no bytes but a reason.
final class RefusingDecoder: Decoder {
    private let reason: LogLineFault.Reason

    init(_ reason: LogLineFault.Reason) { self.reason = reason }

    func read(into room: UnsafeMutableRawBufferPointer) throws(LogLineFault.Reason) -> Int { throw reason }
}

/// The compressed bytes that a decoder has read and not yet used.
struct CompressedInput: ~Copyable {
    private let file: InputFile
    private let buffer: UnsafeMutableRawBufferPointer
    private(set) var unused: UnsafeMutableRawBufferPointer

    init(_ file: InputFile, capacity: Int = 128 << 10) {
        self.file = file
        buffer = .allocate(byteCount: capacity, alignment: 64)
        unused = UnsafeMutableRawBufferPointer(rebasing: buffer[..<0])
    }

    deinit { buffer.deallocate() }

    /// Reads on when everything was used.
    ///
    /// - Returns: whether there are bytes to use.
    /// - Throws: what the operating system said.
    mutating func fill() throws(LogLineFault.Reason) -> Bool {
        if !unused.isEmpty { return true }
        do throws(InputFile.ReadFault) {
            let count = try file.read(into: buffer)
            unused = UnsafeMutableRawBufferPointer(rebasing: buffer[..<count])
        } catch {
            throw .init(error)
        }
        return !unused.isEmpty
    }

    /// Marks bytes as used.
    ///
    /// - Parameter count: how many of the unused bytes.
    mutating func use(_ count: Int) {
        unused = UnsafeMutableRawBufferPointer(rebasing: unused[min(count, unused.count)...])
    }
}
