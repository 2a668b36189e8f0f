import LogLines
import TestSupport

/// What came out of a reader, held beyond its life.
enum Seen: Equatable {
    case line(String, number: Int, offset: UInt64)
    case fault(LogLineFault.Reason, line: Int, offset: UInt64)
}

/// Reads everything.
func everything(_ reader: LineReader) -> [Seen] {
    var seen: [Seen] = []
    while let item = reader.next() {
        switch item {
        case .line(let line):
            seen.append(.line(String(decoding: line.bytes, as: UTF8.self), number: line.number, offset: line.offset))
        case .fault(let fault):
            seen.append(.fault(fault.reason, line: fault.line, offset: fault.offset))
        }
    }
    return seen
}

extension ScratchFolder {
    /// Writes bytes to a file and reads its lines.
    func lines(of bytes: [UInt8], lineLimit: Int = LineReader.defaultLineLimit) throws -> [Seen] {
        everything(try LineReader(path: try write("log", bytes), lineLimit: lineLimit))
    }
}

/// The texts of lines, numbered and placed as a file of them would be.
func placed(_ texts: [String]) -> [Seen] {
    var offset: UInt64 = 0
    return texts.enumerated().map { index, text in
        defer { offset += UInt64(text.utf8.count) + 1 }
        return .line(text, number: index + 1, offset: offset)
    }
}
