/// Something in a log that could not be read, with its place.
package struct LogLineFault: Error, Equatable, Sendable {
    /// What was wrong.
    package enum Reason: Equatable, Sendable {
        /// A line is longer than the bound; the next line is read on.
        case lineTooLong(limit: Int)
        /// The compressed data contradict themselves; nothing after this place can be read.
        case corrupt(Compression, detail: String)
        /// The compressed data stop in the middle.
        case cutOff(Compression)
        /// The file is compressed in a way that is not read.
        case unsupportedCompression(name: String)
        /// The file became shorter while it was read.
        case shrank(from: UInt64, to: UInt64)
        /// The operating system refused to read on.
        case readFailed(errno: Int32)
    }

    /// What was wrong.
    package let reason: Reason
    /// The name of the file, as it was given.
    package let file: String
    /// The line in which the fault lies, counted from 1.
    package let line: Int
    /// The position in the uncompressed stream up to which everything is sound.
    package let offset: UInt64

    /// Makes a fault.
    ///
    /// - Parameters:
    ///   - reason: what was wrong.
    ///   - file: the name of the file, as it was given.
    ///   - line: the line in which the fault lies, counted from 1.
    ///   - offset: the position in the uncompressed stream up to which everything is sound.
    package init(reason: Reason, file: String, line: Int, offset: UInt64) {
        self.reason = reason
        self.file = file
        self.line = line
        self.offset = offset
    }

    /// Whether nothing follows this fault.
    package var isLast: Bool {
        if case .lineTooLong = reason { return false }
        return true
    }
}

extension LogLineFault: CustomStringConvertible {
    /// The place and what was wrong, as a person reads it.
    package var description: String { "\(file):\(line): \(message)" }

    /// What was wrong, without the place.
    package var message: String {
        switch reason {
        case .lineTooLong(let limit):
            "line is longer than \(limit) bytes and was skipped"
        case .corrupt(let compression, let detail):
            "\(compression.rawValue) data are damaged (\(detail)); the rest of the file cannot be read"
        case .cutOff(let compression):
            "\(compression.rawValue) data end in the middle; the file is incomplete"
        case .unsupportedCompression(let name):
            "the file is compressed with \(name), which is not read; decompress it first"
        case .shrank(let size, let end):
            "the file was truncated while it was read: it had \(size) bytes, \(end) could be read"
        case .readFailed(let code):
            "cannot read on: \(systemMessage(code))"
        }
    }
}
