import NIOCore
import NIOPosix
import PlatformAPIs
import SecurityEvents
import Synchronization

/// One client's connection: one request, judged, and its answer.
struct ProxiedConnection: Sendable {
    typealias Channel = ArrivedConnection.Channel
    typealias Writer = NIOAsyncChannelOutboundWriter<ByteBuffer>

    let peer: PeerCredentials
    let engine: DockerSocket
    let authorizer: DockerAuthorizer
    let tickets: CallerTickets
    let limits: EngineProxy.Limits
    /// Is told when the head of a request is there.
    let asks: @Sendable () -> Void

    /// A request that may go on.
    private struct Passed: Sendable {
        var head: ProxyHead
        var route: DockerRoute?
        /// The body where it was judged; nil where it is still to come.
        var body: [UInt8]?
        var record: [UInt8]
        var caller: DockerCaller
    }

    /// Serves the connection until either side ends it.
    func serve(_ connection: Channel) async throws {
        let watchdog = Watchdog(connection.channel)
        defer { watchdog.rest() }
        try await connection.executeThenClose { input, output in
            let reader = ByteReader(input)
            do {
                watchdog.expect(within: limits.head)
                guard let bytes = try await reader.head(limit: ProxyHead.limit) else { return }
                asks()
                let head = try ProxyHead(bytes[...])
                if let passed = try await judge(head, reader, output, watchdog) {
                    try await pass(passed, reader, output, watchdog)
                }
            } catch let fault as ProxyHead.Fault {
                try await output.write(ProxyAnswer.bytes(fault.status, "tallyman: \(fault.reason)"))
            } catch let malformed as ByteReader.Malformed {
                try await output.write(ProxyAnswer.bytes(400, "tallyman: \(malformed.reason)"))
            }
            // A client that still sends, as one whose build was refused, would see the connection reset instead of the
            // answer; it gets a moment to read it.
            output.finish()
            // Once it is on its way: a thread that was held up would find the moment over before it has sent anything.
            try await connection.channel.eventLoop.submit {}.get()
            watchdog.expect(within: limits.farewell)
            while try await reader.part() != nil {}
        }
    }

    /// Reads what has to be judged, and judges it; nil where the client was refused.
    private func judge(
        _ head: ProxyHead, _ reader: ByteReader, _ output: Writer, _ watchdog: Watchdog
    ) async throws -> Passed? {
        let target = DockerRequestTarget(head.uri.utf8)
        let route = DockerRoutes.find(method: head.method, path: target.routePath)?.route
        let caller = peer.caller()
        let record = ProxyRecord.request(head)
        if let asked = head.upgrade, let spoken = route.flatMap({ Self.streams[$0.id] }), asked != spoken {
            // An engine that speaks it would take requests out of the stream.
            throw ProxyHead.Fault(status: 400, reason: "this connection can become \(spoken) and nothing else")
        }
        var passed = Passed(head: head, route: route, record: record, caller: caller)
        if route?.effect == .reads {
            watchdog.rest()
            return passed
        }
        if let expected = route?.body, expected != .withheld {
            watchdog.expect(within: limits.upload)
            if head.values(of: "expect").contains(where: { $0.lowercased() == "100-continue" }) {
                try await output.write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
            }
            guard let body = try await reader.body(head.framing, limit: limits.body) else {
                let reason = "tallyman: the body is larger than the \(limits.body) bytes that can be judged"
                try await output.write(ProxyAnswer.bytes(413, reason))
                return nil
            }
            passed.body = body
        }
        watchdog.rest()
        let answer = await authorizer.authorize(record, body: passed.body ?? [], caller: caller)
        guard answer.allow else {
            try await output.write(ProxyAnswer.bytes(403, answer.message))
            return nil
        }
        return passed
    }

