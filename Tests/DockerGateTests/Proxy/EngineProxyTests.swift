import Foundation
import HTTPListener
import JSONView
import NIOCore
import NIOPosix
import PlatformAPIs
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import DockerGate

@Suite("The proxy before an engine's socket", .timeLimit(.minutes(10)))
struct EngineProxyTests {
    struct Done: Error {}

    /// Refuses what asks for privileges; lets the rest through and remembers who asked.
    final class Strict: CallJudge {
        private let asked = Mutex<[String]>([])
        var callers: [String] { asked.withLock { $0 } }

        func judge(_ call: borrowing JudgedCall, until deadline: ContinuousClock.Instant) -> CallVerdict {
            let name = call.event.actor.uid.map { String($0) } ?? "nobody"
            asked.withLock { $0.append(name) }
            if let first = call.objections.first { return CallVerdict(allows: false, message: "\(first.code)") }
            let isPrivileged = call.event.containers.first?.privileged?.bool ?? false
            return CallVerdict(allows: !isPrivileged, message: "privileged")
        }
    }

    /// An engine of which each connection gets the same answer; it remembers what it was sent.
    final class PlayedEngine: Sendable {
        let path: String
        private let answer: String
        private let switches: Bool
        private let got = Mutex<[String]>([])
        var requests: [String] { got.withLock { $0 } }

        init(path: String, answer: String, switches: Bool = false) {
            self.path = path
            self.answer = answer
            self.switches = switches
        }

