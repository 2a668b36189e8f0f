import JSONView
import PlatformAPIs
import SecurityEvents
import Synchronization

/// Tells what containerd says, each event with what is known of its container.
///
/// One task uses it, at one time.
final class ContainerdTeller<Engine: ContainerdAPI>: Sendable {
    private struct State {
        var memory: ContainerdMemory
        var lines = 0
        var marks: UInt64 = 0
        var hasProgress = false
        /// Whether everything that there was is told, so that it can be said up to when.
        var isWhole: Bool
    }

    private let engine: Engine
    private let name: String
    private let time: SourceTime
    private let emit: @Sendable (SourceItem) async throws -> Void
    private let state: Mutex<State>

    init(
        engine: Engine, name: String, limit: Int, kept: ContainerdPlaces.Kept, time: SourceTime,
        emit: @escaping @Sendable (SourceItem) async throws -> Void
    ) {
        self.engine = engine
        self.name = name
        self.time = time
        self.emit = emit
        state = Mutex(State(memory: ContainerdMemory(limit: limit, kept: kept), isWhole: kept.moment != nil))
    }

    /// Says whether something was told since the last time.
    func takeProgress() -> Bool {
        state.withLock { state in
            defer { state.hasProgress = false }
            return state.hasProgress
        }
    }

    /// Tells something that a person may want to know.
    func note(_ message: String, isFollowing: Bool) async throws {
        try await emit(.notice(SourceNotice(source: name, message: message, isFollowing: isFollowing)))
    }

    /// Tells of a stretch of time for which nobody can answer.
    func gap(from: Timestamp, _ reason: String, estimate: Int? = nil, key: String? = nil) async throws {
        try await emit(
            .gap(Gap(source: name, from: from, to: time.now(), reason: reason, estimate: estimate, key: key)))
    }

    // MARK: Events

    /// Tells an event.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - description: what its container was when the event came.
    /// - Throws: `ContainerdError`, `CancellationError`, or what the taker of items threw.
    func tell(_ event: ContainerdEvent, _ description: ContainerdDescription) async throws {
        guard !event.container.isEmpty else {
            // Containers and tasks always have a name, so the message inside is not the one that its topic promises.
            if event.topic.hasPrefix("/containers/") || event.topic.hasPrefix("/tasks/") {
                try await gap(from: time.now(), "an event could not be read: \(event.topic)", estimate: 1)
            }
            return try await tell(event.json, as: .containerdEvents)
        }
        let key = ContainerdMemory.Key(namespace: event.namespace, identifier: event.container)
        switch event.topic {
        case "/containers/create":
            // A list told of it before its event came.
            guard !state.withLock({ $0.memory.takeListed(key) }) else { return }
            guard let info = try await remember(key, description) else {
                try await gap(
                    from: time.now(), "container \(key.identifier) was gone before it could be described", estimate: 1)
                return try await tell(event.json, as: .containerdEvents)
            }
            try await tell(Self.joined(event.json, info), as: .containerdEvents, of: key)
        case "/containers/update":
            let info = try await describe(key)
            try await tell(Self.joined(event.json, info ?? brief(key)), as: .containerdEvents, of: key)
        case "/containers/delete":
            guard !state.withLock({ $0.memory.takeMissing(key) }) else { return }
            let known = brief(key)
            state.withLock { $0.memory.forget(key) }
            try await tell(Self.joined(event.json, known), as: .containerdEvents, of: key)
        default:
            var known = brief(key)
            if known == nil, try await describe(key) != nil { known = brief(key) }
            guard let process = event.process else {
                return try await tell(Self.joined(event.json, known), as: .containerdEvents)
            }
            let isStart = event.topic == "/tasks/start"
            let wasTold = state.withLock { state in
                let wasTold =
                    isStart
                    ? state.memory.takeListedStart(key, process) : state.memory.takeListedEnd(key, process)
                if !wasTold { state.memory.note(key, runs: isStart ? process : nil) }
                return wasTold
            }
            guard !wasTold else { return }
            try await tell(Self.joined(event.json, known), as: .containerdEvents, of: known == nil ? nil : key)
        }
    }

    // MARK: Lists

    /// Lists what there is, and tells what no event told.
    ///
    /// In the first list that was found; in a later one it came or went unseen.
    ///
    /// - Parameter isAfterGap: whether events may have been lost, so that what runs is compared as well.
    /// - Throws: `ContainerdError`, `CancellationError`, or what the taker of items threw.
    func list(isAfterGap: Bool) async throws {
        let isFirst = state.withLock { $0.memory.beginListing() }
        let there = try await engine.namespaces()
        // A namespace may be gone with all that was in it.
        for namespace in Set(there).union(state.withLock { $0.memory.namespaces }).sorted() {
            let listed = there.contains(namespace) ? try await engine.containers(in: namespace) : []
            let difference = state.withLock { $0.memory.compare(listed, in: namespace) }
            let running = isAfterGap && there.contains(namespace) ? try await engine.running(in: namespace) : [:]
            for key in difference.earlier { try await lookAgain(key) }
            try await tell(new: difference.new, found: isFirst ? running : nil)
            for key in difference.missing {
                let known = brief(key)
                state.withLock { $0.memory.noteMissing(key) }
                try await tell(made("/containers/delete", key, known), as: .containerdEvents, of: key)
            }
            if isAfterGap { try await tell(running: running, in: namespace) }
        }
        if let reason = state.withLock({ $0.memory.takeLimit() }) { try await gap(from: time.now(), reason) }
        let number = state.withLock { state in
            state.isWhole = true
            state.marks += 1
            return state.marks
        }
        let place = ContainerdPlaces.place(in: name, at: time.now())
        try await emit(.mark(SourceMark(number: number, place: place) {}))
    }

