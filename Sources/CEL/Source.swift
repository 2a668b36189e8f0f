/// The text of an expression, with the places of its lines.
public struct Source: Sendable {
    /// What messages call the text.
    public let name: String
    /// The text.
    public let text: String
    let bytes: [UInt8]
    private let lineStarts: [Int]

    /// Takes a text; the name stands in messages.
    public init(_ text: String, name: String = "<input>") {
        self.name = name
        self.text = text
        let bytes = Array(text.utf8)
        self.bytes = bytes
        lineStarts = [0] + bytes.indices.filter { bytes[$0] == UInt8(ascii: "\n") }.map { $0 + 1 }
    }

    /// A place in the text, both numbers from 1; columns count characters (Unicode scalars).
    public struct Location: Sendable, Hashable {
        /// The line.
        public let line: Int
        /// The column.
        public let column: Int
    }

    /// The place of a byte.
    public func location(at offset: Int) -> Location {
        let line = lineIndex(of: offset)
        let end = min(max(offset, lineStarts[line]), bytes.count)
        let scalars = bytes[lineStarts[line]..<end].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 }
        return Location(line: line + 1, column: scalars + 1)
    }

    /// The text of the line that a byte stands on.
    public func line(at offset: Int) -> String {
        let line = lineIndex(of: offset)
        let end = line + 1 < lineStarts.count ? lineStarts[line + 1] - 1 : bytes.count
        return String(decoding: bytes[lineStarts[line]..<end], as: UTF8.self)
    }

    private func lineIndex(of offset: Int) -> Int {
        var (low, high) = (0, lineStarts.count - 1)
        while low < high {
            let middle = (low + high + 1) / 2
            if lineStarts[middle] <= offset { low = middle } else { high = middle - 1 }
        }
        return low
    }
}
