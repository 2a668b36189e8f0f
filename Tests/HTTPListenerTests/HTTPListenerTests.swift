import Foundation
import HTTPListener
import Synchronization
import TestSupport
import Testing

@Suite("Listening for requests", .timeLimit(.minutes(10)))
struct HTTPListenerTests {
    /// What the listener was told besides requests.
    final class Incidents: Sendable {
        private let told = Mutex<[HTTPListener.Incident]>([])

        var all: [HTTPListener.Incident] { told.withLock { $0 } }
        func note(_ incident: HTTPListener.Incident) { told.withLock { $0.append(incident) } }
    }

    /// Ends a listener when a test is through with it.
    struct Done: Error {}

    /// Listens, echoing the length of each body, while a test asks.
    func listening(
        _ change: (inout HTTPListener.Limits) -> Void = { _ in }, incidents: Incidents = Incidents(),
        _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        var limits = HTTPListener.Limits()
        limits.head = .seconds(1800)
        limits.request = .seconds(1800)
        limits.drain = .milliseconds(50)
        change(&limits)
        let listener = HTTPListener(host: "127.0.0.1", port: 0, security: nil, limits: limits)
        let handlers = HTTPListener.Handlers(
            admit: { $0.path == "/no" ? HTTPAnswer(404, "no such path") : nil }, incident: { incidents.note($0) },
            respond: { HTTPAnswer(200, "\($0.method) \($0.path) \($0.body.count)") })
        await #expect(throws: Done.self) {
            try await listener.run(handlers) { port in
                try await body(port)
                throw Done()
            }
        }
    }

    @Test("requests on one connection are answered in order, also when they are sent at once")
    func pipelined() async throws {
        try await listening { port in
            let client = try RawClient(port: port)
            client.send("POST /a?x=1 HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc")
            client.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\nGET /c HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            let answers = await client.rest()
            let bodies = answers.split { $0.isNewline }.filter { $0.hasPrefix("POST /") || $0.hasPrefix("GET /") }
            #expect(bodies == ["POST /a 3", "GET /b 0", "GET /c 0"])
        }
    }

    @Test("a listener that ends still answers who is connected and asks within the grace, known or just come")
    func grace() async throws {
        let asking = Mutex<Task<Void, Never>?>(nil)
        try await listening({
            $0.grace = .seconds(1800)
            $0.drain = .seconds(1800)
        }) { port in
            let (known, newcomer) = (try RawClient(port: port), try RawClient(port: port))
            known.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await known.part().hasPrefix("HTTP/1.1 200 "))
            // Connections are accepted in order: when this one is answered, the newcomer is counted.
            let witness = try RawClient(port: port)
            witness.send("GET /w HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(await witness.rest().hasPrefix("HTTP/1.1 200 "))
            let task = Task {
                // The end has begun when nobody can connect any more; who asks just before it is told is answered as ever.
                while (try? RawClient(port: port)) != nil { await Task.yield() }
                for client in [known, newcomer] {
                    var answers = ""
                    var part = ""
                    repeat {
                        client.send("GET /b HTTP/1.1\r\nHost: h\r\n\r\n")
                        part = await client.part()
                        answers += part
                    } while !part.isEmpty && !answers.contains("Connection: close")
                    #expect(answers.contains("Connection: close"))
                    #expect(answers.hasPrefix("HTTP/1.1 200 "))
                }
            }
            asking.withLock { $0 = task }
        }
        await asking.withLock { $0 }?.value
    }

    @Test("who has connected when the end begins is answered, whether the listener had fetched the connection or not")
    func queued() async throws {
        let clients = Mutex<[RawClient]>([])
        try await listening({
            $0.handshake = .zero
            $0.arrival = .seconds(1800)
            $0.drain = .seconds(1800)
        }) { port in
            // More than are fetched at a time; most still wait with the system when the end begins.
            for _ in 0..<200 {
                let client = try RawClient(port: port)
                client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
                clients.withLock { $0.append(client) }
            }
        }
        for client in clients.withLock({ $0 }) { #expect(await client.rest().hasPrefix("HTTP/1.1 200 ")) }
    }

    @Test("a listener that is to end says so first, and goes on for as long as it lingers")
    func lingers() async throws {
        let (ends, end) = AsyncStream<Void>.makeStream()
        var limits = HTTPListener.Limits()
        limits.lingering = .seconds(1800)
        let listener = HTTPListener(host: "127.0.0.1", port: 0, security: nil, limits: limits)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let running = Task {
            try await listener.run(
                HTTPListener.Handlers(ending: { end.yield() }, respond: { _ in HTTPAnswer(200, "yes") })
            ) { port.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        let number = try #require(await iterator.next())
        running.cancel()
        for await _ in ends { break }
        // It will still be lingering when the tests end; nobody waits for it.
        for _ in 0..<2 {
            let client = try RawClient(port: number)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            let answer = await client.rest()
            #expect(answer.hasPrefix("HTTP/1.1 200 "))
            #expect(answer.contains("Connection: close"))
        }
    }

    @Test("requests that are answered at once are answered in order, and thousands in one part are no depth of calls")
    func atOnce() async throws {
        let count = 20_000
        let listener = HTTPListener(host: "127.0.0.1", port: 0, security: nil)
        let handlers = HTTPListener.Handlers(
            respondAtOnce: { $0.path == "/later" ? nil : HTTPAnswer(200, "at once \($0.path)") },
            respond: { HTTPAnswer(200, "later \($0.path)") })
        await #expect(throws: Done.self) {
            try await listener.run(handlers) { port in
                let client = try RawClient(port: port)
                client.send(
                    String(repeating: "GET /a HTTP/1.1\r\nHost: h\r\n\r\n", count: count)
                        + "GET /later HTTP/1.1\r\nHost: h\r\n\r\n"
                        + "GET /b HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                let lines = await client.rest().split { $0.isNewline }.filter {
                    $0.hasSuffix("/a") || $0.contains("/later") || $0.hasSuffix("/b")
                }
                #expect(lines.count == count + 2)
                #expect(lines.dropLast(2).allSatisfy { $0 == "at once /a" })
                #expect(lines.suffix(2) == ["later /later", "at once /b"])
                throw Done()
            }
        }
    }

    /// What a client sends, and the status it gets.
    static let refused: [(request: String, status: String)] = [
        ("GET /no HTTP/1.1\r\nHost: h\r\n\r\n", "404"),
        ("nonsense\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nno colon\r\n\r\n", "400"),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "400"),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "400"),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", "400"),
        ("POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", "400"),
        ("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n", "413"),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3e9\r\n"
                + String(repeating: "x", count: 1001), "413"
        ),
        ("GET / HTTP/1.1\nHost: h\n\n", "400"), ("GET / HTTP/1.1\r\nHost : h\r\n\r\n", "400"),
        ("GET / HTTP/1.1\r\nX: a\r\n b\r\n\r\n", "400"), ("GET / HTTP/1.1\r\nX: a\u{0}b\r\n\r\n", "400"),
        ("GET / HTTP/2.0\r\nHost: h\r\n\r\n", "400"), ("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "400"),
        ("\u{16}\u{3}\u{1}\u{2}", "400"),
        (
            "POST / HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 1001\r\n\r\n", "413"
        ),
        ("GET / HTTP/1.1\r\nX: " + String(repeating: "x", count: 200_000) + "\r\n\r\n", "400"),
    ]

    @Test("what is no request, or too much, is refused and the connection closed", arguments: refused.indices)
    func refusals(index: Int) async throws {
        try await listening({ $0.body = 1000 }) { port in
            let client = try RawClient(port: port)
            client.send(Self.refused[index].request)
            let answer = await client.rest()
            #expect(answer.hasPrefix("HTTP/1.1 \(Self.refused[index].status) "), "\(answer.prefix(200))")
            #expect(answer.split(separator: "HTTP/1.1").count == 1)
        }
    }

    @Test("who asks whether to send a body is told to")
    func expectation() async throws {
        try await listening { port in
            let client = try RawClient(port: port)
            client.send(
                "POST /a HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\n")
            // It would wait for ever.
            #expect(await client.part().hasPrefix("HTTP/1.1 100 "))
            client.send("abc")
            #expect(await client.rest().contains("POST /a 3"))
        }
    }

    @Test("a body that is too large is told, with its length where that was said")
    func incidents() async throws {
        let incidents = Incidents()
        try await listening({ $0.body = 1000 }, incidents: incidents) { port in
            let client = try RawClient(port: port)
            client.send("POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1001\r\n\r\n")
            _ = await client.rest()
        }
        #expect(incidents.all == [.bodyTooLarge(peer: "127.0.0.1", length: 1001)])
    }

    @Test(
        "who is slow with the head or the body is sent away",
        arguments: [
            "POST / HTTP/1.1\r\nHost:", "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 5\r\n\r\nab",
        ])
    func slow(part: String) async throws {
        try await listening({
            $0.head = .milliseconds(200)
            $0.request = .milliseconds(200)
        }) { port in
            let client = try RawClient(port: port)
            client.send(part)
            #expect(await client.rest() == "")
        }
    }

    @Test("bodies of all connections together are bounded")
    func together() async throws {
        try await listening({
            $0.body = 1000
            $0.bodies = 1500
        }) { port in
            var answer = ""
            repeat {
                // Where the second is held first, it is the first that is sent away: then both try again.
                let first = try RawClient(port: port)
                first.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\n" + String(repeating: "x", count: 999))
                let second = try RawClient(port: port)
                second.send(
                    "POST / HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 800\r\n\r\n"
                        + String(repeating: "x", count: 800))
                answer = await second.rest()
                withExtendedLifetime(first) {}
            } while answer.hasPrefix("HTTP/1.1 200")
            #expect(answer.hasPrefix("HTTP/1.1 429 "))
            #expect(answer.contains("Retry-After: 1"))
        }
    }

    @Test("where there are too many connections, the oldest that asks for nothing goes")
    func crowd() async throws {
        try await listening({ $0.connections = 1 }) { port in
            let oldest = try RawClient(port: port)
            oldest.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await oldest.part().hasPrefix("HTTP/1.1 200 "))
            let next = try RawClient(port: port)
            next.send("GET / HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
            #expect(await next.rest().hasPrefix("HTTP/1.1 200 "))
            #expect(!(await oldest.rest().contains("HTTP")))
        }
    }

    @Test("who connects and asks nothing drives out nobody who asks")
    func idlers() async throws {
        try await listening({ $0.connections = 8 }) { port in
            let client = try RawClient(port: port)
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await client.part().hasPrefix("HTTP/1.1 200 "))
            var idlers: [RawClient] = []
            for _ in 0..<100 { idlers.append(try RawClient(port: port)) }
            // The first of them were sent away; when one hears of it, all those before it were counted.
            #expect(await idlers[50].rest() == "")
            client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n")
            #expect(await client.part().hasPrefix("HTTP/1.1 200 "))
        }
    }

    /// Answers when it is told to.
    final class Slow: Sendable {
        private let (asked, ask) = AsyncStream<Void>.makeStream()
        private let (released, release) = AsyncStream<Void>.makeStream()

        func respond(_ request: HTTPRequest) async -> HTTPAnswer {
            ask.yield()
            for await _ in released { break }
            return HTTPAnswer(200, "done")
        }

        func untilAsked() async { for await _ in asked { return } }
        func letGo() { release.yield() }
    }

    @Test("a listener that is ended answers what it was asked, and keeps nobody who asks nothing")
    func drains() async throws {
        let slow = Slow()
        var limits = HTTPListener.Limits()
        // However long a busy machine takes until the answer may go.
        limits.drain = .seconds(1800)
        let listener = HTTPListener(host: "127.0.0.1", port: 0, security: nil, limits: limits)
        let (ports, port) = AsyncStream<Int>.makeStream()
        let running = Task {
            try await listener.run(HTTPListener.Handlers(respond: { await slow.respond($0) })) { port.yield($0) }
        }
        var iterator = ports.makeAsyncIterator()
        let number = try #require(await iterator.next())
        let idle = try RawClient(port: number)
        let client = try RawClient(port: number)
        client.send("GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        await slow.untilAsked()
        running.cancel()
        // Closed while the other is still being answered.
        #expect(await idle.rest().isEmpty)
        slow.letGo()
        let answer = await client.rest()
        #expect(answer.hasPrefix("HTTP/1.1 200"))
        #expect(answer.contains("Connection: close"))
        #expect(answer.hasSuffix("done\n"))
        await #expect(throws: CancellationError.self) { try await running.value }
    }

    @Test("a request that never comes to its end keeps no listener from ending")
    func drainsInTime() async throws {
        // A body that is never sent to its end; the suite's limit on time ends what would wait for it.
        try await listening {
            $0.drain = .milliseconds(20)
        } _: { port in
            let client = try RawClient(port: port)
            client.send("POST /never HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nab")
        }
    }

    @Test("an address that is taken, and files that are no certificates, are errors")
    func unusable() async throws {
        try await listening { port in
            let second = HTTPListener(host: "127.0.0.1", port: port, security: nil)
            await #expect {
                try await second.run(.init { _ in HTTPAnswer(200) }) { _ in }
            } throws: { "\($0)" == "cannot listen on 127.0.0.1:\(port): Address already in use" }
        }
        let folder = try ScratchFolder()
        let file = try folder.write("file", Array("x".utf8))
        let certificate = try folder.write("certificate", Array(TestCertificates.server.utf8))
        for security in [
            ListenerSecurity(certificate: file, key: file), ListenerSecurity(certificate: certificate, key: file),
        ] {
            let listener = HTTPListener(host: "127.0.0.1", port: 0, security: security)
            await #expect(throws: ListenerError.self) {
                try await listener.run(.init { _ in HTTPAnswer(200) }) { _ in }
            }
        }
    }
}