    /// Tells of containers that are not known.
    ///
    /// - Parameters:
    ///   - new: the containers.
    ///   - found: where they were found and not made meanwhile, the first processes of those that run.
    /// - Throws: `ContainerdError`, `CancellationError`, or what the taker of items threw.
    private func tell(new: [ContainerdMemory.Key], found: [String: UInt32]?) async throws {
        // Sandboxes first: they have the namespaces of their Pods.
        var described: [(key: ContainerdMemory.Key, info: [UInt8])] = []
        for key in new {
            guard let info = try await describe(key) else { continue }
            described.append((key, info))
        }
        for (key, _) in described {
            guard let info = state.withLock({ $0.memory.completed(key, described) }) else { continue }
            // Its event may still be on the way.
            state.withLock { $0.memory.noteListed(key) }
            if let found {
                state.withLock { $0.memory.note(key, runs: found[key.identifier]) }
                try await tell(info, as: .containerdContainers, isFound: true, of: key)
            } else {
                try await tell(made("/containers/create", key, info), as: .containerdEvents, of: key)
            }
        }
    }

    /// Looks at a container that an earlier process told of: it is to be judged again, and is no news.
    private func lookAgain(_ key: ContainerdMemory.Key) async throws {
        guard let info = try await engine.container(key.identifier, in: key.namespace) else { return }
        let before = brief(key)
        guard state.withLock({ $0.memory.isAnother(key, info) }) else {
            let whole = state.withLock { $0.memory.remember(key, info) }
            return try await tell(whole, as: .containerdContainers, isFound: true, isKnown: true, of: key)
        }
        // Its name was given again.
        state.withLock { $0.memory.forget(key) }
        try await tell(made("/containers/delete", key, before), as: .containerdEvents, of: key)
        let whole = state.withLock { $0.memory.remember(key, info) }
        try await tell(made("/containers/create", key, whole), as: .containerdEvents, of: key)
    }

    /// Tells what started and ended unseen.
    private func tell(running: [String: UInt32], in namespace: String) async throws {
        let difference = state.withLock { $0.memory.compare(running: running, in: namespace) }
        for (key, process) in difference.ended {
            try await tell(made("/tasks/exit", key, brief(key), process), as: .containerdEvents, of: key)
        }
        for (key, process) in difference.started {
            try await tell(made("/tasks/start", key, brief(key), process), as: .containerdEvents, of: key)
        }
    }

    /// Asks what a container is, and remembers who it is.
    private func describe(_ key: ContainerdMemory.Key) async throws -> [UInt8]? {
        guard let info = try await engine.container(key.identifier, in: key.namespace) else { return nil }
        return state.withLock { $0.memory.remember(key, info) }
    }

    /// Remembers what a container was when its event came, or asks now where nobody could.
    private func remember(_ key: ContainerdMemory.Key, _ description: ContainerdDescription) async throws -> [UInt8]? {
        switch description {
        case .known(let info): state.withLock { $0.memory.remember(key, info) }
        case .gone: nil
        case .notAsked: try await describe(key)
        }
    }

    private func brief(_ key: ContainerdMemory.Key) -> [UInt8]? { state.withLock { $0.memory.brief(key) } }

    /// What a list shows to have happened, in the form of an event.
    private func made(
        _ topic: String, _ key: ContainerdMemory.Key, _ info: [UInt8]?, _ process: UInt32? = nil
    ) -> [UInt8] {
        // When a container was made is known, when it went is not.
        let isMade = topic == "/containers/create"
        let moment = isMade ? info.flatMap { info in state.withLock { $0.memory.made(info) } } : nil
        var writer = CompactJSON()
        writer.write(raw: "{\"timestamp\":")
        writer.write(string: (moment ?? "\(time.now())").utf8)
        writer.write(raw: ",\"namespace\":")
        writer.write(string: key.namespace.utf8)
        writer.write(raw: ",\"topic\":")
        writer.write(string: topic.utf8)
        writer.write(raw: ",\"listed\":true,\"event\":{\"id\":")
        writer.write(string: key.identifier.utf8)
        if let process {
            writer.write(raw: ",\"container_id\":")
            writer.write(string: key.identifier.utf8)
            writer.write(raw: ",\"pid\":")
            writer.write(number: Int(process))
        }
        writer.write(raw: "}}")
        return Self.joined(writer.bytes, info)
    }

    /// An event with the container that it is about.
    private static func joined(_ event: [UInt8], _ info: [UInt8]?) -> [UInt8] {
        guard let info, event.last == UInt8(ascii: "}") else { return event }
        return event.dropLast() + Array(",\"container\":".utf8) + info + [UInt8(ascii: "}")]
    }

    private func tell(
        _ bytes: [UInt8], as format: LogFormat, isFound: Bool = false, isKnown: Bool = false,
        of key: ContainerdMemory.Key? = nil
    ) async throws {
        let (line, isWhole, known) = state.withLock { state in
            state.lines += 1
            state.hasProgress = true
            return (state.lines, state.isWhole, key.flatMap { state.memory.known($0) })
        }
        var record = SourceRecord(
            bytes: bytes, format: format, position: SourcePosition(name: name, line: line),
            place: isWhole ? ContainerdPlaces.place(in: name, at: time.now()) : nil, isFound: isFound)
        record.remembered = key.map { ContainerdPlaces.place(of: $0, known, in: name) }
        record.isKnown = isKnown
        try await emit(.record(record))
    }
}
