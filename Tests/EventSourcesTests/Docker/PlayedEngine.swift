import EventSources
import PlatformAPIs
import Synchronization

/// A Docker engine that plays what a test tells it, with the memory of a real one.
final class PlayedEngine: DockerEngineAPI {
    typealias Events = AsyncThrowingStream<DockerEventStream.Element, any Error>

    struct Lost: Error, CustomStringConvertible {
        var description: String { "connection lost" }
    }

    private struct State {
        var ring: [(nanoseconds: Int64, line: [UInt8])] = []
        var listeners: [Events.Continuation] = []
        var running: [String] = []
        var inspections: [String: [UInt8]] = [:]
        var inspected: [String] = []
        var isDown = false
        var connections = 0
    }

    let path = "/played.sock"
    private let memory: Int
    private let state = Mutex(State())

    init(memory: Int = 256) { self.memory = memory }

    /// How often events were asked for without an end.
    var connections: Int { state.withLock { $0.connections } }
    /// The containers that were inspected, in order.
    var inspected: [String] { state.withLock { $0.inspected } }

    /// Lets something happen.
    func happen(_ line: String, at nanoseconds: Int64) {
        let bytes = Array(line.utf8)
        state.withLock { state in
            state.ring.append((nanoseconds, bytes))
            if state.ring.count > memory { state.ring.removeFirst() }
            for listener in state.listeners { listener.yield(.event(bytes)) }
        }
    }

    /// Sends something else than an event.
    func send(_ element: DockerEventStream.Element) {
        state.withLock { state in
            for listener in state.listeners { listener.yield(element) }
        }
    }

    /// Lets something happen that the engine does not send, as its reader was slow.
    func drop(_ line: String, at nanoseconds: Int64) {
        state.withLock { state in
            state.ring.append((nanoseconds, Array(line.utf8)))
            if state.ring.count > memory { state.ring.removeFirst() }
        }
    }

    func add(running identifier: String) { state.withLock { $0.running.append(identifier) } }

    func remove(running identifier: String) { state.withLock { $0.running.removeAll { $0 == identifier } } }

    func add(_ identifier: String, inspection: String) {
        state.withLock { $0.inspections[identifier] = Array(inspection.utf8) }
    }

    /// Breaks all connections.
    func disconnect() {
        let listeners = state.withLock { state in
            defer { state.listeners = [] }
            return state.listeners
        }
        for listener in listeners { listener.finish(throwing: Lost()) }
    }

    /// Stops answering, or answers again.
    func set(down: Bool) { state.withLock { $0.isDown = down } }

    /// Forgets the events so far, as an engine does that is started again.
    func forget() { state.withLock { $0.ring = [] } }

    func negotiate() async throws -> DockerVersion {
        try state.withLock { if $0.isDown { throw DockerError.notListening(DockerSocket(path: path)) } }
        return DockerVersion(engine: "1.0", newest: .init(1, 41), oldest: nil)
    }

    func events(since: String?, until: String?) async throws -> Events {
        let first = since.map(nanoseconds) ?? Int64.max
        let last = until.map(nanoseconds) ?? Int64.max
        let (stream, continuation) = Events.makeStream()
        state.withLock { state in
            // As the engine does it: from the latest event back to the first that is too old.
            let replay = state.ring.reversed().prefix { $0.nanoseconds >= first }.reversed()
            for event in replay where event.nanoseconds <= last { continuation.yield(.event(event.line)) }
            if until == nil {
                state.connections += 1
                state.listeners.append(continuation)
            } else {
                continuation.finish()
            }
        }
        return stream
    }

    func runningContainers() async throws -> [String] { state.withLock { $0.running } }

    func inspect(_ identifier: String) async throws -> [UInt8]? {
        state.withLock { state in
            state.inspected.append(identifier)
            return state.inspections[identifier]
        }
    }

    private func nanoseconds(_ moment: String) -> Int64 {
        let parts = moment.split(separator: ".").map { Int64($0) ?? 0 }
        return (parts.first ?? 0) * 1_000_000_000 + (parts.count > 1 ? parts[1] : 0)
    }
}
