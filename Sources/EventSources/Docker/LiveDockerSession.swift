import JSONView
import PlatformAPIs
import SecurityEvents

/// One connection to a Docker engine.
///
/// An object for one task: its children get what they need as values.
final class LiveDockerSession<Engine: DockerEngineAPI> {
    /// What was told so far.
    private(set) var memory: EventMemory
    /// How many events were told; they are numbered on across connections.
    private(set) var lines: Int

    private let source: LiveDocker<Engine>
    private let outbox: Outbox
    private var events: Engine.Events?
    private let parser = JSONParser()
    private var inspected: Set<String> = []
    private let underInspection = UnderInspection()

    init(source: LiveDocker<Engine>, outbox: Outbox, memory: EventMemory, lines: Int) {
        self.source = source
        self.outbox = outbox
        self.memory = memory
        self.lines = lines
    }

    /// Connects, and sees whether something was missed.
    func open() async throws {
        let openedAt = source.time.now()
        let version = try await source.engine.negotiate()
        let since =
            memory.latest > 0 ? memory.latest - EnginePlace.overlap : (source.options.since ?? openedAt).nanoseconds
        events = try await source.engine.events(since: engineMoment(since), until: nil)
        let message = "following Docker engine \(version.engine), API \(version.api)"
        try await outbox.send(.notice(SourceNotice(source: source.name, message: message)))
        guard let from = try await uncertainSince() else { return }
        let reason = "the engine no longer knows the events after this moment; it was restarted, or there were many"
        try await outbox.send(.gap(Gap(source: source.name, from: from, to: openedAt, reason: reason)))
    }

    /// Tells what happens until the connection ends.
    func follow() async throws {
        guard let events else { return }
        let waiting = BoundedChannel<String>(capacity: source.options.waitingInspections)
        let inspector = Inspector(source: source, outbox: outbox, underInspection: underInspection)
        var failure: (any Error)?
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await inspector.inspectRunning() }
            group.addTask { try await inspector.inspect(waiting) }
            do {
                for try await element in events { tell(element, inspections: waiting) }
            } catch {
                failure = error
            }
            // What is waiting for its inspection gets it, or a gap.
            waiting.finish()
            while try await group.next() != nil {}
        }
        try Task.checkCancellation()
        if let failure { throw failure }
    }

    /// Asks whether the engine still remembers what was told last, so that its replay leaves nothing out.
    ///
    /// - Returns: from when on something may be missing; nil when nothing is.
    private func uncertainSince() async throws -> Timestamp? {
        let anchor: Int64
        let first: String
        if memory.latest > 0 {
            anchor = memory.latest
            first = engineMoment(anchor)
        } else if let since = source.options.since {
            anchor = since.nanoseconds
            first = engineMoment(1)
        } else {
            return nil
        }
        for try await element in try await source.engine.events(since: first, until: engineMoment(anchor)) {
            guard memory.latest > 0 else { return nil }
            if case .event(let line) = element, memory.knows(line) { return nil }
        }
        return Timestamp(nanoseconds: anchor)
    }

    private func tell(_ element: DockerEventStream.Element, inspections: BoundedChannel<String>) {
        guard case .event(let line) = element else {
            lines += 1
            let reason = "an event was too long to be read"
            let now = source.time.now()
            outbox.put(.gap(Gap(source: source.name, from: now, to: now, reason: reason, estimate: 1)))
            return
        }
        let event = EngineEvent(line, parser: parser)
        guard memory.remember(line, at: event.nanoseconds) else { return }
        lines += 1
        // Before the event itself: a short-lived container is gone within milliseconds.
        if let identifier = event.inspects, event.alwaysInspects || !inspected.contains(identifier),
            source.options.resumed?.knows(identifier, at: event.nanoseconds) != true
        {
            if inspected.count >= source.options.waitingInspections { inspected = [] }
            inspected.insert(identifier)
            underInspection.begin(identifier)
            if !inspections.offer(identifier) {
                let reason = "container \(identifier) was not inspected: too many are waiting"
                let now = source.time.now()
                outbox.put(.gap(Gap(source: source.name, from: now, to: now, reason: reason, estimate: 1)))
                underInspection.end(identifier)
            }
        }
        if let identifier = event.destroys { inspected.remove(identifier) }
        let position = SourcePosition(name: source.name + "/events", line: lines)
        let place = EnginePlace(nanoseconds: memory.latest, uninspected: underInspection.all).place(of: source.name)
        outbox.put(.record(SourceRecord(bytes: line, format: .dockerEvents, position: position, place: place)))
    }
}
