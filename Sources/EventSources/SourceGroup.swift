/// Runs sources side by side and gives what they tell, each source's items in its own order.
///
/// The sources run while `body` does and are cancelled when it returns. When one throws, the others are cancelled, and
/// the items throw it after what was told before.
///
/// - Parameters:
///   - sources: the sources.
///   - capacity: how many bytes may be told and not yet taken; then the sources wait.
///   - stop: returns when the sources shall end; what they have told can still be taken, and then there is no more.
///   - pause: how often to say that time passes; nil for never.
///   - body: takes the items.
/// - Returns: what `body` returns.
/// - Throws: what `body` throws.
package func withSourceItems<Outcome>(
    from sources: [any EventSource], capacity: Int = 32 << 20,
    until stop: (@Sendable () async -> Void)? = nil, every pause: Duration? = nil,
    _ body: (SourceItems) async throws -> Outcome
) async throws -> Outcome {
    let channel = BoundedChannel<SourceItem>(capacity: capacity) { $0.cost }
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask {
            do {
                try await run(sources, into: channel, until: stop, every: pause)
                channel.finish()
            } catch {
                channel.finish(throwing: error)
            }
        }
        defer { group.cancelAll() }
        return try await body(SourceItems(channel, capacity: capacity))
    }
}

/// Runs sources until all have ended or they are stopped.
private func run(
    _ sources: [any EventSource], into channel: BoundedChannel<SourceItem>, until stop: (@Sendable () async -> Void)?,
    every pause: Duration?
) async throws {
    try await withThrowingTaskGroup(of: Bool.self) { running in
        for source in sources {
            running.addTask {
                try await source.run { try await channel.send($0) }
                return false
            }
        }
        if let stop {
            running.addTask {
                await stop()
                return true
            }
        }
        if let pause {
            running.addTask {
                while true {
                    try await Task.sleep(for: pause)
                    try await channel.send(.pause)
                }
            }
        }
        var ended = 0
        while ended < sources.count, let isStopped = try await running.next() {
            guard !isStopped else {
                running.cancelAll()
                // How a source ends that is told to does not matter.
                while let result = await running.nextResult() { _ = result }
                return
            }
            ended += 1
        }
        running.cancelAll()
    }
}

/// What several sources tell; read once, by one task.
package struct SourceItems: AsyncSequence, AsyncIteratorProtocol, Sendable {
    private let channel: BoundedChannel<SourceItem>
    /// How many bytes may wait.
    package let capacity: Int

    init(_ channel: BoundedChannel<SourceItem>, capacity: Int) {
        self.channel = channel
        self.capacity = capacity
    }

    /// How many items wait to be taken, and how many bytes they hold.
    package var load: (items: Int, bytes: Int) {
        let load = channel.load
        return (load.elements, load.cost)
    }

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
