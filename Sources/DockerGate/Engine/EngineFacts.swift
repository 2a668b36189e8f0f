import JSONView
import PlatformAPIs
import SecurityEvents
import Synchronization

/// What the engine says of containers and execs that exist already.
package protocol EngineFacts: Sendable {
    /// Everything about a container.
    func container(_ name: String) async -> EngineAnswer
    /// Everything about an exec.
    func exec(_ identifier: String) async -> EngineAnswer
    /// Everything about a volume.
    func volume(_ name: String) async -> EngineAnswer
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
    package func container(_ name: String) async -> EngineAnswer { .unavailable("no engine is asked") }
    package func exec(_ identifier: String) async -> EngineAnswer { .unavailable("no engine is asked") }
    package func volume(_ name: String) async -> EngineAnswer { .unavailable("no engine is asked") }
}

/// Asks the engine over its socket, beside the call that is judged.
///
/// The engine passes these questions to the gate as well, which lets reads through without asking anything.
package struct AskedEngine: EngineFacts {
    private let engine: DockerEngine

    /// Names the engine.
    package init(_ engine: DockerEngine) { self.engine = engine }

    package func container(_ name: String) async -> EngineAnswer {
        await Self.answer { try await engine.inspect(name) }
    }

    package func exec(_ identifier: String) async -> EngineAnswer {
        await Self.answer { try await engine.inspectExec(identifier) }
    }

    package func volume(_ name: String) async -> EngineAnswer {
        await Self.answer { try await engine.inspectVolume(name) }
    }

    private static func answer(_ ask: () async throws -> [UInt8]?) async -> EngineAnswer {
        do {
            return try await ask().map { .known($0) } ?? .absent
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
