import PlatformAPIs
import Synchronization

/// An API server that keeps one resource and plays what a test tells it.
package final class PlayedCluster: KubernetesAPI {
    /// The changes of one connection.
    package typealias Changes = AsyncThrowingStream<ResponseLines.Element, any Error>

    /// What a broken connection throws.
    package struct Lost: Error, CustomStringConvertible {
        /// Makes the error.
        package init() {}

        /// What happened.
        package var description: String { "connection lost" }
    }

    private struct State {
        var version = 100
        var objects: [(name: String, json: String)] = []
        var history: [(version: Int, line: String)] = []
        /// Changes up to this one are forgotten.
        var compacted = 0
        var watchers: [Changes.Continuation] = []
        var requests: [String] = []
        var failures: [any Error] = []
        var isDown = false
    }

    /// The server's address.
    package let server = "https://played:6443"
    private let state = Mutex(State())

    /// Makes a cluster that has nothing.
    package init() {}

    /// What was asked for, in order.
    package var requests: [String] { state.withLock { $0.requests } }

    /// Makes or changes an object.
    package func put(_ name: String, namespace: String = "default", extra: String = "") {
        state.withLock { state in
            state.version += 1
            let json =
                #"{"metadata":{"name":"\#(name)","namespace":"\#(namespace)","resourceVersion":"\#(state.version)"\#(extra)}}"#
            let index = state.objects.firstIndex { $0.name == name }
            if let index { state.objects[index].json = json } else { state.objects.append((name, json)) }
            change(index == nil ? "ADDED" : "MODIFIED", json, &state)
        }
    }

    /// Puts something among the objects that may be none.
    package func putRaw(_ json: String) {
        state.withLock { $0.objects.append(("", json)) }
    }

    /// Deletes an object.
    package func delete(_ name: String) {
        state.withLock { state in
            guard let index = state.objects.firstIndex(where: { $0.name == name }) else { return }
            state.version += 1
            // A deletion has a version of its own, as every change has.
            let json = state.objects.remove(at: index).json
            let parts = json.split(separator: "\"resourceVersion\":\"", maxSplits: 1)
            guard parts.count == 2 else { return change("DELETED", json, &state) }
            let rest = parts[1].drop { $0 != "\"" }
            change("DELETED", "\(parts[0])\"resourceVersion\":\"\(state.version)\(rest)", &state)
        }
    }

    private func change(_ type: String, _ object: String, _ state: inout State) {
        let line = #"{"type":"\#(type)","object":\#(object)}"#
        state.history.append((state.version, line))
        for watcher in state.watchers { watcher.yield(.line(Array(line.utf8))) }
    }

    /// Sends a line to all watchers.
    package func send(_ element: ResponseLines.Element) {
        state.withLock { state in for watcher in state.watchers { watcher.yield(element) } }
    }

    /// Tells all watchers how far they are.
    package func bookmark() {
        let version = state.withLock { $0.version }
        send(.line(Array(#"{"type":"BOOKMARK","object":{"metadata":{"resourceVersion":"\#(version)"}}}"#.utf8)))
    }

    /// Changes other resources, which have versions of the same order.
    package func changeOthers(times: Int) { state.withLock { $0.version += times } }

    /// Forgets all changes so far.
    package func compact() { state.withLock { $0.compacted = $0.version } }

    /// Puts everything back to an earlier version, as who restores a backup does.
    package func restore(_ version: Int, objects names: [String]) {
        state.withLock { state in
            state.version = version
            state.objects.removeAll { !names.contains($0.name) }
            state.history.removeAll { $0.version > version }
        }
    }

    /// Ends all watches and answers nothing, or answers again.
    package func set(down: Bool) {
        state.withLock { $0.isDown = down }
        if down { disconnect() }
    }

    /// Lets the next requests fail.
    package func fail(_ errors: any Error...) { state.withLock { $0.failures += errors } }

    /// Ends all watches, with an error or without.
    package func disconnect(_ error: (any Error)? = Lost()) {
        let watchers = state.withLock { state in
            defer { state.watchers = [] }
            return state.watchers
        }
        for watcher in watchers { watcher.finish(throwing: error) }
    }

    /// What a server says of a place that it has forgotten.
    package static let gone = KubernetesError.refused(
        request: "WATCH", status: 410, reason: "Expired", message: "too old")

    package func list(_ path: String, limit: Int, continuing token: String?) async throws -> [UInt8] {
        try state.withLock { state in
            state.requests.append("list \(limit) \(token ?? "")")
            if state.isDown { throw Lost() }
            if !state.failures.isEmpty { throw state.failures.removeFirst() }
            let start = token.flatMap { Int($0) } ?? 0
            let page = state.objects.dropFirst(start).prefix(limit)
            let next = start + page.count < state.objects.count ? #","continue":"\#(start + page.count)""# : ""
            let metadata = #"{"resourceVersion":"\#(state.version)"\#(next)}"#
            return Array(#"{"metadata":\#(metadata),"items":[\#(page.map(\.json).joined(separator: ","))]}"#.utf8)
        }
    }

    package func watch(_ path: String, from resourceVersion: String, seconds: Int) async throws -> Changes {
        try state.withLock { state in
            state.requests.append("watch \(resourceVersion)")
            if state.isDown { throw Lost() }
            if !state.failures.isEmpty { throw state.failures.removeFirst() }
            let from = Int(resourceVersion) ?? 0
            guard from >= state.compacted else { throw Self.gone }
            let (stream, continuation) = Changes.makeStream()
            for change in state.history where change.version > from {
                continuation.yield(.line(Array(change.line.utf8)))
            }
            state.watchers.append(continuation)
            return stream
        }
    }
}
