import AsyncHTTPClient
import NIOCore

/// A body was larger than is read.
struct BodyTooLarge: Error {
    /// How many bytes are read.
    let limit: Int
}

extension HTTPClientResponse.Body {
    /// Reads the whole body.
    ///
    /// - Parameter limit: the largest body that is read.
    /// - Returns: its bytes.
    /// - Throws: `BodyTooLarge`, or why the connection was lost.
    func collected(limit: Int) async throws -> [UInt8] {
        var bytes: [UInt8] = []
        for try await chunk in self {
            guard bytes.count + chunk.readableBytes <= limit else { throw BodyTooLarge(limit: limit) }
            bytes += chunk.readableBytesView
        }
        return bytes
    }
}

/// Waits for an answer, but not forever.
///
/// - Parameters:
///   - limit: how long.
///   - late: what is thrown when that was not enough.
///   - ask: gives the answer.
/// - Returns: the answer.
/// - Throws: `late`, or what `ask` threw.
func within<Answer: Sendable>(
    _ limit: Duration, orThrow late: any Error, _ ask: @escaping @Sendable () async throws -> Answer
) async throws -> Answer {
    try await withThrowingTaskGroup(of: Answer.self) { group in
        group.addTask { try await ask() }
        group.addTask {
            try await Task.sleep(for: limit)
            throw late
        }
        defer { group.cancelAll() }
        guard let answer = try await group.next() else { throw CancellationError() }
        return answer
    }
}
