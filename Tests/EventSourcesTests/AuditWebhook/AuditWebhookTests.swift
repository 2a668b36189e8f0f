import AsyncHTTPClient
import EventSources
import HTTPListener
import NIOCore
import NIOHTTP1
import NIOSSL
import PlatformAPIs
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@Suite("Receiving audit events", .timeLimit(.minutes(10)))
struct AuditWebhookTests {
    /// Something else came than a test waits for.
    struct Unexpected: Error {
        let what: String
    }

    /// What happened, in order.
    final class Order: Sendable {
        private let said = Mutex<[String]>([])

        var words: [String] { said.withLock { $0 } }
        func add(_ word: String) { said.withLock { $0.append(word) } }
    }

    static let token = "a-token-of-some-length"

    static func event(_ number: Int, stage: String = "ResponseComplete") -> String {
        #"{"kind":"Event","auditID":"\#(number)","stage":"\#(stage)"}"#
    }

    static func batch(_ numbers: some Sequence<Int>) -> String {
        #"{"kind":"EventList","apiVersion":"audit.k8s.io/v1","metadata":{},"items":["#
            + numbers.map { event($0) }.joined(separator: ",") + "]}"
    }

    static func request(_ body: String, token: String = token, closes: Bool = false) -> String {
        "POST /audit HTTP/1.1\r\nHost: h\r\nAuthorization: Bearer \(token)\r\n"
            + (closes ? "Connection: close\r\n" : "")
            + "Content-Length: \(body.utf8.count)\r\n\r\n\(body)"
    }

    /// The events of a record, by their identifiers.
    static func numbers(_ record: SourceRecord) -> [Int] {
        String(decoding: record.bytes, as: UTF8.self).split(separator: "\"auditID\":\"").dropFirst().compactMap {
            Int($0.prefix { $0 != "\"" })
        }
    }

    /// Options that wait for as long as a starved machine takes.
    static func options(_ folder: ScratchFolder) throws -> AuditWebhook.Options {
        var options = AuditWebhook.Options()
        options.port = 0
        options.tokenFile = try folder.write("token", Array((token + "\n").utf8))
        options.limits.head = .seconds(1800)
        options.limits.request = .seconds(1800)
        options.patience = .seconds(1800)
        return options
    }

    final class Stage: EventSourceStage {
        private let folder: ScratchFolder
        private let options: AuditWebhook.Options
        private let port = Mutex(0)
        private let client = Mutex<RawClient?>(nil)

        init() throws {
            folder = try ScratchFolder()
            options = try AuditWebhookTests.options(folder)
        }

        var source: any EventSource { AuditWebhook(options) { port in self.port.withLock { $0 = port } } }

        func happen(_ number: Int) async throws {
            // The notice, for which the contract waits, is told just before the port.
            while port.withLock({ $0 }) == 0 { await Task.yield() }
            let client = try client.withLock { client in
                let connected = try client ?? RawClient(port: port.withLock { $0 })
                client = connected
                return connected
            }
            // Nobody waits for the answer, which comes when the event is kept; the event before is sent once more.
            client.send(AuditWebhookTests.request(AuditWebhookTests.batch(max(number - 1, 0)...number)))
        }

        func number(_ record: SourceRecord) -> Int? {
            let numbers = AuditWebhookTests.numbers(record)
            return numbers.count == 1 ? numbers[0] : nil
        }

        func interrupt() { client.withLock { $0 = nil } }
    }

    @Test("events come in order, and what is sent again is told once")
    func order() async throws { try await EventSourceContract.order(try Stage()) }

    @Test("a new connection goes on where the last one was")
    func resume() async throws { try await EventSourceContract.resume(try Stage()) }

    @Test("cancellation ends it")
    func cancellation() async throws {
        try await EventSourceContract.cancellationWhileIdle(try Stage())
        try await EventSourceContract.cancellationWhileWaiting(try Stage())
    }

    @Test("an error of the taker ends it")
    func refusal() async throws { try await EventSourceContract.refusal(try Stage()) }

