import AsyncHTTPClient
import LogLines
import NIOCore

/// The lines of a body that does not end by itself; the other side waits while nobody asks for the next one.
package struct ResponseLines: AsyncSequence, Sendable {
    /// What comes next in the stream.
    package enum Element: Equatable, Sendable {
        /// A line that is not empty.
        case line([UInt8])
        /// A line that was too long to be read.
        case tooLong(limit: Int)
    }

    private let body: HTTPClientResponse.Body
    private let lineLimit: Int
    private let interrupted: @Sendable (any Error) -> any Error

    /// Names a body.
    ///
    /// - Parameters:
    ///   - body: the body.
    ///   - lineLimit: the longest line that is read.
    ///   - interrupted: makes the error that is thrown when the connection is lost.
    init(
        _ body: HTTPClientResponse.Body, lineLimit: Int, interrupted: @escaping @Sendable (any Error) -> any Error
    ) {
        self.body = body
        self.lineLimit = lineLimit
        self.interrupted = interrupted
    }

    /// Starts reading; a stream is read once.
    ///
    /// - Returns: an iterator.
    package func makeAsyncIterator() -> Iterator {
        Iterator(body: body.makeAsyncIterator(), lines: Lines(limit: lineLimit), interrupted: interrupted)
    }

    /// Reads the stream.
    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var body: HTTPClientResponse.Body.AsyncIterator
        fileprivate let lines: Lines
        fileprivate let interrupted: @Sendable (any Error) -> any Error

        /// Gives the next line.
        ///
        /// - Returns: nil when the other side ended the stream.
        /// - Throws: that the connection was lost, or `CancellationError`.
        package mutating func next() async throws -> Element? {
            while true {
                if let element = lines.next() { return element }
                do {
                    guard let chunk = try await body.next() else { return lines.rest() }
                    lines.chunk = chunk
                } catch {
                    try Task.checkCancellation()
                    throw interrupted(error)
                }
            }
        }
    }

    /// The bytes at hand; an object, as an iterator has to be copyable.
    fileprivate final class Lines {
        private var splitter: LineSplitter
        fileprivate var chunk = ByteBuffer()

        init(limit: Int) { splitter = LineSplitter(lineLimit: limit, chunk: 16 << 10) }

        func next() -> Element? {
            while true {
                if let cut = splitter.next() {
                    if let element = element(cut) { return element }
                    continue
                }
                guard chunk.readableBytes > 0 else { return nil }
                let taken = chunk.withUnsafeReadableBytes { splitter.append($0) }
                chunk.moveReaderIndex(forwardBy: taken)
            }
        }

        func rest() -> Element? { splitter.rest().flatMap(element) }

        private func element(_ cut: LineSplitter.Cut) -> Element? {
            switch cut {
            case .line(let line): line.bytes.isEmpty ? nil : .line(Array(line.bytes))
            case .tooLong: .tooLong(limit: splitter.lineLimit)
            }
        }
    }
}
