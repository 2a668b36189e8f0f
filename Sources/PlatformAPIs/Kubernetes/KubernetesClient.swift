import AsyncHTTPClient
import JSONView
import NIOCore
import NIOHTTP1
import SecurityEvents

/// Asks a Kubernetes API server; it reads, and changes only what ``change(_:_:body:type:)`` is told to.
package final class KubernetesClient: KubernetesAPI {
    /// The largest answer that is read whole.
    private static let answerLimit = 64 << 20
    /// The longest line of a watch: an object has at most 1.5 MiB in etcd, and grows when written as JSON.
    private static let lineLimit = 8 << 20

    /// The server's address.
    package var server: String { configuration.server }
    private let configuration: ClusterConfiguration
    private let credentials: ClusterCredentials
    private let client: HTTPClient
    private let timeout: Duration
    /// What requests are sent to, and what the server is called in them.
    private let address: (url: String, host: String)

    /// Makes a client, which has to be `shutdown()` in the end.
    ///
    /// It connects with the first request.
    ///
    /// - Parameters:
    ///   - configuration: how the server is reached.
    ///   - timeout: how long one answer may take; a watch takes as long as was asked for.
    ///   - time: the clock by which credentials expire.
    /// - Throws: `KubernetesError.configuration`, where the server's address is none.
    package init(
        _ configuration: ClusterConfiguration, timeout: Duration = .seconds(60), time: SourceTime = .system
    ) throws(KubernetesError) {
        self.configuration = configuration
        self.timeout = timeout
        credentials = ClusterCredentials(configuration, now: time.now)
        var settings = HTTPClient.Configuration()
        settings.redirectConfiguration = .disallow
        // Who waits long for an answer waits long for a connection too, as on a machine that is busy.
        settings.timeout.connect = TimeAmount(timeout / 6)
        // A quiet watch sends nothing for a minute and more; what may take how long is bounded a request.
        settings.timeout.read = nil
        settings.connectionPool.retryConnectionEstablishment = false
        settings.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 64
        settings.httpVersion = .automatic
        let parts = try Self.parts(configuration.server)
        var url = configuration.server
        if let name = configuration.serverName, name != parts.host {
            // The name stands in the address, so that the certificate is asked for it; the connection goes elsewhere.
            settings.dnsOverride = [name: parts.host]
            url = "\(parts.scheme)://\(name):\(parts.port)\(parts.prefix)"
        }
        switch configuration.proxy?.kind {
        case .http?: settings.proxy = configuration.proxy.map { .server(host: $0.host, port: $0.port) }
        case .socks5?: settings.proxy = configuration.proxy.map { .socksServer(host: $0.host, port: $0.port) }
        case nil: break
        }
        address = (url, parts.authority)
        client = HTTPClient(eventLoopGroupProvider: .singleton, configuration: settings)
    }

    /// Ends all connections.
    package func shutdown() async {
        try? await client.shutdown()
    }

    /// Asks what the server is.
    ///
    /// - Returns: its version, `v1.31.2`.
    /// - Throws: `KubernetesError`.
    package func version() async throws -> String {
        let body = try await get("/version")
        let version = try parsing(body, of: "GET /version") { $0["gitVersion"]?.string }
        return version ?? "of unknown version"
    }

    package func list(_ path: String, limit: Int, continuing token: String?) async throws -> [UInt8] {
        try await get("\(path)?limit=\(limit)" + (token.map { "&continue=" + percentEncoded($0) } ?? ""))
    }

    package func watch(_ path: String, from resourceVersion: String, seconds: Int) async throws -> ResponseLines {
        let query = "watch=1&allowWatchBookmarks=true&timeoutSeconds=\(seconds)&resourceVersion="
        let request = "WATCH \(path)"
        // A server that went away without a word must not be waited for: it would have ended the stream itself by then.
        let deadline = NIODeadline.now() + .seconds(Int64(seconds) + 30)
        let response = try await within(timeout, orThrow: KubernetesError.timedOut(request: request)) {
            try await self.answer("\(path)?\(query)\(percentEncoded(resourceVersion))", request, deadline: deadline)
        }
        return ResponseLines(response.body, lineLimit: Self.lineLimit) {
            KubernetesError.interrupted(request: request, ConnectionTrouble.words(for: $0))
        }
    }
}

// MARK: - Asking

extension KubernetesClient {
    /// Asks for a path.
    ///
    /// - Parameter path: the path and query.
    /// - Returns: the answer's body.
    /// - Throws: `KubernetesError`.
    package func get(_ path: String) async throws -> [UInt8] {
        let request = "GET \(path.prefix { $0 != "?" })"
        return try await within(timeout, orThrow: KubernetesError.timedOut(request: request)) {
            let response = try await self.answer(path, request, deadline: .distantFuture)
            return try await self.collect(response, request, limit: Self.answerLimit)
        }
    }

