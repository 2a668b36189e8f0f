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
        /// How long a client that was answered may go on sending what is thrown away.
        package var farewell: Duration = .seconds(2)
        /// How long, once the proxy is to end, requests that came in may take to be answered.
        package var drain: Duration = .seconds(10)
        /// How long, once nobody new can come, clients that have just come may still ask.
        package var arrival: Duration = .seconds(1)
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

    /// Passes requests on until the task is cancelled; what was asked until then is still answered, within ``Limits/drain``, and
    /// so is who was connected by then.
    ///
    /// - Parameter ready: is called once clients can connect.
    /// - Throws: `ListenerError`, why nobody can; `CancellationError`.
    package func run(ready: @escaping @Sendable () async throws -> Void) async throws {
        let arrivals = LastArrivals()
        let descriptor = try socket.listen()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelInitializer { arrivals.counting($0) }
            .childChannelOption(.allowRemoteHalfClosure, value: true)
            .bind(descriptor) { channel in
                channel.eventLoop.makeCompletedFuture { try ArrivedConnection(channel) }
            }
        let visitors = Visitors(limits)
        // They outlast the cancellation, and not the time to end.
        defer { visitors.cancelAll() }
        let serving = Task {
            try await server.executeThenClose { connections in
                for try await connection in connections {
                    visitors.serve { number in await serve(connection.take(), visitors, number) }
                    arrivals.noteArrival()
                }
            }
        }
        let end: @Sendable () async -> Void = {
            // Who finds no name cannot come, and the name may be another's as soon as nobody listens.
            socket.remove()
            await arrivals.close(server.channel, by: .now + limits.drain)
        }
        do {
            try await ready()
            try await withTaskCancellationHandler {
                try await serving.value
            } onCancel: {
                Task { await end() }
            }
        } catch {
            await Task { await end() }.value
            _ = try? await serving.value
            await visitors.leave(within: limits.drain)
            throw error
        }
        await visitors.leave(within: limits.drain)
        try Task.checkCancellation()
    }

    private func serve(
        _ connection: ArrivedConnection.Channel, _ visitors: Visitors, _ number: UInt64
    ) async {
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
            peer: peer, engine: engine, authorizer: authorizer, tickets: tickets, limits: limits,
            asks: { visitors.note(asking: number) })
        // A connection that ends early is its client's own business.
        try? await served.serve(connection)
    }
}

/// Who is connected, by account.
private final class Visitors: Sendable {
    private struct State {
        var all = 0
        var byAccount: [UInt32: Int] = [:]
        /// What serves a connection, by a number; nil until the task is there.
        var served: [UInt64: Task<Void, Never>?] = [:]
        /// Those that asked for something.
        var asking: Set<UInt64> = []
        var next: UInt64 = 0
    }

    private let limits: EngineProxy.Limits
    private let state = Mutex(State())

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

    /// Serves a connection in a task of its own, which the end of the listening does not cut off.
    func serve(_ body: @escaping @Sendable (UInt64) async -> Void) {
        let number = state.withLock { state in
            state.next += 1
            state.served[state.next] = .some(nil)
            return state.next
        }
        let task = Task {
            await body(number)
            state.withLock { state in
                state.served.removeValue(forKey: number)
                state.asking.remove(number)
            }
        }
        state.withLock { if $0.served[number] != nil { $0.served[number] = task } }
    }

    func note(asking number: UInt64) { state.withLock { _ = $0.asking.insert(number) } }

    /// Cuts off who asks nothing within the time for it, waits for the others, and cuts them off when the time is over.
    func leave(within time: Duration) async {
        let start = ContinuousClock.now
        await wait(until: start + min(limits.arrival, time)) { $0.served.keys.allSatisfy($0.asking.contains) }
        for task in state.withLock({ state in state.served.filter { !state.asking.contains($0.key) }.values }) {
            task?.cancel()
        }
        await wait(until: start + time) { $0.asking.isEmpty }
        cancelAll()
    }

    /// Waits in a task of its own, because the caller's is cancelled.
    private func wait(until deadline: ContinuousClock.Instant, _ isEnough: @escaping @Sendable (State) -> Bool) async {
        await Task {
            while !state.withLock({ isEnough($0) }), .now < deadline { try? await Task.sleep(for: .milliseconds(5)) }
        }.value
    }

    func cancelAll() {
        for task in state.withLock({ Array($0.served.values) }) { task?.cancel() }
    }
}
