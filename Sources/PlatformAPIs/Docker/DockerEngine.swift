import AsyncHTTPClient
import JSONView
import LogLines
import NIOCore
import NIOHTTP1
import Synchronization

/// Asks a Docker engine over its unix socket; only what is needed, and nothing that changes anything.
package final class DockerEngine: Sendable {
    /// The largest answer about one container.
    private static let inspectionLimit = 16 << 20
    /// The largest list of containers.
    private static let listLimit = 128 << 20

    /// Where the engine listens.
    package let socket: DockerSocket
    private let client: HTTPClient
    private let timeout: Duration
    /// What stands before a request's path, once a version is agreed on: `/v1.41`.
    private let prefix = Mutex("")

    /// Makes a client, which has to be `shutdown()` in the end.
    ///
    /// It connects with the first request.
    ///
    /// - Parameters:
    ///   - socket: where the engine listens.
    ///   - timeout: how long one answer may take; the event stream takes as long as it likes.
    package init(socket: DockerSocket, timeout: Duration = .seconds(10)) {
        self.socket = socket
        self.timeout = timeout
        var configuration = HTTPClient.Configuration()
        configuration.redirectConfiguration = .disallow
        configuration.timeout.connect = .seconds(5)
        // An engine where nothing happens sends nothing; so reading has no bound of its own.
        configuration.timeout.read = nil
        configuration.connectionPool.retryConnectionEstablishment = false
        configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
        configuration.httpVersion = .http1Only
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
    }

    /// Ends all connections.
    package func shutdown() async {
        try? await client.shutdown()
    }

    /// Agrees with the engine on a version of the API; later requests name it.
    ///
    /// - Returns: what the engine is.
    /// - Throws: why it cannot be asked.
    @discardableResult
    package func negotiate() async throws -> DockerVersion {
        let version = try DockerVersion(body: try await get("/version", prefix: "", limit: 1 << 20))
        prefix.withLock { $0 = "/v\(version.api)" }
        return version
    }

    /// Sees that the engine answers.
    ///
    /// - Throws: why it does not.
    package func ping() async throws {
        _ = try await get("/_ping", prefix: "", limit: 1 << 10)
    }

    /// Asks how the engine is set up.
    ///
    /// - Returns: the engine's answer, a JSON object.
    /// - Throws: why it cannot be asked.
    package func information() async throws -> [UInt8] {
        try await get("/info", limit: 4 << 20)
    }

    /// Lists all containers, running or not.
    ///
    /// - Returns: the engine's answer, a JSON array.
    /// - Throws: why it cannot be asked.
    package func containers() async throws -> [UInt8] {
        try await get("/containers/json?all=1", limit: Self.listLimit)
    }

    /// Lists the running containers.
    ///
    /// - Returns: their identifiers.
    /// - Throws: why the engine cannot be asked.
    package func runningContainers() async throws -> [String] {
        let request = "/containers/json"
        let body = try await get(request, limit: Self.listLimit)
        return try reading(body, of: "GET \(request)", limit: Self.listLimit) { root in
            root.elements.compactMap { $0["Id"]?.string }
        }
    }

    /// Asks for everything about one container.
    ///
    /// - Parameter identifier: the container's identifier or name.
    /// - Returns: the engine's answer, a JSON object; nil when there is no such container any more.
    /// - Throws: why the engine cannot be asked.
    package func inspect(_ identifier: String) async throws -> [UInt8]? {
        try await find("/containers/\(percentEncoded(identifier))/json", limit: Self.inspectionLimit)
    }

    /// Asks for everything about an exec.
    ///
    /// - Parameter identifier: the exec's identifier.
    /// - Returns: the engine's answer, a JSON object; nil when there is none of that name.
    /// - Throws: why the engine cannot be asked.
    package func inspectExec(_ identifier: String) async throws -> [UInt8]? {
        try await find("/exec/\(percentEncoded(identifier))/json", limit: Self.inspectionLimit)
    }

    /// Asks for everything about a volume.
    ///
    /// - Parameter name: the volume's name.
    /// - Returns: the engine's answer, a JSON object; nil when there is none of that name.
    /// - Throws: why the engine cannot be asked.
    package func inspectVolume(_ name: String) async throws -> [UInt8]? {
        try await find("/volumes/\(percentEncoded(name))", limit: 1 << 20)
    }

    /// Asks for everything about a network.
    ///
    /// - Parameter name: the network's name or identifier.
    /// - Returns: the engine's answer, a JSON object; nil when there is none of that name.
    /// - Throws: why the engine cannot be asked.
    package func inspectNetwork(_ name: String) async throws -> [UInt8]? {
        try await find("/networks/\(percentEncoded(name))", limit: Self.inspectionLimit)
    }

    /// Asks for everything about a service of the swarm.
    ///
    /// - Parameter name: the service's name or identifier.
    /// - Returns: the engine's answer, a JSON object; nil when there is none of that name.
    /// - Throws: why the engine cannot be asked.
    package func inspectService(_ name: String) async throws -> [UInt8]? {
        try await find("/services/\(percentEncoded(name))", limit: Self.inspectionLimit)
    }

    private func find(_ path: String, limit: Int) async throws -> [UInt8]? {
        do {
            return try await get(path, limit: limit)
        } catch DockerError.refused(_, status: 404, _) {
            return nil
        }
    }

    /// Follows what happens in the engine.
    ///
    /// The engine replays at most its last 256 events. It drops events of a reader that is slow for more than 100 ms, so
    /// read fast.
    ///
    /// - Parameters:
    ///   - since: replays events from this moment on, in seconds and nanoseconds as in `1700000000.000000001`.
    ///   - until: ends the stream after this moment, which may lie in the past.
    ///   - filters: the engine's own filters, such as `["type": ["container"]]`.
    ///   - lineLimit: the longest event that is read.
    /// - Returns: the events; the stream is open when this returns.
    /// - Throws: why the engine cannot be asked.
    package func events(
        since: String? = nil, until: String? = nil, filters: [String: [String]] = [:], lineLimit: Int = 4 << 20
    ) async throws -> DockerEventStream {
        var query: [String] = []
        if let since { query.append("since=" + percentEncoded(since)) }
        if let until { query.append("until=" + percentEncoded(until)) }
        if !filters.isEmpty { query.append("filters=" + percentEncoded(json(filters))) }
        let path = "/events" + (query.isEmpty ? "" : "?" + query.joined(separator: "&"))
        let response = try await withinTime("GET /events") { try await self.execute(path, prefix: nil) }
        guard response.status.code == 200 else { throw await refusal(response, request: "GET /events") }
        return DockerEventStream(response.body, lineLimit: lineLimit)
    }
}

