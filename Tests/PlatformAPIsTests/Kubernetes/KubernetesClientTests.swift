import HTTPListener
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@testable import PlatformAPIs

@Suite("The Kubernetes client", .timeLimit(.minutes(10)))
struct KubernetesClientTests {
    /// Ends a listener when a test is through with it.
    struct Done: Error {}

    let folder: ScratchFolder
    let security: ListenerSecurity

    init() throws {
        folder = try ScratchFolder()
        security = ListenerSecurity(
            certificate: try folder.write("crt", Array(TestCertificates.server.utf8)),
            key: try folder.write("key", Array(TestCertificates.serverKey.utf8)))
    }

    /// Plays an API server over TLS, and gives a test a configuration that leads to it.
    func playing(
        clientAuthority: Bool = false, security: ListenerSecurity? = nil,
        _ respond: @escaping @Sendable (HTTPRequest) async -> HTTPAnswer,
        _ body: @escaping @Sendable (ClusterConfiguration) async throws -> Void
    ) async throws {
        var security = security ?? self.security
        if clientAuthority {
            security.clientAuthority = try folder.write("ca", Array(TestCertificates.authority.utf8))
        }
        let listener = HTTPListener(host: "127.0.0.1", port: 0, security: security)
        await #expect(throws: Done.self) {
            try await listener.run(.init(respond: respond)) { port in
                var configuration = ClusterConfiguration(server: "https://127.0.0.1:\(port)", origin: "test")
                configuration.authority = .inline(Array(TestCertificates.authority.utf8))
                try await body(configuration)
                throw Done()
            }
        }
    }

    func asking(_ configuration: ClusterConfiguration, _ path: String = "/version") async throws -> String {
        let client = try KubernetesClient(configuration, timeout: .seconds(1800))
        do {
            let answer = String(decoding: try await client.get(path), as: UTF8.self)
            await client.shutdown()
            return answer
        } catch {
            await client.shutdown()
            throw error
        }
    }

    @Test("a server with a certificate of the authority is believed, others are not")
    func verification() async throws {
        try await playing({ _ in HTTPAnswer(200, "{}") }) { configuration in
            let believed = try await asking(configuration)
            #expect(believed == "{}\n")
            var stranger = configuration
            stranger.authority = .inline(Array(TestCertificates.stranger.utf8))
            await #expect(throws: KubernetesError.self) { try await asking(stranger) }
            var system = configuration
            system.authority = nil
            await #expect(throws: KubernetesError.self) { try await asking(system) }
            stranger.skipsVerification = true
            let skipped = try await asking(stranger)
            #expect(skipped == "{}\n")
        }
    }

    @Test("why a server cannot be reached is said in words, with what to look at")
    func unreachable() async throws {
        @Sendable func reason(_ configuration: ClusterConfiguration) async -> String {
            do { return try await asking(configuration) } catch { return "\(error)" }
        }
        try await playing({ _ in HTTPAnswer(200, "{}") }) { configuration in
            var stranger = configuration
            stranger.authority = .inline(Array(TestCertificates.stranger.utf8))
            let words = await reason(stranger)
            #expect(words.contains("cannot connect: the server's certificate is signed by nobody who is trusted here"))
            #expect(!words.contains("BoringSSL"))
        }
        let plain = HTTPListener(host: "127.0.0.1", port: 0, security: nil)
        await #expect(throws: Done.self) {
            try await plain.run(.init { _ in HTTPAnswer(200) }) { port in
                let words = await reason(ClusterConfiguration(server: "https://127.0.0.1:\(port)", origin: "test"))
                #expect(words == "https://127.0.0.1:\(port): cannot connect: what listens there does not speak TLS")
                throw Done()
            }
        }
        // Nothing ever listens on the first port.
        let refused = await reason(ClusterConfiguration(server: "https://127.0.0.1:1", origin: "test"))
        #expect(refused == "https://127.0.0.1:1: cannot connect: Connection refused")
    }

    @Test("tls-server-name is what the certificate has to be for, and Host stays the server's own")
    func serverName() async throws {
        let named = ListenerSecurity(
            certificate: try folder.write("named", Array(TestCertificates.named.utf8)),
            key: try folder.write("named.key", Array(TestCertificates.namedKey.utf8)))
        try await playing(security: named, { HTTPAnswer(200, $0.values(of: "Host").joined()) }) { configuration in
            await #expect(throws: KubernetesError.self) { try await asking(configuration) }
            for (name, isRight) in [("api.test", true), ("other.test", false)] {
                var renamed = configuration
                renamed.serverName = name
                let host = try? await asking(renamed)
                #expect(host.map { "https://" + $0 } == (isRight ? configuration.server + "\n" : nil))
            }
        }
    }

    @Test("a client certificate is shown where the server asks for it")
    func certificate() async throws {
        try await playing(clientAuthority: true, { _ in HTTPAnswer(200, "in") }) { configuration in
            await #expect(throws: KubernetesError.self) { try await asking(configuration) }
            var known = configuration
            known.user.certificate = .inline(Array(TestCertificates.client.utf8))
            known.user.key = .inline(Array(TestCertificates.clientKey.utf8))
            let answer = try await asking(known)
            #expect(answer == "in\n")
        }
    }

    @Test("a refusal is told with its reason, and without the token")
    func refusal() async throws {
        let status = #"{"kind":"Status","reason":"Forbidden","message":"pods is forbidden"}"#
        try await playing({ _ in HTTPAnswer(403, status) }) { configuration in
            var user = configuration
            user.user.token = Secret(value: "hunter2")
            let configuration = user
            await #expect {
                _ = try await asking(configuration, "/api/v1/pods?limit=1")
            } throws: { error in
                "\(error)".contains("refused GET /api/v1/pods: 403 pods is forbidden")
                    && !"\(error)".contains("hunter2")
                    && (error as? KubernetesError)?.isForbidden == true
            }
        }
    }

    @Test(
        "a place that the server has forgotten is told in either of the two ways that servers have",
        arguments: [true, false])
    func expired(asStatus: Bool) async throws {
        let status =
            #"{"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Expired","message":"too old","code":410}"#
        // A server that knows at once refuses; one that has begun to answer says it in a line.
        let answer = asStatus ? HTTPAnswer(410, status) : HTTPAnswer(200, #"{"type":"ERROR","object":\#(status)}"#)
        try await playing({ request in
            request.query.contains("watch=1")
                ? answer : HTTPAnswer(200, #"{"metadata":{"resourceVersion":"7"},"items":[]}"#)
        }) { configuration in
            let client = try KubernetesClient(configuration, timeout: .seconds(1800))
            var told: [ResourceChange] = []
            let start = WatchStart(version: "1", moment: Timestamp(nanoseconds: 1))
            try? await ResourceWatcher(.pods, of: client, from: start).run { change in
                told.append(change)
                if case .expired = change { throw Self.Done() }
            }
            await client.shutdown()
            #expect(told.last == .expired(since: start.moment))
        }
    }

    @Test("lists and watches ask for what the API defines, and a watch is read a line at a time")
    func paths() async throws {
        let asked = Mutex<[String]>([])
        try await playing({ request in
            asked.withLock { $0.append(request.path + " " + request.values(of: "Authorization").joined()) }
            return HTTPAnswer(200, "{\"a\":1}\n\n{\"b\":2}")
        }) { configuration in
            var user = configuration
            user.user.token = Secret(value: "t")
            let client = try KubernetesClient(user, timeout: .seconds(1800))
            var lines: [String] = []
            for try await element in try await client.watch("/api/v1/pods", from: "5", seconds: 60) {
                if case .line(let line) = element { lines.append(String(decoding: line, as: UTF8.self)) }
            }
            #expect(lines == ["{\"a\":1}", "{\"b\":2}"])
            _ = try await client.list("/api/v1/pods", limit: 7, continuing: "a=b")
            await client.shutdown()
        }
        #expect(asked.withLock { $0 } == ["/api/v1/pods Bearer t", "/api/v1/pods Bearer t"])
    }
}
