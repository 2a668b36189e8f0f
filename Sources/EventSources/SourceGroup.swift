/// Runs sources side by side and gives what they tell, each source's items in its own order.
///
/// The sources run while `body` does and are cancelled when it returns. When one throws, the others are cancelled, and
/// the items throw it after what was told before.
///
/// - Parameters:
///   - sources: the sources.
///   - capacity: how many bytes may be told and not yet taken; then the sources wait.
///   - body: takes the items.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws.
package func withSourceItems<Outcome>(
    from sources: [any EventSource], capacity: Int = 32 << 20,
    _ body: (SourceItems) async throws -> Outcome
) async throws -> Outcome {
    let channel = BoundedChannel<SourceItem>(capacity: capacity) { $0.cost }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            do {
                try await withThrowingTaskGroup(of: Void.self) { running in
                    for source in sources {
                        running.addTask { try await source.run { try await channel.send($0) } }
                    }
                    while try await running.next() != nil {}
                }
                channel.finish()
            } catch {
                channel.finish(throwing: error)
            }
        }
        defer { group.cancelAll() }
        return try await body(SourceItems(channel))
    }
}

/// What several sources tell; read once, by one task.
package struct SourceItems: AsyncSequence, AsyncIteratorProtocol, Sendable {
    private let channel: BoundedChannel<SourceItem>

    init(_ channel: BoundedChannel<SourceItem>) { self.channel = channel }

    /// Starts reading.
    ///
    /// - Returns: the sequence itself.
    package func makeAsyncIterator() -> SourceItems { self }

    /// Gives the next item.
    ///
    /// - Returns: nil when all sources have ended.
    /// - Throws: why a source is of no use, or `CancellationError`.
    package func next() async throws -> SourceItem? { try await channel.next() }
}
