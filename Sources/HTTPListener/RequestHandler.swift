import NIOCore
import NIOHTTP1
import NIOSSL

/// Reads the requests of one connection, one after the other.
final class RequestHandler: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    private enum State {
        /// Waiting for a head.
        case idle
        case reading(HTTPRequestHead, [UInt8])
        /// The request is whole and being answered.
        case answering(keepsAlive: Bool)
        /// Refused; what still comes is thrown away until the connection is closed.
        case leaving
    }

    private let guests: Guests
    private let handlers: HTTPListener.Handlers
    private let limits: HTTPListener.Limits
    /// Is told once that the connection is set up or will never be; nil when it was.
    private var arrivals: LastArrivals?
    private var state = State.idle
    private var number: UInt64?
    private var held = 0
    /// Who is at the other end, once that was asked.
    private var knownPeer: String?
    private var timer: Scheduled<Void>?
    private var work: Task<Void, Never>?
    /// Whether an answer is being written within the reading of its request.
    private var isWithinReading = false

    init(guests: Guests, handlers: HTTPListener.Handlers, limits: HTTPListener.Limits, arrivals: LastArrivals) {
        self.arrivals = arrivals
        self.guests = guests
        self.handlers = handlers
        self.limits = limits
    }

    func handlerAdded(context: ChannelHandlerContext) {
        number = guests.come(context.channel)
        guard number != nil else { return context.close(promise: nil) }
        // From here on, so that a handshake that never ends is counted too.
        expect(within: limits.head, context)
    }

    func handlerRemoved(context: ChannelHandlerContext) {
        noteArrival()
        leave()
    }

    func channelActive(context: ChannelHandlerContext) {
        noteArrival()
        context.fireChannelActive()
    }

    func channelInactive(context: ChannelHandlerContext) {
        leave()
        context.fireChannelInactive()
    }

    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        // What still comes behind what was refused is an error of its own each time.
        if case .leaving = state { return }
        // What is no HTTP gets an answer; a failed handshake cannot.
        guard error is HTTPParserError else { return context.close(promise: nil) }
        refuse(HTTPAnswer(400, "this is no request"), context)
    }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle): begin(head, context)
        case (.body(let part), .reading(let head, let body)):
            state = .idle
            take(part, head, body, context)
        case (.end, .reading(let head, let body)): answer(head, body, context)
        case (.head, .answering), (.head, .reading), (.body, .idle), (.body, .answering), (.end, .idle),
            (.end, .answering), (_, .leaving):
            break
        }
    }

    private func noteArrival() {
        arrivals?.noteArrival()
        arrivals = nil
    }

    private func leave() {
        timer?.cancel()
        work?.cancel()
        guests.release(held)
        held = 0
        if let number { guests.go(number) }
        number = nil
    }

    private func expect(within time: Duration, _ context: ChannelHandlerContext) {
        timer?.cancel()
        let channel = context.channel
        timer = context.eventLoop.scheduleTask(in: TimeAmount(time)) { channel.close(promise: nil) }
    }
}

// MARK: - Reading

extension RequestHandler {
    private func begin(_ head: HTTPRequestHead, _ context: ChannelHandlerContext) {
        let lengths = head.headers["content-length"]
        // Two ways to say where a body ends are two readings of one request.
        guard lengths.count <= 1, lengths.isEmpty || !head.headers.contains(name: "transfer-encoding") else {
            return refuse(HTTPAnswer(400, "the length of the body is given in two ways"), context)
        }
        let admitted = HTTPHead(
            method: head.method.rawValue, path: Self.parts(of: head.uri).path,
            authorization: head.headers["authorization"])
        if let refusal = handlers.admit(admitted) { return refuse(refusal, context) }
        if let length = lengths.first.flatMap({ Int($0) }), length > limits.body {
            return tooLarge(length, context)
        }
        state = .reading(head, [])
        if let number { guests.note(.asking, of: number) }
        expect(within: limits.request, context)
        // Who asks whether to send the body waits for the answer.
        guard head.version == .http1_1, head.headers["expect"].contains(where: { $0.lowercased() == "100-continue" })
        else { return }
        context.writeAndFlush(
            wrapOutboundOut(.head(HTTPResponseHead(version: .http1_1, status: .continue))), promise: nil)
    }

