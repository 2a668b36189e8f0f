import HTTPListener

/// The authorization plugin: answers the engine over a unix socket until its task is cancelled.
package struct PluginServer: Sendable {
    /// Where the engine looks for a plugin called `tallyman`.
    package static let standardSocket = "/run/docker/plugins/tallyman.sock"

    /// What the engine calls the form of its questions and answers.
    private static let contentType = "application/vnd.docker.plugins.v1.2+json"

    private let socket: UnixSocket
    private let authorizer: DockerAuthorizer
    private let limits: HTTPListener.Limits

    /// How much the engine, or whoever else comes to its socket, may ask for.
    static var usualLimits: HTTPListener.Limits {
        var limits = HTTPListener.Limits()
        // An engine keeps a connection for each call that it asks about.
        limits.connections = 2048
        limits.bodies = 256 << 20
        // As long as the proxy waits for a head.
        limits.head = EngineProxy.Limits().head
        // Between two questions an engine may have nothing to ask for long, and keeps the connection.
        limits.idle = .seconds(600)
        return limits
    }

    /// Makes a server.
    ///
    /// - Parameters:
    ///   - socket: where the engine asks.
    ///   - authorizer: decides.
    package init(socket: UnixSocket, authorizer: DockerAuthorizer) {
        self.init(socket: socket, authorizer: authorizer, limits: Self.usualLimits)
    }

    /// Makes a server with limits of its own.
    init(socket: UnixSocket, authorizer: DockerAuthorizer, limits: HTTPListener.Limits) {
        self.socket = socket
        self.authorizer = authorizer
        self.limits = limits
    }

    /// Answers until the task is cancelled.
    ///
    /// - Parameter ready: is called once the engine can ask.
    /// - Throws: `ListenerError`, why nobody can ask; `CancellationError`.
    package func run(ready: @escaping @Sendable () async throws -> Void) async throws {
        let listener = HTTPListener(socket: socket, limits: limits)
        let authorizer = authorizer
        try await listener.run(
            HTTPListener.Handlers(respond: { await Self.answer($0, authorizer) }), ready: { _ in try await ready() })
    }

    private static func answer(_ request: HTTPRequest, _ authorizer: DockerAuthorizer) async -> HTTPAnswer {
        guard request.method == "POST" else { return HTTPAnswer(405, "this is a Docker authorization plugin") }
        switch request.path {
        case "/Plugin.Activate": return json(Array(#"{"Implements":["authz"]}"#.utf8))
        case "/AuthZPlugin.AuthZReq": return json(await authorizer.authorize(request.body).json)
        case "/AuthZPlugin.AuthZRes":
            authorizer.note(answer: request.body)
            return json(PluginAnswer.allowed.json)
        default: return HTTPAnswer(404, "this is a Docker authorization plugin")
        }
    }

    private static func json(_ body: [UInt8]) -> HTTPAnswer {
        var answer = HTTPAnswer(200)
        answer.contentType = contentType
        answer.body = body
        return answer
    }
}
