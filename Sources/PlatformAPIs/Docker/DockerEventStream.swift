import AsyncHTTPClient
import LogLines
import NIOCore

/// What happens in an engine, an event a line; the engine waits while nobody asks for the next one.
package struct DockerEventStream: AsyncSequence, Sendable {
    /// What comes next in the stream.
    package enum Element: Equatable, Sendable {
        /// An event, one JSON object.
        case event([UInt8])
        /// An event that was too long to be read.
        case tooLong(limit: Int)
    }

    private let body: HTTPClientResponse.Body
    private let lineLimit: Int

    init(_ body: HTTPClientResponse.Body, lineLimit: Int) {
        self.body = body
        self.lineLimit = lineLimit
    }

    /// Starts reading; a stream is read once.
    ///
    /// - Returns: an iterator.
    package func makeAsyncIterator() -> Iterator {
        Iterator(body: body.makeAsyncIterator(), lines: Lines(limit: lineLimit))
    }

    /// Reads the stream.
    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var body: HTTPClientResponse.Body.AsyncIterator
        fileprivate let lines: Lines

        /// Gives the next event.
        ///
        /// - Returns: nil when the engine ended the stream.
        /// - Throws: `DockerError.interrupted`, or `CancellationError`.
        package mutating func next() async throws -> Element? {
            while true {
                if let element = lines.next() { return element }
                do {
                    guard let chunk = try await body.next() else { return lines.rest() }
                    lines.chunk = chunk
                } catch {
                    try Task.checkCancellation()
                    throw DockerError.interrupted(request: "GET /events", "\(error)")
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
            case .line(let line): line.bytes.isEmpty ? nil : .event(Array(line.bytes))
            case .tooLong: .tooLong(limit: splitter.lineLimit)
            }
        }
    }
}