    /// A change that is sent.
    private struct Change {
        var method: HTTPMethod
        var body: [UInt8]
        var type: String
    }

    /// Changes something: nothing does so but what a person asked for by name.
    ///
    /// - Parameters:
    ///   - method: `POST`, `PUT` or `PATCH`.
    ///   - path: the path and query.
    ///   - body: what is sent.
    ///   - type: its media type; a patch is one of three kinds.
    /// - Returns: the answer's body.
    /// - Throws: `KubernetesError`; a conflict has the status 409.
    package func change(
        _ method: String, _ path: String, body: [UInt8], type: String = "application/json"
    ) async throws -> [UInt8] {
        let request = "\(method) \(path.prefix { $0 != "?" })"
        let change = Change(method: HTTPMethod(rawValue: method), body: body, type: type)
        return try await within(timeout, orThrow: KubernetesError.timedOut(request: request)) {
            let response = try await self.answer(path, request, change, deadline: .distantFuture)
            return try await self.collect(response, request, limit: Self.answerLimit)
        }
    }

    /// Sends a request, once more where a plugin has better credentials, and sees that it was granted.
    private func answer(
        _ path: String, _ request: String, _ change: Change? = nil, deadline: NIODeadline
    ) async throws -> HTTPClientResponse {
        let first = try await execute(path, request, change, deadline)
        guard first.status != .ok, first.status != .created else { return first }
        if first.status == .unauthorized, await credentials.refused() {
            let second = try await execute(path, request, change, deadline)
            guard second.status != .ok, second.status != .created else { return second }
            throw await refusal(second, request)
        }
        throw await refusal(first, request)
    }

    private func execute(
        _ path: String, _ name: String, _ change: Change?, _ deadline: NIODeadline
    ) async throws -> HTTPClientResponse {
        let presented = try await credentials.current()
        var request = HTTPClientRequest(url: address.url + path)
        if let change {
            request.method = change.method
            request.headers.add(name: "Content-Type", value: change.type)
            request.body = .bytes(change.body)
        }
        request.headers.add(name: "Host", value: address.host)
        request.headers.add(name: "User-Agent", value: "tallyman")
        request.headers.add(name: "Accept", value: "application/json")
        if let authorization = presented.authorization {
            request.headers.add(name: "Authorization", value: authorization.value)
        }
        request.tlsConfiguration = presented.tls
        do {
            return try await client.execute(request, deadline: deadline)
        } catch {
            try Task.checkCancellation()
            throw KubernetesError.unreachable(server: server, ConnectionTrouble.words(for: error))
        }
    }

    private func collect(_ response: HTTPClientResponse, _ request: String, limit: Int) async throws -> [UInt8] {
        do {
            return try await response.body.collected(limit: limit)
        } catch let error as BodyTooLarge {
            throw KubernetesError.tooLarge(request: request, limit: error.limit)
        } catch {
            try Task.checkCancellation()
            throw KubernetesError.interrupted(request: request, ConnectionTrouble.words(for: error))
        }
    }

    /// What the server gave as its reason: a `Status`.
    private func refusal(_ response: HTTPClientResponse, _ request: String) async -> any Error {
        let body = (try? await collect(response, request, limit: 64 << 10)) ?? []
        let status = try? parsing(body, of: request) { ($0["reason"]?.string, $0["message"]?.string) }
        return KubernetesError.refused(
            request: request, status: Int(response.status.code), reason: status?.0 ?? "",
            message: status?.1 ?? response.status.reasonPhrase)
    }

    private func parsing<Taken>(_ body: [UInt8], of request: String, _ read: (JSONValue) -> Taken) throws -> Taken {
        do throws(JSONError) {
            let document = try JSONParser().parse(body)
            return withExtendedLifetime(document) { read(document.root) }
        } catch {
            throw KubernetesError.malformed(request: request, "\(error)")
        }
    }

    private static func parts(
        _ server: String
    ) throws(KubernetesError) -> (scheme: String, host: String, port: Int, prefix: String, authority: String) {
        let refused = KubernetesError.configuration("\(server): is no https://host:port")
        let scheme = String(server.prefix { $0 != ":" })
        guard server.hasPrefix(scheme + "://") else { throw refused }
        let rest = server.dropFirst(scheme.count + 3)
        let authority = rest.prefix { $0 != "/" }
        let colon = authority.lastIndex(of: ":").flatMap { authority[$0...].contains("]") ? nil : $0 }
        let host = authority[..<(colon ?? authority.endIndex)].filter { $0 != "[" && $0 != "]" }
        let port = colon.map { Int(authority[authority.index(after: $0)...]) } ?? (scheme == "https" ? 443 : 80)
        guard let port, !host.isEmpty, !authority.contains("@") else { throw refused }
        return (scheme, String(host), port, String(rest.dropFirst(authority.count)), String(authority))
    }
}
