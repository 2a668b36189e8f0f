import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Listens for HTTP/1.1 requests, over TLS or not, and holds only so much for so long, whoever is at the other end.
package struct HTTPListener: Sendable {
    /// How much a client may ask for.
    package struct Limits: Sendable {
        /// How many connections are open at most.
        package var connections = 256
        /// The largest body.
        package var body = 32 << 20
        /// How many bytes of bodies are held at most, of all connections together.
        package var bodies = 64 << 20
        /// How long a client may take from the connection, or from the last answer, to the end of a request's head.
        package var head: Duration = .seconds(60)
        /// How long a client that was answered may wait before it asks again; nil for as long as ``head``.
        ///
        /// A client that keeps connections must give them up before the listener does, or it sends into a closed one.
        package var idle: Duration?
        /// How long a client may take for a body.
        package var request: Duration = .seconds(30)
        /// How long, once it is to end, requests that came in may take to be answered.
        package var drain: Duration = .seconds(10)
        /// How long, once it is to end, it goes on as before but for ``Handlers/ending`` and for closing each connection
        /// behind an answer: whoever sends clients here needs that time to send them elsewhere.
        package var lingering: Duration = .zero
        /// How long, once it is to end, a connection may come that a client has begun to make.
        package var handshake: Duration = .milliseconds(200)
        /// How long, once nobody new can come, clients that were answered before may still ask: a request may be on its way.
        package var grace: Duration = .milliseconds(200)
        /// How long, once nobody new can come, clients that have just come may still ask: who connects means to.
        package var arrival: Duration = .seconds(1)

        /// Makes the usual limits.
        package init() {}
    }

    /// What a listener is told, besides requests.
    package enum Incident: Sendable, Equatable {
        /// A request's body was larger than is read; its length where the client said it.
        case bodyTooLarge(peer: String, length: Int?)
    }

    /// Where requests go.
    package struct Handlers: Sendable {
        /// Looks at a request before its body is read; an answer refuses it.
        package var admit: @Sendable (HTTPHead) -> HTTPAnswer?
        /// Answers a request, on a thread of its own.
        package var respond: @Sendable (HTTPRequest) async -> HTTPAnswer
        /// Answers a request on the thread that reads it and others, which saves handing it on; nil leaves one that may
        /// take long to ``respond``.
        package var respondAtOnce: (@Sendable (HTTPRequest) -> HTTPAnswer?)?
        /// Is told what else happens.
        package var incident: @Sendable (Incident) -> Void
        /// Is told once it is to end, before anything else happens.
        package var ending: @Sendable () -> Void

        /// Names where requests go.
        ///
        /// - Parameters:
        ///   - admit: looks at a request before its body is read.
        ///   - incident: is told what else happens.
        ///   - ending: is told once it is to end.
        ///   - respondAtOnce: answers a request on the thread that reads it; nil leaves it to `respond`.
        ///   - respond: answers a request.
        package init(
            admit: @escaping @Sendable (HTTPHead) -> HTTPAnswer? = { _ in nil },
            incident: @escaping @Sendable (Incident) -> Void = { _ in },
            ending: @escaping @Sendable () -> Void = {},
            respondAtOnce: (@Sendable (HTTPRequest) -> HTTPAnswer?)? = nil,
            respond: @escaping @Sendable (HTTPRequest) async -> HTTPAnswer
        ) {
            self.admit = admit
            self.incident = incident
            self.ending = ending
            self.respondAtOnce = respondAtOnce
            self.respond = respond
        }
    }

    private enum Address: Sendable {
        case network(host: String, port: Int)
        case unix(UnixSocket)
    }

    private let address: Address
    private let security: ListenerSecurity?
    private let certificate: ListenerCertificate?
    private let limits: Limits

    /// Names an address to listen on.
    ///
    /// - Parameters:
    ///   - host: the address.
    ///   - port: the port; 0 for any.
    ///   - security: the certificate; nil for plain HTTP.
    ///   - limits: how much a client may ask for.
    package init(host: String, port: Int, security: ListenerSecurity?, limits: Limits = Limits()) {
        address = .network(host: host, port: port)
        self.security = security
        certificate = nil
        self.limits = limits
    }

    /// Names an address to listen on, with a certificate that may change.
    ///
    /// - Parameters:
    ///   - host: the address.
    ///   - port: the port; 0 for any.
    ///   - certificate: what is shown now.
    ///   - limits: how much a client may ask for.
    package init(host: String, port: Int, certificate: ListenerCertificate, limits: Limits = Limits()) {
        address = .network(host: host, port: port)
        security = nil
        self.certificate = certificate
        self.limits = limits
    }

    /// Names a unix socket to listen on; its name is taken away in the end.
    ///
    /// - Parameters:
    ///   - socket: the socket, and who may connect.
    ///   - limits: how much a client may ask for.
    package init(socket: UnixSocket, limits: Limits = Limits()) {
        address = .unix(socket)
        security = nil
        certificate = nil
        self.limits = limits
    }

    /// Listens until the task is cancelled; what was asked until then is still answered, within ``Limits/drain``, and so is
    /// who had a connection by then, as far as the system had taken it.
    ///
    /// - Parameters:
    ///   - handlers: where requests go.
    ///   - ready: is told the port, once it listens; 0 for a unix socket.
    /// - Throws: `ListenerError`, why it cannot listen; `CancellationError`.
    package func run(_ handlers: Handlers, ready: @escaping @Sendable (Int) async throws -> Void) async throws {
        let certificate =
            try certificate ?? security.map { files throws(ListenerError) in try ListenerCertificate(files) }
        let guests = Guests(limits: limits)
        let arrivals = LastArrivals()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.backlog, value: 512)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { arrivals.counting($0) }
            .childChannelInitializer { channel in
                channel.eventLoop.makeCompletedFuture {
                    let handler = RequestHandler(guests: guests, handlers: handlers, limits: limits, arrivals: arrivals)
                    try Self.prepare(channel, certificate?.context, handler)
                }
            }
        let listening = try await listen(bootstrap)
        let end: @Sendable () async -> Void = {
            guests.beginLeaving()
            handlers.ending()
            await close(listening, arrivals)
        }
        do {
            try await ready(listening.localAddress?.port ?? 0)
            try await withTaskCancellationHandler {
                try await listening.closeFuture.get()
            } onCancel: {
                Task { await end() }
            }
        } catch {
            // In a task of its own, because this one may be cancelled.
            await Task { await end() }.value
            await guests.leave(within: limits.drain)
            throw error
        }
        await guests.leave(within: limits.drain)
        try Task.checkCancellation()
    }

    /// Closes the port behind the last who came.
    private func close(_ listening: any Channel, _ arrivals: LastArrivals) async {
        try? await Task.sleep(for: limits.lingering)
        let start = ContinuousClock.now
        switch address {
        case .network:
            await LastArrivals.admitNoMore(listening)
            try? await Task.sleep(for: min(limits.handshake, limits.drain))
        case .unix(let socket):
            // Who finds no name cannot come; a connection to a unix socket is made at once or not at all. And the name may
            // be another's as soon as nobody listens.
            socket.remove()
        }
        await arrivals.close(listening, by: start + limits.drain)
    }

    private func listen(_ bootstrap: ServerBootstrap) async throws -> any Channel {
        switch address {
        case .network(let host, let port):
            do { return try await bootstrap.bind(host: host, port: port).get() } catch {
                throw ListenerError.cannotListen(address: "\(host):\(port)", systemWords(for: error))
            }
        case .unix(let socket):
            let descriptor = try socket.listen()
            do { return try await bootstrap.withBoundSocket(descriptor).get() } catch {
                throw ListenerError.cannotListen(address: socket.path, systemWords(for: error))
            }
        }
    }

    private static func prepare(
        _ channel: any Channel, _ context: NIOSSLContext?, _ handler: RequestHandler
    ) throws {
        if let context {
            try channel.pipeline.syncOperations.addHandlers(NIOSSLServerHandler(context: context), RecordJoiner())
        }
        try channel.pipeline.syncOperations.configureHTTPServerPipeline(
            withErrorHandling: false, withOutboundHeaderValidation: false)
        try channel.pipeline.syncOperations.addHandler(handler)
    }
}

/// Why nothing listens.
package enum ListenerError: Error, Equatable, CustomStringConvertible {
    /// The address cannot be listened on.
    case cannotListen(address: String, String)
    /// A certificate or key is missing or wrong.
    case security(String)

    /// What was wrong, as a person reads it.
    package var description: String {
        switch self {
        case .cannotListen(let address, let reason): "cannot listen on \(address): \(reason)"
        case .security(let reason): reason
        }
    }
}