    /// Runs a webhook and gives a test its items and its port.
    func receiving(
        _ change: (inout AuditWebhook.Options) -> Void = { _ in }, capacity: Int = 32 << 20,
        _ body: (SourceItems, Int) async throws -> Void
    ) async throws {
        let folder = try ScratchFolder()
        var options = try Self.options(folder)
        change(&options)
        let port = Mutex(0)
        let source = AuditWebhook(options) { number in port.withLock { $0 = number } }
        try await withSourceItems(from: [source], capacity: capacity) { items in
            guard case .notice = try await items.next() else { throw Unexpected(what: "no notice came first") }
            // The notice is told just before the port.
            while port.withLock({ $0 }) == 0 { await Task.yield() }
            try await body(items, port.withLock { $0 })
        }
    }

    @Test("a batch is answered when it is kept, not before")
    func kept() async throws {
        try await receiving { items, port in
            let client = try RawClient(port: port)
            client.send(Self.request(Self.batch(0..<3), closes: true))
            guard case .record(let record) = try await items.next() else { throw Unexpected(what: "no record") }
            #expect(Self.numbers(record) == [0, 1, 2])
            guard case .mark(let mark) = try await items.next() else { throw Unexpected(what: "no mark") }
            let order = Order()
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask {
                    let answer = await client.rest()
                    #expect(answer.hasPrefix("HTTP/1.1 200 "))
                    order.add("answered")
                }
                await Task.yield()
                order.add("kept")
                await mark.kept()
                try await group.waitForAll()
            }
            #expect(order.words == ["kept", "answered"])
        }
    }

    @Test("a batch that is not kept in time is to be sent again, and is told once")
    func late() async throws {
        try await receiving({ $0.patience = .milliseconds(50) }) { items, port in
            for _ in 0..<2 {
                let client = try RawClient(port: port)
                client.send(Self.request(Self.batch([7]), closes: true))
                #expect(await client.rest().hasPrefix("HTTP/1.1 429 "))
            }
            guard case .record = try await items.next() else { throw Unexpected(what: "no record") }
            guard case .mark = try await items.next() else { throw Unexpected(what: "no mark") }
            guard case .mark = try await items.next() else { throw Unexpected(what: "the event was told twice") }
        }
    }

    @Test("where there is no room, clients are told to come again, and that is said")
    func pressure() async throws {
        // Here, and in the source, one waits; the next is too many.
        try await receiving(
            {
                $0.waitingBytes = 1
                $0.patience = .milliseconds(20)
            }, capacity: 1
        ) { items, port in
            var refused = 0
            while refused == 0 {
                let client = try RawClient(port: port)
                client.send(Self.request(Self.batch([Int.random(in: 0..<1_000_000_000)]), closes: true))
                let answer = await client.rest()
                #expect(answer.hasPrefix("HTTP/1.1 429 "))
                if answer.contains("there is no room") { refused += 1 }
            }
            #expect(refused == 1)
            while let item = try await items.next() {
                if case .notice(let notice) = item {
                    #expect(notice.message.hasPrefix("1 batches were sent away"))
                    break
                }
            }
        }
    }

    /// What is sent, the status it gets, and whether it is told as a fault.
    static let bad: [(request: String, status: Int, isFault: Bool)] = [
        (request("{}"), 400, true),
        (request("not JSON"), 400, true),
        (request(batch([1]) + "x"), 400, true),
        (request(#"{"kind":"EventList","apiVersion":"v1","items":[]}"#), 400, true),
        (request(String(repeating: "[", count: 100_000)), 400, true),
        (request(batch([1]), token: "a-token-of-some-lengtH"), 401, false),
        (request(batch([1]), token: ""), 401, false),
        (request(batch([1])).replacing("Authorization", with: "X"), 401, false),
        (request(batch([1])).replacing("POST", with: "PUT"), 405, false),
        (request(batch([1])).replacing("/audit", with: "/"), 404, false),
    ]

    @Test("what is no batch, or comes from nobody known, is refused", arguments: bad.indices)
    func refused(index: Int) async throws {
        try await receiving { items, port in
            let client = try RawClient(port: port)
            client.send(Self.bad[index].request.replacing("Host: h", with: "Host: h\r\nConnection: close"))
            let answer = await client.rest()
            #expect(answer.hasPrefix("HTTP/1.1 \(Self.bad[index].status) "), "\(answer)")
            guard Self.bad[index].isFault else { return }
            guard case .fault(let fault) = try await items.next() else { throw Unexpected(what: "no fault") }
            #expect(fault.message.contains("127.0.0.1"))
        }
    }

    @Test("a batch that is too large is a gap, told once however often it is sent")
    func oversize() async throws {
        try await receiving({ $0.limits.body = 1000 }) { items, port in
            for _ in 0..<3 {
                let client = try RawClient(port: port)
                client.send(Self.request(Self.batch(0..<100)))
                #expect(await client.rest().hasPrefix("HTTP/1.1 413 "))
            }
            let client = try RawClient(port: port)
            client.send(Self.request(Self.batch([5])))
            guard case .gap(let gap) = try await items.next() else { throw Unexpected(what: "no gap") }
            #expect(gap.reason.contains("bytes from 127.0.0.1 was not read; the most is 1000"))
            guard case .record = try await items.next() else { throw Unexpected(what: "the gap was told again") }
        }
    }

    @Test("without a token or a client authority nothing is listened to")
    func anonymous() async throws {
        await #expect(throws: AuditWebhook.Anonymous.self) {
            try await AuditWebhook(AuditWebhook.Options()).run { _ in }
        }
        var options = AuditWebhook.Options()
        options.tokenFile = "/no/such/token"
        let source = AuditWebhook(options)
        await #expect(throws: WatchedFile.Failure.self) { try await source.run { _ in } }
    }
}

