import NIOCore

/// Reads a connection part by part, and in the pieces that HTTP has.
///
/// `@unchecked Sendable`: it is handed from one task to the next, and only one reads at a time.
final class ByteReader: @unchecked Sendable {
    /// Why a request's body is none.
    struct Malformed: Error {
        let reason: String
    }

    private var iterator: NIOAsyncChannelInboundStream<ByteBuffer>.AsyncIterator
    private var held = ByteBuffer()

    init(_ stream: NIOAsyncChannelInboundStream<ByteBuffer>) { iterator = stream.makeAsyncIterator() }

    /// The next part; nil at the end.
    func part(atMost count: Int = .max) async throws -> ByteBuffer? {
        if held.readableBytes == 0 {
            guard let next = try await iterator.next() else { return nil }
            held = next
        }
        return held.readSlice(length: min(count, held.readableBytes))
    }

    /// Everything before an empty line, with the end of the last line.
    ///
    /// What can become no head is told at once: who sends it waits for an answer and sends no more.
    ///
    /// - Returns: nil where the connection ends before anything came.
    func head(limit: Int) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        var looked = 0
        while true {
            guard let part = try await part() else {
                guard bytes.isEmpty else { throw Malformed(reason: "the connection ended within the head") }
                return nil
            }
            let from = max(0, bytes.count - 3)
            bytes += part.readableBytesView
            if let end = Self.end(in: bytes, from: from) {
                var rest = ByteBuffer(bytes: bytes[(end + 4)...])
                rest.writeImmutableBuffer(held)
                held = rest
                return Array(bytes[..<(end + 2)])
            }
            if let reason = Self.fault(in: bytes, from: looked) { throw Malformed(reason: reason) }
            looked = bytes.count
            guard bytes.count <= limit else { throw Malformed(reason: "the head is longer than \(limit) bytes") }
        }
    }

    /// A body of a stated length, or in chunks, as a whole.
    ///
    /// - Returns: nil where it is larger than the limit.
    func body(_ framing: ProxyHead.Framing, limit: Int) async throws -> [UInt8]? {
        var bytes: [UInt8] = []
        if case .length(let length) = framing, length > limit { return nil }
        var body = BodyParts(framing, self)
        while let part = try await body.next() {
            guard bytes.count + part.readableBytes <= limit else { return nil }
            bytes += part.readableBytesView
        }
        return bytes
    }

    /// A line that ends with a carriage return and a line feed.
    func line(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        while let part = try await part(atMost: 1) {
            bytes += part.readableBytesView
            if bytes.last == 0x0A {
                guard bytes.count >= 2, bytes[bytes.count - 2] == 0x0D else { break }
                return bytes.dropLast(2)
            }
            guard bytes.count <= limit else { break }
        }
        throw Malformed(reason: "a chunk of the body is none")
    }

    /// Why bytes are the beginning of no head, however they go on.
    private static func fault(in bytes: [UInt8], from: Int) -> String? {
        for at in from..<bytes.count {
            let follows = at > 0 && bytes[at - 1] == 0x0D
            if bytes[at] == 0x0A {
                if !follows { return "a line ends without a carriage return" }
            } else if follows || bytes[at] == 0x7F || (bytes[at] < 0x20 && bytes[at] != 0x0D && bytes[at] != 0x09) {
                return "a line has a control character"
            }
        }
        return nil
    }

    private static func end(in bytes: [UInt8], from: Int) -> Int? {
        guard bytes.count >= 4 else { return nil }
        for at in from...(bytes.count - 4)
        where bytes[at] == 0x0D && bytes[at + 1] == 0x0A && bytes[at + 2] == 0x0D && bytes[at + 3] == 0x0A {
            return at
        }
        return nil
    }
}

/// The parts of a body, without what frames them.
struct BodyParts {
    private enum State {
        case rest(Int)
        case chunkHead
        case chunk(Int)
        case ended
    }

    private let reader: ByteReader
    private var state: State

    init(_ framing: ProxyHead.Framing, _ reader: ByteReader) {
        self.reader = reader
        switch framing {
        case .none: state = .ended
        case .length(let length): state = length == 0 ? .ended : .rest(length)
        case .chunked: state = .chunkHead
        }
    }

    /// The next part; nil behind the last.
    mutating func next() async throws -> ByteBuffer? {
        while true {
            switch state {
            case .ended: return nil
            case .rest(let count):
                let part = try await some(of: count)
                state = part.readableBytes == count ? .ended : .rest(count - part.readableBytes)
                return part
            case .chunkHead:
                let size = try Self.size(try await reader.line(limit: 18))
                guard size > 0 else {
                    // No trailers: a header behind the body was not judged.
                    guard try await reader.line(limit: 2).isEmpty else {
                        throw ByteReader.Malformed(reason: "headers stand behind the body")
                    }
                    state = .ended
                    return nil
                }
                state = .chunk(size)
            case .chunk(let count):
                let part = try await some(of: count)
                if part.readableBytes == count {
                    guard try await reader.line(limit: 2).isEmpty else {
                        throw ByteReader.Malformed(reason: "a chunk of the body is longer than it says")
                    }
                    state = .chunkHead
                } else {
                    state = .chunk(count - part.readableBytes)
                }
                return part
            }
        }
    }

    private func some(of count: Int) async throws -> ByteBuffer {
        guard let part = try await reader.part(atMost: count) else {
            throw ByteReader.Malformed(reason: "the connection ended within the body")
        }
        return part
    }

    /// The size of a chunk: hexadecimal digits and nothing else.
    private static func size(_ line: [UInt8]) throws -> Int {
        guard !line.isEmpty, line.count <= 12, line.allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
            let size = Int(String(decoding: line, as: UTF8.self), radix: 16)
        else { throw ByteReader.Malformed(reason: "the size of a chunk is none") }
        return size
    }
}
