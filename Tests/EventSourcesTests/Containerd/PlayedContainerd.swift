import EventSources
import PlatformAPIs
import Synchronization
import TestSupport

/// A containerd that plays what a test tells it, and remembers no events.
final class PlayedContainerd: ContainerdAPI {
    private struct State {
        var containers: [String: [String: [UInt8]]] = [:]
        var followers: [AsyncThrowingStream<ContainerdEvent, any Error>.Continuation] = []
        var running: [String: [String: UInt32]] = [:]
        var isDown = false
        var described: Set<String> = []
    }

    let path = "/played/containerd.sock"
    private let state = Mutex(State())

    /// Makes a container that sends no event: it was there before, or made while nobody listened.
    func add(
        _ identifier: String, in namespace: String = "k8s.io", labels: String = "{}", namespaces: String = "[]",
        made: String = "2026-11-23T09:00:00Z", image: String = "web:1", process: String? = nil
    ) {
        let process = process.map { #""process":\#($0),"# } ?? ""
        let info =
            #"{"ID":"\#(identifier)","Namespace":"\#(namespace)","Labels":\#(labels),"Image":"\#(image)","CreatedAt":"\#(made)","Spec":{"ociVersion":"1.0.2",\#(process)"linux":{"namespaces":\#(namespaces)}}}"#
        state.withLock { $0.containers[namespace, default: [:]][identifier] = Array(info.utf8) }
    }

    func remove(_ identifier: String, in namespace: String = "k8s.io") {
        state.withLock { $0.containers[namespace]?[identifier] = nil }
    }

    /// Lets a container's first process run, or run no longer, without an event.
    func run(_ identifier: String, in namespace: String = "k8s.io", process: UInt32?) {
        state.withLock { $0.running[namespace, default: [:]][identifier] = process }
    }

    func happen(_ topic: String, _ identifier: String, in namespace: String = "k8s.io", process: UInt32? = nil) {
        let json = #"{"timestamp":"","namespace":"\#(namespace)","topic":"\#(topic)","event":{"id":"\#(identifier)"}}"#
        let event = ContainerdEvent(
            namespace: namespace, topic: topic, container: identifier, process: process, json: Array(json.utf8))
        state.withLock { state in for follower in state.followers { follower.yield(event) } }
    }

    /// Whether somebody was told what a container is.
    func hasDescribed(_ identifier: String) -> Bool { state.withLock { $0.described.contains(identifier) } }

    /// Whether somebody listens.
    var isFollowed: Bool { state.withLock { !$0.followers.isEmpty } }

    /// Breaks the connection, and answers nothing or goes on answering.
    func disconnect(down: Bool = false) {
        let followers = state.withLock { state in
            defer { state.followers = [] }
            state.isDown = down
            return state.followers
        }
        for follower in followers {
            follower.finish(throwing: ContainerdError.interrupted(request: "Events.Subscribe", "lost"))
        }
    }

    func set(down: Bool) { state.withLock { $0.isDown = down } }

    private func asking<Answer>(_ body: (inout State) -> Answer) throws -> Answer {
        try state.withLock { state in
            if state.isDown { throw ContainerdError.notListening(path: path) }
            return body(&state)
        }
    }

    func version() async throws -> String { try asking { _ in "1.7" } }

    func follow(_ take: @escaping @Sendable (ContainerdEvent) async throws -> Void) async throws {
        let (stream, continuation) = AsyncThrowingStream<ContainerdEvent, any Error>.makeStream()
        try asking { $0.followers.append(continuation) }
        for try await event in stream { try await take(event) }
        try Task.checkCancellation()
    }

    func namespaces() async throws -> [String] { try asking { $0.containers.keys.sorted() } }

    func containers(in namespace: String) async throws -> [String] {
        try asking { $0.containers[namespace]?.keys.sorted() ?? [] }
    }

    func running(in namespace: String) async throws -> [String: UInt32] {
        try asking { $0.running[namespace] ?? [:] }
    }

    func container(_ identifier: String, in namespace: String) async throws -> [UInt8]? {
        try asking { state in
            guard let info = state.containers[namespace]?[identifier] else { return nil }
            state.described.insert(identifier)
            return info
        }
    }
}
