import JSONView
import PlatformAPIs
import SecurityEvents
import Synchronization

/// Something that exists already and that a call is about.
package enum EngineQuestion: Sendable, Hashable {
    /// A container, by its name or identifier.
    case container(String)
    /// An exec, by its identifier.
    case exec(String)
    /// A volume, by its name.
    case volume(String)
    /// A network, by its name or identifier.
    case network(String)
    /// A service of the swarm, by its name or identifier.
    case service(String)

    /// The thing for a person: `container web`.
    var description: String {
        switch self {
        case .container(let name): "container \(name)"
        case .exec(let name): "exec \(name)"
        case .volume(let name): "volume \(name)"
        case .network(let name): "network \(name)"
        case .service(let name): "service \(name)"
        }
    }
}

/// What the engine says of what exists already.
package protocol EngineFacts: Sendable {
    /// Everything that the engine says of one thing.
    func answer(to question: EngineQuestion) async -> EngineAnswer
}

/// What came of asking the engine.
package enum EngineAnswer: Sendable, Equatable {
    /// The engine's answer, JSON.
    case known([UInt8])
    /// There is no such thing: the call itself will fail.
    case absent
    /// The engine did not answer.
    case unavailable(String)
}

/// Asks nobody: nothing is known of what exists already.
package struct NoEngineFacts: EngineFacts {
    /// Makes one.
    package init() {}
    package func answer(to question: EngineQuestion) async -> EngineAnswer { .unavailable("no engine is asked") }
}

/// Asks the engine over its socket, beside the call that is judged.
///
/// The engine passes these questions to the gate as well, which lets reads through without asking anything.
package struct AskedEngine: EngineFacts {
    private let engine: DockerEngine

    /// Names the engine.
    package init(_ engine: DockerEngine) { self.engine = engine }

    package func answer(to question: EngineQuestion) async -> EngineAnswer {
        do {
            let found =
                switch question {
                case .container(let name): try await engine.inspect(name)
                case .exec(let name): try await engine.inspectExec(name)
                case .volume(let name): try await engine.inspectVolume(name)
                case .network(let name): try await engine.inspectNetwork(name)
                case .service(let name): try await engine.inspectService(name)
                }
            return found.map { .known($0) } ?? .absent
        } catch {
            return .unavailable("\(error)")
        }
    }
}

/// Remembers what was said when execs were created, so that their starts need not ask.
final class ExecBodies: Sendable {
    /// An exec that was created through the gate.
    struct Entry: Sendable {
        var container: String
        var body: [UInt8]
    }

    private static let limit = 4096
    /// Longer bodies are asked for again.
    private static let longest = 64 << 10

    private struct State {
        var entries: [String: Entry] = [:]
        var order: [String] = []
    }

    private let state = Mutex(State())

    func remember(_ identifier: String, _ entry: Entry) {
        guard identifier.utf8.count <= 128, entry.body.count <= Self.longest else { return }
        state.withLock { state in
            if state.entries.updateValue(entry, forKey: identifier) == nil { state.order.append(identifier) }
            guard state.order.count > Self.limit else { return }
            for old in state.order.prefix(Self.limit / 2) { state.entries[old] = nil }
            state.order.removeFirst(Self.limit / 2)
        }
    }

    func find(_ identifier: String) -> Entry? { state.withLock { $0.entries[identifier] } }
}