    /// Passes a request to the engine and its answer back.
    private func pass(
        _ passed: Passed, _ reader: ByteReader, _ output: Writer, _ watchdog: Watchdog
    ) async throws {
        let upstream: Channel
        do {
            upstream = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .connectTimeout(TimeAmount(limits.connect))
                .channelOption(.allowRemoteHalfClosure, value: true)
                .connect(unixDomainSocketPath: engine.path) { channel in
                    channel.eventLoop.makeCompletedFuture { try ArrivedConnection(channel) }
                }.take()
        } catch {
            let reason = engine.obstacle()?.description ?? "\(error)"
            try await output.write(ProxyAnswer.bytes(502, "tallyman: the engine cannot be reached: \(reason)"))
            return
        }
        let ticket = tickets.issue(passed.caller)
        defer { tickets.revoke(ticket) }
        let streamed = passed.route.flatMap { Self.streams[$0.id] }
        let becomesStream = streamed != nil
        let framing = passed.body.map { $0.isEmpty ? ProxyHead.Framing.none : .length($0.count) } ?? passed.head.framing
        let head = passed.head.sentOn(
            framing: framing == .none && passed.head.method != "GET" && passed.head.method != "HEAD"
                ? .length(0) : framing, upgrade: passed.head.upgrade == nil ? nil : streamed,
            adding: [.init(name: CallerTickets.header, value: ticket)])
        try await upstream.executeThenClose { engineInput, engineOutput in
            try await engineOutput.write(ByteBuffer(bytes: head))
            if let body = passed.body, !body.isEmpty { try await engineOutput.write(ByteBuffer(bytes: body)) }
            let turn = StreamSignal()
            if !becomesStream { turn.send(false) }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    do {
                        if passed.body == nil {
                            try await Self.upload(passed.head, reader, output, engineOutput, watchdog, limits.upload)
                        }
                        try await Self.follow(reader, engineOutput, isStream: await turn.value())
                    } catch {
                        // A client that left within its request: the engine would wait for the rest for ever.
                        upstream.channel.close(promise: nil)
                        throw error
                    }
                }
                let answer = ByteReader(engineInput)
                if becomesStream, try await !Self.passHead(answer, output, turn) {
                    // An engine that was asked for a stream keeps the connection where it gives none.
                    engineOutput.finish()
                }
                let (kept, isAnswered) = try await Self.download(
                    answer, output, keeps: passed.route.map { Self.makers.contains($0.id) } ?? false)
                note(kept, passed)
                group.cancelAll()
                if !isAnswered, !becomesStream,
                    case .failure(let fault as ByteReader.Malformed)? = await group.nextResult()
                {
                    throw fault
                }
                output.finish()
                // What the client still sends goes nowhere.
                while let result = await group.nextResult() { _ = result }
            }
        }
    }

    /// Routes whose connection the engine makes a stream, and what it then speaks.
    private static let streams = [
        "containers.attach": "tcp", "exec.start": "tcp", "containers.attach.ws": "websocket", "session": "h2c",
        "grpc": "h2c",
    ]
    /// Routes that make something whose identifier stands in the answer.
    private static let makers: Set<String> = ["containers.create", "containers.exec"]

    /// Sends a body on that is not judged, as it comes.
    private static func upload(
        _ head: ProxyHead, _ reader: ByteReader, _ output: Writer, _ engine: Writer, _ watchdog: Watchdog,
        _ pause: Duration
    ) async throws {
        guard head.framing != .none else { return }
        if head.values(of: "expect").contains(where: { $0.lowercased() == "100-continue" }) {
            try await output.write(ByteBuffer(string: "HTTP/1.1 100 Continue\r\n\r\n"))
        }
        var parts = BodyParts(head.framing, reader)
        let isChunked = head.framing == .chunked
        watchdog.expect(within: pause)
        while let part = try await parts.next() {
            watchdog.rest()
            if isChunked {
                var chunk = ByteBuffer(string: String(part.readableBytes, radix: 16) + "\r\n")
                chunk.writeImmutableBuffer(part)
                chunk.writeString("\r\n")
                try await engine.write(chunk)
            } else {
                try await engine.write(part)
            }
            watchdog.expect(within: pause)
        }
        watchdog.rest()
        if isChunked { try await engine.write(ByteBuffer(string: "0\r\n\r\n")) }
    }

    /// Follows a client behind its request: a stream is passed on; anything else was not judged and goes nowhere.
    private static func follow(_ reader: ByteReader, _ engine: Writer, isStream: Bool) async throws {
        while let part = try await reader.part() {
            if isStream { try await engine.write(part) }
        }
        // The engine ends what nobody waits for.
        engine.finish()
    }

    /// Reads the head of an answer that may make the connection a stream; whether it does.
    private static func passHead(_ answer: ByteReader, _ output: Writer, _ turn: StreamSignal) async throws -> Bool {
        defer { turn.send(false) }
        guard var head = try await answer.head(limit: ProxyHead.limit) else { return false }
        let text = String(decoding: head, as: UTF8.self).lowercased()
        let isSwitched = text.hasPrefix("http/1.1 101 ")
        let isRaw =
            text.hasPrefix("http/1.1 200 ")
            && (text.contains("\r\ncontent-type: application/vnd.docker.raw-stream")
                || text.contains("\r\ncontent-type: application/vnd.docker.multiplexed-stream"))
        if !isSwitched, !isRaw {
            // One request a connection, and the engine has not been told so.
            head += Array("Connection: close\r\n".utf8)
        }
        head += [0x0D, 0x0A]
        try await output.write(ByteBuffer(bytes: head))
        turn.send(isSwitched || isRaw)
        return isSwitched || isRaw
    }

    /// Sends the answer on as it comes; keeps its beginning where something stands in it.
    private static func download(
        _ answer: ByteReader, _ output: Writer, keeps: Bool
    ) async throws -> (kept: [UInt8], isAnswered: Bool) {
        var kept: [UInt8] = []
        var isAnswered = false
        while let part = try await answer.part() {
            isAnswered = true
            if keeps, kept.count < 64 << 10 { kept += part.readableBytesView }
            try await output.write(part)
        }
        return (kept, isAnswered)
    }

    private func note(_ answer: [UInt8], _ passed: Passed) {
        guard let route = passed.route?.id, Self.makers.contains(route) else { return }
        guard let record = ProxyRecord.answer(answer, to: passed.head) else {
            return authorizer.noteUnreadableAnswer(
                to: "\(passed.head.method) \(route)", by: passed.caller, isMissing: answer.isEmpty)
        }
        authorizer.note(answer: record, body: passed.body, caller: passed.caller)
    }
}

/// Closes a connection on which nothing comes in time.
final class Watchdog: Sendable {
    private let channel: any NIOCore.Channel
    private let timer = Mutex<Scheduled<Void>?>(nil)

    init(_ channel: any NIOCore.Channel) { self.channel = channel }

    func expect(within time: Duration) {
        let channel = channel
        let next = channel.eventLoop.scheduleTask(in: TimeAmount(time)) { channel.close(promise: nil) }
        timer.withLock { old in
            old?.cancel()
            old = next
        }
    }

    func rest() {
        timer.withLock { old in
            old?.cancel()
            old = nil
        }
    }
}

/// Tells one task, once, whether a connection became a stream.
final class StreamSignal: Sendable {
    private let stream: AsyncStream<Bool>
    private let continuation: AsyncStream<Bool>.Continuation

    init() { (stream, continuation) = AsyncStream.makeStream(bufferingPolicy: .bufferingOldest(1)) }

    /// Only the first counts.
    func send(_ isStream: Bool) {
        continuation.yield(isStream)
        continuation.finish()
    }

    func value() async -> Bool {
        for await isStream in stream { return isStream }
        return false
    }
}
