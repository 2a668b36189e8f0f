import Foundation
import NIOCore
import NIOHTTP1
import NIOPosix
import NIOSSL

/// Sends one request again and again over kept connections, at a rate that does not wait for answers.
struct TLSLoad: Sendable {
    /// What came of it.
    struct Result: Sendable {
        /// How long each answer took from when its request was due, in seconds.
        var times: [Double] = []
        var errors = 0
    }

    let port: Int
    let authority: String
    let body: [UInt8]
    let connections: Int

    /// Sends requests.
    func run(rate: Double, seconds: Double) async throws -> Result {
        let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.trustRoots = .file(authority)
        let context = try NIOSSLContext(configuration: configuration)
        let perConnection = Int(rate * seconds) / connections
        let start = NIODeadline.now() + .milliseconds(300)
        let sum = try await withThrowingTaskGroup(of: Result.self) { tasks in
            for number in 0..<connections {
                tasks.addTask {
                    let promise = group.any().makePromise(of: Result.self)
                    let first = start + .nanoseconds(Int64(Double(number) / rate * 1e9))
                    let step = TimeAmount.nanoseconds(Int64(Double(connections) / rate * 1e9))
                    let channel = try await ClientBootstrap(group: group)
                        .channelOption(.socketOption(.tcp_nodelay), value: 1)
                        .channelInitializer { channel in
                            channel.eventLoop.makeCompletedFuture {
                                let tls = try NIOSSLClientHandler(context: context, serverHostname: nil)
                                try channel.pipeline.syncOperations.addHandler(tls)
                                try channel.pipeline.syncOperations.addHTTPClientHandlers()
                                try channel.pipeline.syncOperations.addHandler(
                                    Asker(body: body, first: first, step: step, count: perConnection, promise: promise))
                            }
                        }.connect(host: "127.0.0.1", port: port).get()
                    let result = try await promise.futureResult.get()
                    try? await channel.close()
                    return result
                }
            }
            return try await tasks.reduce(into: Result()) { sum, result in
                sum.times += result.times
                sum.errors += result.errors
            }
        }
        try await group.shutdownGracefully()
        return sum
    }
}

/// One connection: what is due is sent when the answer before is there.
private final class Asker: ChannelInboundHandler {
    typealias InboundIn = HTTPClientResponsePart
    typealias OutboundOut = HTTPClientRequestPart

    private let body: [UInt8]
    private let step: TimeAmount
    private let promise: EventLoopPromise<TLSLoad.Result>
    private var due: NIODeadline
    private var left: Int
    private var result = TLSLoad.Result()
    private var isGood = false

    init(body: [UInt8], first: NIODeadline, step: TimeAmount, count: Int, promise: EventLoopPromise<TLSLoad.Result>) {
        self.body = body
        self.step = step
        self.promise = promise
        due = first
        left = count
    }

    func channelActive(context: ChannelHandlerContext) { schedule(context) }

    func channelInactive(context: ChannelHandlerContext) {
        result.errors += left
        promise.succeed(result)
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) { context.close(promise: nil) }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch unwrapInboundIn(data) {
        case .head(let head): isGood = head.status == .ok
        case .body: break
        case .end:
            let took = NIODeadline.now() - due
            if isGood { result.times.append(Double(took.nanoseconds) / 1e9) } else { result.errors += 1 }
            left -= 1
            due = due + step
            if left > 0 { schedule(context) } else { promise.succeed(result) }
        }
    }

    private func schedule(_ context: ChannelHandlerContext) {
        let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
        context.eventLoop.scheduleTask(deadline: due) { bound.value.0.ask(bound.value.1) }
    }

    private func ask(_ context: ChannelHandlerContext) {
        let headers = HTTPHeaders([
            ("Host", "127.0.0.1"), ("Content-Type", "application/json"), ("Content-Length", String(body.count)),
        ])
        let head = HTTPRequestHead(version: .http1_1, method: .POST, uri: "/admit?timeout=5s", headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: body)))), promise: nil)
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
    }
}