    private func take(
        _ part: ByteBuffer, _ head: HTTPRequestHead, _ body: consuming [UInt8], _ context: ChannelHandlerContext
    ) {
        guard body.count + part.readableBytes <= limits.body else {
            return tooLarge(head.headers.first(name: "content-length").flatMap { Int($0) }, context)
        }
        guard guests.hold(part.readableBytes) else {
            return refuse(HTTPAnswer(429, "too much is being sent at once", retryAfter: 1), context)
        }
        held += part.readableBytes
        body += part.readableBytesView
        state = .reading(head, body)
    }

    private func tooLarge(_ length: Int?, _ context: ChannelHandlerContext) {
        handlers.incident(.bodyTooLarge(peer: peer(context), length: length))
        refuse(HTTPAnswer(413, "the body is larger than \(limits.body) bytes"), context)
    }

    private func peer(_ context: ChannelHandlerContext) -> String {
        if let knownPeer { return knownPeer }
        let peer = context.remoteAddress.map { $0.ipAddress ?? "\($0)" } ?? "unknown"
        knownPeer = peer
        return peer
    }

    /// What stands before and behind the first `?`.
    private static func parts(of uri: String) -> (path: String, query: String) {
        guard let mark = uri.utf8.firstIndex(of: UInt8(ascii: "?")) else { return (uri, "") }
        return (String(uri[..<mark]), String(uri[uri.utf8.index(after: mark)...]))
    }
}

// MARK: - Answering

extension RequestHandler {
    private func answer(_ head: HTTPRequestHead, _ body: [UInt8], _ context: ChannelHandlerContext) {
        timer?.cancel()
        state = .answering(keepsAlive: head.isKeepAlive)
        if let number { guests.note(.served, of: number) }
        let (path, query) = Self.parts(of: head.uri)
        let request = HTTPRequest(
            method: head.method.rawValue, path: path, headers: head.headers.map { ($0.name, $0.value) }, body: body,
            peer: peer(context), query: query)
        let (respond, loop) = (handlers.respond, context.eventLoop)
        let bound = NIOLoopBound((handler: self, context: context), eventLoop: loop)
        if let answer = handlers.respondAtOnce?(request) {
            guard isWithinReading else {
                isWithinReading = true
                finish(answer, context)
                isWithinReading = false
                return
            }
            // The end of an answer lets the next request through: a thousand in one part would be a thousand calls deep.
            return loop.execute { bound.value.handler.finish(answer, bound.value.context) }
        }
        work = Task {
            let answer = await respond(request)
            loop.execute { bound.value.handler.finish(answer, bound.value.context) }
        }
    }

    private func finish(_ answer: HTTPAnswer, _ context: ChannelHandlerContext) {
        guard case .answering(let asksToStay) = state, let number else { return }
        guests.release(held)
        held = 0
        let keepsAlive = asksToStay && !guests.isClosing
        guests.note(keepsAlive ? .waiting : .leaving, of: number)
        // Before the writing: the end of an answer lets a request through that waits behind it.
        state = keepsAlive ? .idle : .leaving
        if keepsAlive { expect(within: limits.idle ?? limits.head, context) }
        write(answer, closes: !keepsAlive, context)
    }

    /// Answers a request that is not read to its end, and closes the connection.
    private func refuse(_ answer: HTTPAnswer, _ context: ChannelHandlerContext) {
        guests.release(held)
        held = 0
        state = .leaving
        if let number { guests.note(.leaving, of: number) }
        write(answer, closes: true, context)
    }

    private func write(_ answer: HTTPAnswer, closes: Bool, _ context: ChannelHandlerContext) {
        var headers = HTTPHeaders([
            ("Content-Length", String(answer.body.count)), ("Content-Type", answer.contentType),
        ])
        if let seconds = answer.retryAfter { headers.add(name: "Retry-After", value: String(seconds)) }
        if closes { headers.add(name: "Connection", value: "close") }
        let head = HTTPResponseHead(version: .http1_1, status: .init(statusCode: answer.status), headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        if !answer.body.isEmpty {
            context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: answer.body)))), promise: nil)
        }
        let channel = context.channel
        let written = context.writeAndFlush(wrapOutboundOut(.end(nil)))
        guard closes else { return }
        // A client that still sends would see the connection reset instead of the answer; it gets a moment to read it.
        timer?.cancel()
        timer = context.eventLoop.scheduleTask(in: .seconds(2)) { channel.close(promise: nil) }
        written.whenFailure { _ in channel.close(promise: nil) }
        written.whenSuccess { channel.close(mode: .output, promise: nil) }
    }
}
