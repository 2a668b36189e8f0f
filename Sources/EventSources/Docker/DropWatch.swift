import PlatformAPIs
import SecurityEvents

/// Looks now and then whether the engine told everything that it remembers.
///
/// An engine drops events of a reader that is slow for 100 ms, without a word. It remembers its last 256 though, and
/// tells them again to whoever asks.
struct DropWatch<Engine: DockerEngineAPI>: Sendable {
    let source: LiveDocker<Engine>
    let memory: EngineMemory
    let outbox: Outbox
    /// Takes an event that the stream did not bring.
    let tell: @Sendable ([UInt8]) -> Void

    /// How many events an engine remembers.
    private static var replayLimit: Int { 256 }

    /// Looks until the task is cancelled.
    func run(every interval: Duration) async throws {
        var checked = memory.count
        while true {
            try await source.time.sleep(interval)
            guard memory.count > checked else { continue }
            do { try await check() } catch {
                // The stream will find out as well, and says so.
                try Task.checkCancellation()
            }
            checked = memory.count
        }
    }

    /// Looks once.
    func check() async throws {
        let first = try await replay()
        guard first.contains(where: { !memory.knows($0) }) else { return }
        // What is on its way arrives meanwhile; the stream brings what it has in order.
        let before = memory.count
        try await source.time.sleep(.seconds(2))
        let dropped = first.filter { !memory.knows($0) }
        // While events come, nobody can say what is late and what is lost: the next look will.
        guard memory.count == before, !dropped.isEmpty else { return }
        let from = memory.latest > 0 ? Timestamp(nanoseconds: memory.latest) : nil
        for line in dropped { tell(line) }
        // Where the replay goes back to something known, all that was dropped is in it.
        let isWhole =
            first.count < Self.replayLimit || first.first.map(memory.knows) == true && dropped.first != first.first
        let count = dropped.count
        guard !isWhole else {
            let message =
                "the engine did not send \(count) events, as they came too fast; they were read from its memory"
            try await outbox.send(.notice(SourceNotice(source: source.name, message: message)))
            return
        }
        let reason =
            "the engine did not send some events, as they came too fast; it remembered the last \(count), which were read"
        try await outbox.send(.gap(Gap(source: source.name, from: from, to: source.time.now(), reason: reason)))
    }

    /// What the engine remembers.
    private func replay() async throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        let until = engineMoment(source.time.now().nanoseconds)
        for try await element in try await source.engine.events(since: engineMoment(memory.beginning), until: until) {
            if case .event(let line) = element { lines.append(line) }
        }
        return lines
    }
}
