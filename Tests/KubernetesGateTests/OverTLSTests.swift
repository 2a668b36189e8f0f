import Foundation
import HTTPListener
import PlatformAPIs
import TestSupport
import Testing

@testable import KubernetesGate

@Suite("The gate over TLS", .timeLimit(.minutes(10)))
struct OverTLSTests {
    /// Ends a listener when a test is through with it.
    private struct Done: Error {}

    /// Listens while a test asks.
    private func listening(
        _ certificate: ListenerCertificate, _ gate: TestGate,
        change: (inout HTTPListener.Limits) -> Void = { _ in }, _ body: @escaping @Sendable (Int) async throws -> Void
    ) async throws {
        var limits = HTTPListener.Limits()
        limits.head = .seconds(1800)
        limits.request = .seconds(1800)
        change(&limits)
        let listener = HTTPListener(host: "127.0.0.1", port: 0, certificate: certificate, limits: limits)
        await #expect(throws: Done.self) {
            try await listener.run(gate.service.handlers()) { port in
                try await body(port)
                throw Done()
            }
        }
    }

    /// A client that believes an authority and nobody else, as an API server believes `caBundle`.
    private func client(_ port: Int, believing authority: CertificateAuthority) throws -> KubernetesClient {
        let bundle = Data(authority.bundle.utf8).base64EncodedString()
        let folder = try ScratchFolder()
        let file = try folder.write(
            "config",
            Array(
                """
                apiVersion: v1
                kind: Config
                clusters: [{name: c, cluster: {server: "https://127.0.0.1:\(port)", certificate-authority-data: \(bundle)}}]
                users: [{name: u, user: {}}]
                contexts: [{name: x, context: {cluster: c, user: u}}]
                current-context: x
                """.utf8))
        let found = try ClusterConfiguration.discovered(
            file: file, context: nil, allowing: .init(), environment: { _ in nil }, exists: { _ in true })
        return try KubernetesClient(try #require(found), timeout: .seconds(1200))
    }

    /// Asks as an API server would: a client that a failed request leaves behind would end the process, not the test.
    private func asking(
        _ port: Int, believing authority: CertificateAuthority, _ body: (KubernetesClient) async throws -> Void
    ) async throws {
        let client = try client(port, believing: authority)
        do { try await body(client) } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    private func authority() throws -> CertificateAuthority {
        // The client's clock is the machine's.
        try CertificateAuthority(at: SourceTime.system.now(), seconds: 9000)
    }

    private func certificate(_ authority: CertificateAuthority) throws -> (chain: String, key: String) {
        let made = try authority.issue(for: ["127.0.0.1"], at: SourceTime.system.now(), seconds: 900)
        return (made.certificate, made.key)
    }

    @Test("A review is answered to whoever believes the gate's authority, and another certificate takes over at once")
    func replaced() async throws {
        let (old, new) = (try authority(), try authority())
        let first = try certificate(old)
        let shown = try ListenerCertificate(chain: first.chain, key: first.key)
        let gate = try TestGate()
        try await listening(shown, gate) { port in
            @Sendable func isRefused(_ client: KubernetesClient) async throws -> Bool {
                let body = Array(Review(object: pod(privileged: true)).json.utf8)
                let answer = try await client.change("POST", "/admit?timeout=600s", body: body)
                return String(decoding: answer, as: UTF8.self).contains(#""allowed":false"#)
            }
            try await asking(port, believing: old) { client in
                let answer = try await isRefused(client)
                #expect(answer)
            }
            let second = try certificate(new)
            try shown.replace(chain: second.chain, key: second.key)
            try await asking(port, believing: new) { client in
                let answer = try await isRefused(client)
                #expect(answer)
            }
            try await asking(port, believing: old) { client in
                await #expect(throws: KubernetesError.self) { _ = try await isRefused(client) }
            }
        }
    }

    @Test("A certificate and a key that do not belong together change nothing")
    func mismatched() throws {
        let first = try certificate(try authority())
        let second = try certificate(try authority())
        let shown = try ListenerCertificate(chain: first.chain, key: first.key)
        #expect(throws: ListenerError.self) { try shown.replace(chain: first.chain, key: second.key) }
        #expect(throws: ListenerError.self) { try shown.replace(chain: "x", key: second.key) }
    }

    @Test("Hundreds of connections that say nothing, or no TLS, leave the gate answering")
    func noise() async throws {
        let authority = try authority()
        let made = try certificate(authority)
        let gate = try TestGate()
        try await listening(
            try ListenerCertificate(chain: made.chain, key: made.key), gate, change: { $0.connections = 64 }
        ) { port in
            try await asking(port, believing: authority) { client in
                _ = try await client.get("/healthz")
                var noise: [RawClient] = []
                let words = [
                    "", "GET / HTTP/1.1\r\n\r\n", "\u{16}\u{3}\u{1}",
                    String(repeating: "\u{16}\u{3}\u{1}\u{0}\u{5}", count: 500),
                    "\u{0}\u{0}\u{0}",
                ]
                for number in 0..<300 {
                    let client = try RawClient(port: port)
                    client.send(words[number % words.count])
                    noise.append(client)
                }
                for _ in 0..<20 {
                    let body = Array(Review(object: pod(privileged: true)).json.utf8)
                    let answer = try await client.change("POST", "/admit?timeout=600s", body: body)
                    #expect(String(decoding: answer, as: UTF8.self).contains(#""allowed":false"#))
                }
                withExtendedLifetime(noise) {}
            }
        }
    }

    @Test("A body that is larger than is read is refused before it is held, and counted")
    func oversize() async throws {
        let authority = try authority()
        let made = try certificate(authority)
        let gate = try TestGate()
        try await listening(
            try ListenerCertificate(chain: made.chain, key: made.key), gate, change: { $0.body = 100_000 }
        ) { port in
            try await asking(port, believing: authority) { client in
                await #expect(throws: KubernetesError.self) {
                    _ = try await client.change("POST", "/admit", body: Array(repeating: 0x20, count: 100_001))
                }
                let metrics = String(decoding: try await client.get("/metrics"), as: UTF8.self)
                #expect(metrics.contains("tallyman_gate_too_large_total 1\n"))
            }
        }
    }
}
