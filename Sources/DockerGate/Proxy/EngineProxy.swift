import HTTPListener
import NIOCore
import NIOPosix
import PlatformAPIs
import Synchronization

/// Stands before an engine's socket: knows who connects, judges each request, and passes on what was judged.
///
/// One request a connection: whatever follows it is thrown away, since nobody judged it. Connections that the engine
/// turns into streams are passed on both ways, byte by byte.
package struct EngineProxy: Sendable {
    /// How much a client may ask for.
    package struct Limits: Sendable {
        /// How many connections are open at most.
        package var connections = 1024
        /// How many of them one account has at most.
        package var connectionsOfOne = 512
        /// The largest body that is judged, that of newer engines.
        package var body = 4 << 20
        /// How long a client may take for the head of a request.
        package var head: Duration = .seconds(30)
        /// How long a client may take for a body that is judged, or between two parts of one that is passed on.
        package var upload: Duration = .seconds(300)
        /// How long the engine may take to accept a connection.
        package var connect: Duration = .seconds(5)

        /// Makes the usual limits.
        package init() {}
    }

    private let socket: UnixSocket
    private let engine: DockerSocket
    private let limits: Limits
    private let authorizer: DockerAuthorizer
    private let tickets: CallerTickets

    /// Makes a proxy.
    ///
    /// - Parameters:
    ///   - socket: where clients connect.
    ///   - engine: where the engine listens.
    ///   - authorizer: decides.
    ///   - tickets: tells a plugin of the same engine who called.
    ///   - limits: how much a client may ask for.
    package init(
        socket: UnixSocket, engine: DockerSocket, authorizer: DockerAuthorizer,
        tickets: CallerTickets = CallerTickets(),
        limits: Limits = Limits()
    ) {
        self.socket = socket
        self.engine = engine
        self.authorizer = authorizer
        self.tickets = tickets
        self.limits = limits
    }

    /// Passes requests on until the task is cancelled.
    ///
    /// - Parameter ready: is called once clients can connect.
    /// - Throws: `ListenerError`, why nobody can; `CancellationError`.
    package func run(ready: @escaping @Sendable () async throws -> Void) async throws {
        let descriptor = try socket.listen()
        defer { socket.remove() }
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(descriptor) { channel in
                channel.eventLoop.makeCompletedFuture { try Self.wrap(channel) }
            }
        let visitors = Visitors(limits)
        try await server.executeThenClose { connections in
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await ready() }
                group.addTask {
                    try await withThrowingDiscardingTaskGroup { served in
                        for try await connection in connections {
                            served.addTask { await serve(connection, visitors) }
                        }
                    }
                }
                defer { group.cancelAll() }
                while try await group.next() != nil {}
            }
        }
        try Task.checkCancellation()
    }

    private func serve(_ connection: NIOAsyncChannel<ByteBuffer, ByteBuffer>, _ visitors: Visitors) async {
        let peer = await PeerCredentials.of(connection.channel)
        guard let peer, visitors.come(peer.user) else {
            try? await connection.executeThenClose { _, output in
                try await output.write(
                    ProxyAnswer.bytes(503, peer == nil ? "nobody knows who calls" : "there are too many connections"))
            }
            return
        }
        defer { visitors.go(peer.user) }
        let served = ProxiedConnection(
            peer: peer, engine: engine, authorizer: authorizer, tickets: tickets, limits: limits)
        // A connection that ends early is its client's own business.
        try? await served.serve(connection)
    }

    static func wrap(_ channel: any Channel) throws -> NIOAsyncChannel<ByteBuffer, ByteBuffer> {
        try NIOAsyncChannel(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }
}

/// Who is connected, by account.
private final class Visitors: Sendable {
    private let limits: EngineProxy.Limits
    private let state = Mutex((all: 0, byAccount: [UInt32: Int]()))

    init(_ limits: EngineProxy.Limits) { self.limits = limits }

    func come(_ account: UInt32) -> Bool {
        state.withLock { state in
            guard state.all < limits.connections, state.byAccount[account, default: 0] < limits.connectionsOfOne else {
                return false
            }
            state.all += 1
            state.byAccount[account, default: 0] += 1
            return true
        }
    }

    func go(_ account: UInt32) {
        state.withLock { state in
            state.all -= 1
            state.byAccount[account, default: 1] -= 1
            if state.byAccount[account] == 0 { state.byAccount[account] = nil }
        }
    }
}
