import AsyncHTTPClient

/// What happens in an engine, an event a line; the engine waits while nobody asks for the next one.
package struct DockerEventStream: AsyncSequence, Sendable {
    /// What comes next in the stream.
    package enum Element: Equatable, Sendable {
        /// An event, one JSON object.
        case event([UInt8])
        /// An event that was too long to be read.
        case tooLong(limit: Int)
    }

    private let lines: ResponseLines

    init(_ body: HTTPClientResponse.Body, lineLimit: Int) {
        lines = ResponseLines(body, lineLimit: lineLimit) {
            DockerError.interrupted(request: "GET /events", "\($0)")
        }
    }

    /// Starts reading; a stream is read once.
    ///
    /// - Returns: an iterator.
    package func makeAsyncIterator() -> Iterator { Iterator(lines: lines.makeAsyncIterator()) }

    /// Reads the stream.
    package struct Iterator: AsyncIteratorProtocol {
        fileprivate var lines: ResponseLines.Iterator

        /// Gives the next event.
        ///
        /// - Returns: nil when the engine ended the stream.
        /// - Throws: `DockerError.interrupted`, or `CancellationError`.
        package mutating func next() async throws -> Element? {
            switch try await lines.next() {
            case .line(let line): .event(line)
            case .tooLong(let limit): .tooLong(limit: limit)
            case nil: nil
            }
        }
    }
}
