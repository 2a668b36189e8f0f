import PlatformAPIs
import SecurityEvents

/// Inspects containers of a Docker engine, several at a time, off the way of the events.
struct Inspector<Engine: DockerEngineAPI>: Sendable {
    let source: LiveDocker<Engine>
    let outbox: Outbox
    let memory: EngineMemory
    let underInspection: UnderInspection

    /// Inspects the containers that are running already and were not described yet.
    ///
    /// In the first list they were found. In a later one they came while nobody looked, and those that are missing went.
    ///
    /// - Parameter afterGap: whether the engine may have done what its events do not tell any more.
    /// - Throws: `CancellationError`.
    func inspectRunning(afterGap: Bool) async throws {
        let isFirst = memory.beginListing()
        let identifiers: [String]
        do {
            identifiers = try await source.engine.runningContainers()
        } catch {
            try Task.checkCancellation()
            try await miss("the running containers could not be listed: \(error)", estimate: nil)
            return
        }
        memory.list(identifiers)
        // One after the other: those that are created now matter more.
        for identifier in identifiers where memory.describe(identifier) {
            try await inspect(identifier, isFound: isFirst)
        }
        guard afterGap, !isFirst else { return }
        // What the engine still remembers arrives meanwhile.
        try await source.time.sleep(.seconds(2))
        let gone = memory.dropMissing(identifiers)
        guard !gone.isEmpty else { return }
        let names = gone.prefix(8).map { $0.prefix(12) }.joined(separator: ", ")
        let more = gone.count > 8 ? " and \(gone.count - 8) more" : ""
        try await miss("containers ended and nobody saw how: \(names)\(more)", estimate: gone.count)
    }

    /// Inspects containers as they are named.
    func inspect(_ identifiers: BoundedChannel<String>) async throws {
        try await withThrowingTaskGroup(of: Void.self) { group in
            var running = 0
            while let identifier = try await identifiers.next() {
                if running >= source.options.inspections {
                    try await group.next()
                    running -= 1
                }
                group.addTask { try await inspect(identifier) }
                running += 1
            }
            while try await group.next() != nil {}
        }
    }

    private func inspect(_ identifier: String, isFound: Bool = false) async throws {
        // Whoever is told to stop has told nothing.
        try await tell(identifier, isFound)
        underInspection.end(identifier)
    }

    private func tell(_ identifier: String, _ isFound: Bool) async throws {
        let body: [UInt8]?
        do {
            body = try await source.engine.inspect(identifier)
        } catch {
            try Task.checkCancellation()
            try await miss("container \(identifier) could not be inspected: \(error)", estimate: 1)
            return
        }
        guard var body else {
            try await miss("container \(identifier) was gone before it could be inspected", estimate: 1)
            return
        }
        // The engine ends its answer with a line ending; a record is a line without one.
        while let last = body.last, last == 0x0A || last == 0x0D { body.removeLast() }
        let position = SourcePosition(name: source.name + "/inspections", line: outbox.nextInspection())
        let record = SourceRecord(bytes: body, format: .dockerInspect, position: position, isFound: isFound)
        try await outbox.send(.record(record))
    }

    private func miss(_ reason: String, estimate: Int?) async throws {
        let now = source.time.now()
        try await outbox.send(.gap(Gap(source: source.name, from: now, to: now, reason: reason, estimate: estimate)))
    }
}