// MARK: - Certificates

extension AuditWebhookTests {
    /// A client's certificate and key, and whether it gets in.
    static let clients: [(certificate: String?, key: String, isKnown: Bool)] = [
        (TestCertificates.client, TestCertificates.clientKey, true),
        (TestCertificates.strangeClient, TestCertificates.strangeClientKey, false),
        (nil, "", false),
    ]

    @Test("only clients with a certificate of the authority get in", arguments: clients.indices)
    func certificates(index: Int) async throws {
        let folder = try ScratchFolder()
        let security = ListenerSecurity(
            certificate: try folder.write("crt", Array(TestCertificates.server.utf8)),
            key: try folder.write("key", Array(TestCertificates.serverKey.utf8)),
            clientAuthority: try folder.write("ca", Array(TestCertificates.authority.utf8)))
        let client = Self.clients[index]
        try await receiving({
            $0.tokenFile = nil
            $0.security = security
        }) { items, port in
            let answer = try? await Self.post(Self.batch([1]), port: port, client, keeping: items)
            #expect((answer == 200) == client.isKnown)
        }
    }

    /// Sends a batch over TLS while its events are taken and kept.
    private static func post(
        _ body: String, port: Int, _ client: (certificate: String?, key: String, isKnown: Bool),
        keeping items: SourceItems
    ) async throws -> Int {
        var tls = TLSConfiguration.makeClientConfiguration()
        tls.trustRoots = .certificates(try NIOSSLCertificate.fromPEMBytes(Array(TestCertificates.authority.utf8)))
        if let certificate = client.certificate {
            tls.certificateChain = try NIOSSLCertificate.fromPEMBytes(Array(certificate.utf8)).map { .certificate($0) }
            tls.privateKey = .privateKey(try NIOSSLPrivateKey(bytes: Array(client.key.utf8), format: .pem))
        }
        var request = HTTPClientRequest(url: "https://127.0.0.1:\(port)/audit")
        request.method = .POST
        request.body = .bytes(Array(body.utf8))
        request.tlsConfiguration = tls
        let sent = request
        return try await withThrowingTaskGroup(of: Int?.self) { group in
            group.addTask {
                while let item = try await items.next() { if case .mark(let mark) = item { await mark.kept() } }
                return nil
            }
            group.addTask { Int(try await HTTPClient.shared.execute(sent, timeout: .seconds(600)).status.code) }
            defer { group.cancelAll() }
            while let answer = try await group.next() { if let answer { return answer } }
            return 0
        }
    }
}