// MARK: - Asking

extension DockerEngine {
    private func get(_ path: String, prefix: String? = nil, limit: Int) async throws -> [UInt8] {
        let request = "GET \(path)"
        let ask = { @Sendable in
            let response = try await self.execute(path, prefix: prefix)
            guard response.status.code == 200 else { throw await self.refusal(response, request: request) }
            return try await self.collect(response, limit: limit, request: request)
        }
        do {
            return try await withinTime(request, ask)
        } catch DockerError.refused(_, status: 400, let message)
            where prefix == nil && message.hasPrefix("client version")
        {
            // Another engine is there than was agreed with: one that was brought up to date, say.
            let before = self.prefix.withLock { $0 }
            try await negotiate()
            guard self.prefix.withLock({ $0 }) != before else {
                throw DockerError.refused(request: request, status: 400, message: message)
            }
            return try await withinTime(request, ask)
        }
    }

    private func execute(_ path: String, prefix: String?) async throws -> HTTPClientResponse {
        let prefix = prefix ?? self.prefix.withLock { $0 }
        var request = HTTPClientRequest(url: "http+unix://\(percentEncoded(socket.path))\(prefix)\(path)")
        request.headers.add(name: "Host", value: "docker")
        request.headers.add(name: "User-Agent", value: "tallyman")
        request.headers.add(name: "Accept", value: "application/json")
        do {
            return try await client.execute(request, deadline: .distantFuture)
        } catch {
            try Task.checkCancellation()
            throw socket.obstacle() ?? .interrupted(request: "GET \(path)", "\(error)")
        }
    }

    private func collect(_ response: HTTPClientResponse, limit: Int, request: String) async throws -> [UInt8] {
        do {
            return try await response.body.collected(limit: limit)
        } catch let error as BodyTooLarge {
            throw DockerError.tooLarge(request: request, limit: error.limit)
        } catch {
            try Task.checkCancellation()
            throw DockerError.interrupted(request: request, "\(error)")
        }
    }

    /// What the engine gave as its reason: `{"message": …}`.
    private func refusal(_ response: HTTPClientResponse, request: String) async -> any Error {
        let body = (try? await collect(response, limit: 64 << 10, request: request)) ?? []
        let message = try? reading(body, of: request) { $0["message"]?.string }
        return DockerError.refused(
            request: request, status: Int(response.status.code), message: message ?? response.status.reasonPhrase)
    }

    private func withinTime<Answer: Sendable>(
        _ request: String, _ ask: @escaping @Sendable () async throws -> Answer
    ) async throws -> Answer {
        try await within(timeout, orThrow: DockerError.timedOut(request: request), ask)
    }
}

/// Writes the engine's filters as JSON.
private func json(_ filters: [String: [String]]) -> String {
    func quoted(_ text: String) -> String {
        let escapedText = text.unicodeScalars.map { scalar in
            switch scalar {
            case "\"": "\\\""
            case "\\": "\\\\"
            case let control where control.value < 0x20:
                "\\u00" + (control.value < 16 ? "0" : "") + String(control.value, radix: 16)
            default: String(scalar)
            }
        }
        return "\"" + escapedText.joined() + "\""
    }
    let members = filters.sorted { $0.key < $1.key }.map { key, values in
        quoted(key) + ":[" + values.map(quoted).joined(separator: ",") + "]"
    }
    return "{" + members.joined(separator: ",") + "}"
}
