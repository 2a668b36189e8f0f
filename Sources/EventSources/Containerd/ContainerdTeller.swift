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
        var hasProgress = false
    }

    private let engine: Engine
    private let name: String
    private let time: SourceTime
    private let emit: @Sendable (SourceItem) async throws -> Void
    private let state: Mutex<State>

    init(
        engine: Engine, name: String, limit: Int, time: SourceTime,
        emit: @escaping @Sendable (SourceItem) async throws -> Void
    ) {
        self.engine = engine
        self.name = name
        self.time = time
        self.emit = emit
        state = Mutex(State(memory: ContainerdMemory(limit: limit)))
    }

    /// Says whether something was told since the last time.
    func takeProgress() -> Bool {
        state.withLock { state in
            defer { state.hasProgress = false }
            return state.hasProgress
        }
    }

    /// Tells something that a person may want to know.
    func note(_ message: String) async throws {
        try await emit(.notice(SourceNotice(source: name, message: message)))
    }

    /// Tells of a stretch of time for which nobody can answer.
    func gap(from: Timestamp, _ reason: String, estimate: Int? = nil) async throws {
        try await emit(.gap(Gap(source: name, from: from, to: time.now(), reason: reason, estimate: estimate)))
    }

    // MARK: Events

    /// Tells an event.
    func tell(_ event: ContainerdEvent) async throws {
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
            guard let info = try await describe(key) else {
                try await gap(
                    from: time.now(), "container \(key.identifier) was gone before it could be described", estimate: 1)
                return try await tell(event.json, as: .containerdEvents)
            }
            try await tell(Self.joined(event.json, info), as: .containerdEvents)
        case "/containers/update":
            let info = try await describe(key)
            try await tell(Self.joined(event.json, info ?? brief(key)), as: .containerdEvents)
        case "/containers/delete":
            guard !state.withLock({ $0.memory.takeMissing(key) }) else { return }
            let known = brief(key)
            state.withLock { $0.memory.forget(key) }
            try await tell(Self.joined(event.json, known), as: .containerdEvents)
        default:
            var known = brief(key)
            if known == nil, try await describe(key) != nil { known = brief(key) }
            try await tell(Self.joined(event.json, known), as: .containerdEvents)
        }
    }

    // MARK: Lists

    /// Lists what there is, and tells what no event told.
    ///
    /// In the first list that was found; in a later one it came or went unseen.
    func list() async throws {
        let isFirst = state.withLock { $0.memory.beginListing() }
        for namespace in try await engine.namespaces() {
            let listed = try await engine.containers(in: namespace)
            let (new, missing) = state.withLock { $0.memory.compare(listed, in: namespace) }
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
                if isFirst {
                    try await tell(info, as: .containerdContainers, isFound: true)
                } else {
                    try await tell(made("/containers/create", key, info), as: .containerdEvents)
                }
            }
            for key in missing {
                let known = brief(key)
                state.withLock { $0.memory.noteMissing(key) }
                try await tell(made("/containers/delete", key, known), as: .containerdEvents)
            }
        }
        if let reason = state.withLock({ $0.memory.takeLimit() }) { try await gap(from: time.now(), reason) }
    }

    /// Asks what a container is, and remembers who it is.
    private func describe(_ key: ContainerdMemory.Key) async throws -> [UInt8]? {
        guard let info = try await engine.container(key.identifier, in: key.namespace) else { return nil }
        return state.withLock { $0.memory.remember(key, info) }
    }

    private func brief(_ key: ContainerdMemory.Key) -> [UInt8]? { state.withLock { $0.memory.brief(key) } }

    /// What a list shows to have happened, in the form of an event.
    private func made(_ topic: String, _ key: ContainerdMemory.Key, _ info: [UInt8]?) -> [UInt8] {
        var writer = CompactJSON()
        writer.write(raw: "{\"timestamp\":")
        writer.write(string: "\(time.now())".utf8)
        writer.write(raw: ",\"namespace\":")
        writer.write(string: key.namespace.utf8)
        writer.write(raw: ",\"topic\":")
        writer.write(string: topic.utf8)
        writer.write(raw: ",\"listed\":true,\"event\":{\"id\":")
        writer.write(string: key.identifier.utf8)
        writer.write(raw: "}}")
        return Self.joined(writer.bytes, info)
    }

    /// An event with the container that it is about.
    private static func joined(_ event: [UInt8], _ info: [UInt8]?) -> [UInt8] {
        guard let info, event.last == UInt8(ascii: "}") else { return event }
        return event.dropLast() + Array(",\"container\":".utf8) + info + [UInt8(ascii: "}")]
    }

    private func tell(_ bytes: [UInt8], as format: LogFormat, isFound: Bool = false) async throws {
        let line = state.withLock { state in
            state.lines += 1
            state.hasProgress = true
            return state.lines
        }
        let position = SourcePosition(name: name, line: line)
        try await emit(
            .record(SourceRecord(bytes: bytes, format: format, position: position, isFound: isFound)))
    }
}
