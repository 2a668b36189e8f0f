import JSONView
import PlatformAPIs
import SecurityEvents
import Synchronization

/// One connection to a Docker engine.
final class LiveDockerSession<Engine: DockerEngineAPI>: Sendable {
    private let source: LiveDocker<Engine>
    private let outbox: Outbox
    private let memory: EngineMemory
    /// Containers that wait for their inspection.
    private let waiting: BoundedChannel<String>
    private let underInspection = UnderInspection()
    private let parser = Mutex(JSONParser())

    init(source: LiveDocker<Engine>, outbox: Outbox, memory: EngineMemory) {
        self.source = source
        self.outbox = outbox
        self.memory = memory
        waiting = BoundedChannel(capacity: source.options.waitingInspections)
    }

    /// Connects, and sees whether something was missed.
    ///
    /// - Returns: the events, and whether some may be missing.
    func open() async throws -> (events: Engine.Events, isUncertain: Bool) {
        let openedAt = source.time.now()
        let version = try await source.engine.negotiate()
        let kept = source.keptMoment
        // Where nothing was heard yet, what happened since the first connection is still to be told.
        let earlier = kept ?? (memory.beginning > 0 ? Timestamp(nanoseconds: memory.beginning) : nil)
        let heard = memory.latest > 0 ? memory.latest : earlier?.nanoseconds
        let since = heard.map { max(0, $0 - EnginePlace.overlap) } ?? (source.options.since ?? openedAt).nanoseconds
        memory.begin(at: since)
        let events = try await source.engine.events(since: engineMoment(since), until: nil)
        let message = "following Docker engine \(version.engine), API \(version.api)"
        try await outbox.send(.notice(SourceNotice(source: source.name, message: message, isFollowing: true)))
        if heard == nil, source.options.since == nil { try await begin(at: since) }
        guard let from = try await uncertainSince(earlier ?? source.options.since) else { return (events, false) }
        let reason = "the engine no longer knows the events after this moment; it was restarted, or there were many"
        let key = "forgotten/\(engineMoment(from.nanoseconds))"
        try await outbox.send(.gap(Gap(source: source.name, from: from, to: openedAt, reason: reason, key: key)))
        return (events, true)
    }

    /// Says that the engine is followed from here on, before anything is told: a process that ends before the first
    /// event is kept would have the next one begin behind what happened meanwhile.
    private func begin(at nanoseconds: Int64) async throws {
        let place = EnginePlace(nanoseconds: nanoseconds).place(of: source.name)
        let mark = SourceMark(number: 0, place: place) { [positions = source.options.positions, name = source.name] in
            positions?.keep(cursor: engineMoment(nanoseconds), of: name)
        }
        try await outbox.send(.mark(mark))
    }

    /// Tells what happens until the connection ends.
    ///
    /// - Parameters:
    ///   - events: what `open()` gave.
    ///   - isUncertain: whether some may be missing.
    /// - Throws: why the connection ended, or `CancellationError`.
    func follow(_ events: Engine.Events, isUncertain: Bool) async throws {
        let inspector = Inspector(
            source: source, outbox: outbox, memory: memory, underInspection: underInspection)
        let drops = DropWatch(source: source, memory: memory, outbox: outbox) { [self] in tell(.event($0)) }
        let housekeeping = Task { [source, outbox, memory] in
            try await withThrowingTaskGroup(of: Void.self) { group in
                if let interval = source.options.verification { group.addTask { try await drops.run(every: interval) } }
                if source.options.positions != nil {
                    group.addTask { try await Self.mark(memory, outbox, source) }
                }
                while try await group.next() != nil {}
            }
        }
        defer { housekeeping.cancel() }
        var failure: (any Error)?
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await inspector.inspectRunning(afterGap: isUncertain) }
            group.addTask { [waiting] in try await inspector.inspect(waiting) }
            do {
                for try await element in events { tell(element) }
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

    /// Says now and then how far the engine was heard.
    private static func mark(_ memory: EngineMemory, _ outbox: Outbox, _ source: LiveDocker<Engine>) async throws {
        var marked: Int64 = 0
        while true {
            try await source.time.sleep(.seconds(1))
            let (count, latest) = memory.place
            guard latest > marked, let positions = source.options.positions else { continue }
            let mark = SourceMark(number: UInt64(clamping: count)) { [name = source.name] in
                positions.keep(cursor: engineMoment(latest), of: name)
            }
            try await outbox.send(.mark(mark))
            marked = latest
        }
    }

    /// Asks whether the engine still remembers what was told last, so that its replay leaves nothing out.
    ///
    /// - Returns: from when on something may be missing; nil when nothing is.
    private func uncertainSince(_ start: Timestamp?) async throws -> Timestamp? {
        let anchor: Int64
        let first: String
        if memory.latest > 0 {
            anchor = memory.latest
            first = engineMoment(anchor)
        } else if let start {
            anchor = start.nanoseconds
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

    private func tell(_ element: DockerEventStream.Element) {
        let now = source.time.now()
        guard case .event(let line) = element else {
            _ = memory.rememberUnread()
            let reason = "an event was too long to be read"
            outbox.put(.gap(Gap(source: source.name, from: now, to: now, reason: reason, estimate: 1)))
            return
        }
        let event = parser.withLock { EngineEvent(line, parser: $0) }
        guard let number = memory.remember(line, event) else { return }
        // Before the event itself: a short-lived container is gone within milliseconds.
        if let identifier = event.inspects, memory.describe(identifier) || event.alwaysInspects,
            source.options.resumed?.knows(identifier, at: event.nanoseconds) != true
        {
            underInspection.begin(identifier)
            if !waiting.offer(identifier) {
                let reason = "container \(identifier) was not inspected: too many are waiting"
                outbox.put(.gap(Gap(source: source.name, from: now, to: now, reason: reason, estimate: 1)))
                underInspection.end(identifier)
            }
        }
        let position = SourcePosition(name: source.name + "/events", line: number)
        let place = EnginePlace(nanoseconds: memory.latest, uninspected: underInspection.all).place(of: source.name)
        outbox.put(.record(SourceRecord(bytes: line, format: .dockerEvents, position: position, place: place)))
    }
}