        func run(_ body: @escaping @Sendable () async throws -> Void) async throws {
            let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
                .childChannelOption(.allowRemoteHalfClosure, value: true)
                .bind(unixDomainSocketPath: path) { channel in
                    channel.eventLoop.makeCompletedFuture { try ArrivedConnection(channel) }
                }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    try await server.executeThenClose { connections in
                        for try await connection in connections { Task { try? await self.serve(connection.take()) } }
                    }
                }
                try await body()
                group.cancelAll()
            }
        }

        private func serve(_ connection: ArrivedConnection.Channel) async throws {
            let index = got.withLock { got in
                got.append("")
                return got.count - 1
            }
            try await connection.executeThenClose { input, output in
                var answered = false
                for try await part in input {
                    let text = String(buffer: part)
                    let all = got.withLock { got in
                        got[index] += text
                        return got[index]
                    }
                    guard let end = all.range(of: "\r\n\r\n") else { continue }
                    // A short body is waited for; of a long one, an engine may answer before it has it.
                    let told = all[..<end.lowerBound].firstMatch(of: /Content-Length: (\d+)/)
                    let length = told.flatMap { Int($0.1) } ?? 0
                    if length <= 4096, all[end.upperBound...].utf8.count < length { continue }
                    if !answered {
                        answered = true
                        try await output.write(ByteBuffer(string: answer))
                        if !switches { return }
                    } else {
                        // A stream: what comes is given back.
                        try await output.write(ByteBuffer(string: "echo:" + text))
                    }
                }
            }
        }
    }

    /// Asks through the proxy what a test says.
    private func proxied(
        answer: String =
            "HTTP/1.1 201 Created\r\nContent-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"Id\":\"c1\"}",
        switches: Bool = false, judge: Strict = Strict(), facts: any EngineFacts = Nothing(),
        change: (inout EngineProxy.Limits) -> Void = { _ in },
        _ body: @escaping @Sendable (String, PlayedEngine) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder()
        let engine = PlayedEngine(path: folder.file("e.sock"), answer: answer, switches: switches)
        var limits = EngineProxy.Limits()
        // What is not about waiting waits for as long as a busy machine needs.
        limits.head = .seconds(1800)
        limits.upload = .seconds(1800)
        limits.connect = .seconds(1800)
        limits.drain = .milliseconds(50)
        change(&limits)
        var options = DockerAuthorizer.Options()
        options.time = .seconds(1800)
        options.allowed = ["build"]
        let proxy = EngineProxy(
            socket: UnixSocket(path: folder.file("p.sock")), engine: DockerSocket(path: engine.path),
            authorizer: DockerAuthorizer(judge: judge, facts: facts, options: options), limits: limits)
        await #expect(throws: Done.self) {
            try await engine.run {
                try await proxy.run {
                    try await body(folder.file("p.sock"), engine)
                    throw Done()
                }
            }
        }
    }

    struct Nothing: EngineFacts {
        func answer(to question: EngineQuestion) async -> EngineAnswer { .absent }
    }

    /// Answers when it is told to.
    final class SlowFacts: EngineFacts {
        private let (asked, ask) = AsyncStream<Void>.makeStream()
        private let (released, release) = AsyncStream<Void>.makeStream()

        func answer(to question: EngineQuestion) async -> EngineAnswer {
            ask.yield()
            for await _ in released { break }
            return .absent
        }

        func untilAsked() async { for await _ in asked { return } }
        func letGo() { release.yield() }
    }

    @Test("a proxy that is ended answers what it was asked, and keeps nobody who asks nothing")
    func drains() async throws {
        let facts = SlowFacts()
        let clients = Mutex<[RawClient]>([])
        try await proxied(facts: facts) {
            $0.drain = .seconds(600)
        } _: { path, _ in
            let (idle, client) = (try RawClient(path: path), try RawClient(path: path))
            client.send("POST /v1.41/containers/web/start HTTP/1.1\r\nHost: d\r\nContent-Length: 0\r\n\r\n")
            await facts.untilAsked()
            clients.withLock { $0 = [idle, client] }
            Task {
                // Closed by the end, which begins when this body is over.
                #expect(await idle.rest().isEmpty)
                facts.letGo()
            }
        }
        let client = try #require(clients.withLock { $0.last })
        #expect(await client.rest().hasPrefix("HTTP/1.1 201"))
    }

    @Test("who has connected when the end begins is answered, whether the proxy had fetched the connection or not")
    func queued() async throws {
        let clients = Mutex<[RawClient]>([])
        try await proxied {
            $0.arrival = .seconds(1800)
            $0.drain = .seconds(1800)
        } _: { path, _ in
            for _ in 0..<100 {
                let client = try RawClient(path: path)
                client.send(Self.post("/v1.41/containers/create", #"{"Image":"a"}"#))
                clients.withLock { $0.append(client) }
            }
        }
        for client in clients.withLock({ $0 }) { #expect(await client.rest().hasPrefix("HTTP/1.1 201")) }
    }

    static func post(_ path: String, _ body: String, more: String = "") -> String {
        "POST \(path) HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n\(more)Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    @Test("a request that is let through arrives as it was judged, and its answer comes back")
    func passes() async throws {
        let judge = Strict()
        try await proxied(judge: judge) { path, engine in
            let client = try RawClient(path: path)
            client.send(Self.post("/v1.41/containers/create", #"{"Image":"a"}"#))
            let answer = await client.rest()
            #expect(answer.hasPrefix("HTTP/1.1 201 Created"))
            #expect(answer.hasSuffix(#"{"Id":"c1"}"#))
            #expect(engine.requests.count == 1)
            #expect(engine.requests.first?.hasSuffix(#"{"Image":"a"}"#) == true)
            #expect(engine.requests.first?.contains("Connection: close") == true)
            #expect(judge.callers == [String(getuid())])
        }
    }

    @Test("what is refused never reaches the engine, in whatever frame it comes")
    func refuses() async throws {
        let privileged = #"{"Image":"a","HostConfig":{"Privileged":true}}"#
        let size = String(privileged.utf8.count, radix: 16)
        let head = "POST /containers/create HTTP/1.1\r\nHost: d\r\nContent-Type: application/json\r\n"
        let requests = [
            Self.post("/containers/create", privileged),
            head + "Transfer-Encoding: chunked\r\n\r\n\(size)\r\n\(privileged)\r\n0\r\n\r\n",
            head + "Transfer-Encoding: chunked\r\n\r\n1\r\n{\r\n",
            head + "Content-Length: 0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            head + "Transfer-Encoding: chunked\r\n\r\n0\r\nX: trailer\r\n\r\n",
            head + "Transfer-Encoding: chunked\r\n\r\n2;ext=1\r\n{}\r\n0\r\n\r\n",
            head + "\r\n",
            "POST /brand/new HTTP/1.1\r\nHost: d\r\n\r\n",
            "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        ]
        try await proxied { path, engine in
            for request in requests {
                let client = try RawClient(path: path)
                client.send(request)
                client.finishSending()
                let answer = await client.rest()
                #expect(answer.hasPrefix("HTTP/1.1 4") || answer.hasPrefix("HTTP/1.1 5"), "\(request) -> \(answer)")
            }
            #expect(engine.requests.isEmpty)
        }
    }

    @Test(
        "what can become no head is refused at once, also where its sender waits and sends no more",
        arguments: [
            "GET /_ping HTTP/1.1\nHost: d\n\n", "GET /_ping HTTP/1.1\r\nHost: d\r\n\n",
            "GET /_ping HTTP/1.1\rHost: d\r\r",
            "GET /_ping HTTP/1.1\r\nHost: \u{0}", "\u{16}\u{3}\u{1}\u{2}", "\n",
        ])
    func noHead(bytes: String) async throws {
        try await proxied { path, engine in
            let client = try RawClient(path: path)
            client.send(bytes)
            // The limit on the time for a head is far away.
            #expect(await client.rest().hasPrefix("HTTP/1.1 400 "))
            #expect(engine.requests.isEmpty)
        }
    }

    @Test(
        "a client that is refused while it sends can send on, or it would take the answer for a broken connection",
        arguments: [
            "POST /v1.41/build?networkmode=host HTTP/1.1\r\nHost: d\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n",
            "POST /v1.41/containers/create HTTP/1.1\r\nHost: d\r\nContent-Length: 9000000\r\n\r\nab",
            "POST /brand/new HTTP/1.1\r\nHost: d\r\nContent-Length: 9\r\n\r\nab",
        ])
    func sendsOn(request: String) async throws {
        try await proxied {
            $0.farewell = .seconds(1800)
        } _: { path, _ in
            let client = try RawClient(path: path)
            client.send(request)
            // Until the answer's end, which comes when the proxy has no more to say.
            #expect(await client.rest().hasPrefix("HTTP/1.1 4"))
            #expect(await client.isTaken("2\r\ncd\r\n"))
        }
    }

    @Test("a head that comes in any pieces is read as one that comes at once")
    func pieces() async throws {
        try await proxied { path, engine in
            let client = try RawClient(path: path)
            for byte in Self.post("/v1.41/containers/create", #"{"Image":"a"}"#).utf8 { client.send([byte]) }
            #expect(await client.rest().hasPrefix("HTTP/1.1 201"))
            #expect(engine.requests.count == 1)
        }
    }

    @Test("what stands behind a request was not judged, and goes nowhere")
    func pipelined() async throws {
        try await proxied { path, engine in
            let client = try RawClient(path: path)
            let hidden = Self.post("/containers/create", #"{"Image":"a","HostConfig":{"Privileged":true}}"#)
            client.send("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n" + hidden)
            _ = await client.rest()
            #expect(engine.requests.count == 1)
            #expect(engine.requests.first?.contains("Privileged") == false)
        }
    }

    @Test("a stream is passed on both ways, also behind an end of sending")
    func streams() async throws {
        let upgraded = "HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n"
        try await proxied(answer: upgraded, switches: true) { path, engine in
            let client = try RawClient(path: path)
            client.send(
                Self.post("/containers/w/attach?stdin=1", "", more: "Connection: Upgrade\r\nUpgrade: tcp\r\n"))
            var answer = ""
            while !answer.contains("\r\n\r\n") { answer += await client.part() }
            client.send("hello")
            client.finishSending()
            #expect(await client.rest() == "echo:hello")
        }
    }

    @Test("an engine that does not make a stream of a connection is sent nothing more")
    func noStream() async throws {
        let refusal = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"
        try await proxied(answer: refusal, switches: true) { path, engine in
            let client = try RawClient(path: path)
            let hidden = Self.post("/containers/create", #"{"Image":"a","HostConfig":{"Privileged":true}}"#)
            client.send(Self.post("/exec/0f/start", "{}", more: "Connection: Upgrade\r\nUpgrade: tcp\r\n") + hidden)
            client.finishSending()
            let answer = await client.rest()
            #expect(answer.hasPrefix("HTTP/1.1 404"))
            #expect(engine.requests.allSatisfy { !$0.contains("Privileged") })
        }
    }

    @Test("an engine that keeps the connection where it makes no stream of it keeps no client waiting")
    func keptConnection() async throws {
        let refusal = "HTTP/1.1 404 Not Found\r\nContent-Length: 2\r\n\r\n{}"
        try await proxied(answer: refusal, switches: true) { path, engine in
            let client = try RawClient(path: path)
            client.send(Self.post("/exec/0f/start", "{}", more: "Connection: Upgrade\r\nUpgrade: tcp\r\n"))
            #expect(await client.rest().hasSuffix("Connection: close\r\n\r\n{}"))
        }
    }

    static let tokens: [(call: String, asked: String, isPassedOn: Bool)] = [
        ("POST /v1.41/containers/w/attach?stdin=1", "tcp", true),
        ("POST /v1.41/containers/w/attach?stdin=1", "TCP", true),
        ("POST /v1.41/containers/w/attach?stdin=1", "h2c", false),
        ("POST /v1.41/containers/w/attach?stdin=1", "tcp, h2c", false),
        ("GET /v1.41/containers/w/attach/ws?stdin=1", "websocket", true),
        ("GET /v1.41/containers/w/attach/ws?stdin=1", "tcp", false),
        ("POST /v1.41/exec/0f/start", "h2c", false),
    ]

    @Test(
        "a connection becomes what its route speaks, and nothing in which an engine finds requests", arguments: tokens)
    func upgrades(call: String, asked: String, isPassedOn: Bool) async throws {
        try await proxied(answer: "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n") { path, engine in
            let client = try RawClient(path: path)
            client.send(
                "\(call) HTTP/1.1\r\nHost: d\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: \(asked)\r\n"
                    + "HTTP2-Settings: AAMAAABkAAQAAP__\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{}"
            )
            let answer = await client.rest()
            #expect(answer.hasPrefix(isPassedOn ? "HTTP/1.1 404" : "HTTP/1.1 400"))
            #expect(engine.requests.count == (isPassedOn ? 1 : 0))
            #expect(engine.requests.allSatisfy { !$0.lowercased().contains("http2-settings") })
        }
    }

    @Test("a body that is not judged is passed on as it comes, without being held")
    func uploads() async throws {
        try await proxied { path, engine in
            let client = try RawClient(path: path)
            client.send(
                "POST /build HTTP/1.1\r\nHost: d\r\nContent-Type: application/x-tar\r\nTransfer-Encoding: chunked\r\n\r\n"
            )
            client.send("5\r\nhello\r\n")
            client.send("6\r\n world\r\n0\r\n\r\n")
            let answer = await client.rest()
            #expect(answer.hasPrefix("HTTP/1.1 201"))
        }
    }

    @Test("a client that leaves within a body keeps no engine waiting for the rest")
    func leavesWithinBody() async throws {
        try await proxied { path, engine in
            // The engine answers when it has the whole body.
            let client = try RawClient(path: path)
            client.send(
                "POST /build HTTP/1.1\r\nHost: d\r\nContent-Type: application/x-tar\r\nContent-Length: 9\r\n\r\nxx")
            client.finishSending()
            #expect(await client.rest().contains("the connection ended within the body"))
        }
    }

    @Test("a body larger than can be judged is refused with its limit")
    func large() async throws {
        try await proxied(change: { $0.body = 1000 }) { path, engine in
            let client = try RawClient(path: path)
            client.send(Self.post("/containers/create", String(repeating: " ", count: 1001)))
            #expect(await client.rest().hasPrefix("HTTP/1.1 413"))
            #expect(engine.requests.isEmpty)
        }
    }

    @Test("an engine that is not there is told")
    func noEngine() async throws {
        let folder = try ScratchFolder()
        let proxy = EngineProxy(
            socket: UnixSocket(path: folder.file("p.sock")), engine: DockerSocket(path: folder.file("none.sock")),
            authorizer: DockerAuthorizer(judge: Strict()))
        await #expect(throws: Done.self) {
            try await proxy.run {
                let client = try RawClient(path: folder.file("p.sock"))
                client.send("GET /_ping HTTP/1.1\r\nHost: d\r\n\r\n")
                let answer = await client.rest()
                #expect(answer.hasPrefix("HTTP/1.1 502"))
                #expect(answer.contains("no such socket"))
                throw Done()
            }
        }
    }
}
