import Foundation
import PlatformAPIs
import TestSupport
import Testing

/// The kubeconfig of a real API server to try.
private let liveKubeconfig = ProcessInfo.processInfo.environment["TALLYMAN_TEST_KUBECONFIG"]

/// Against a real API server, which the variable names; without one there is nothing to test.
@Suite(
    "A real API server",
    .enabled(if: liveKubeconfig != nil, "set TALLYMAN_TEST_KUBECONFIG to a kubeconfig to run this"),
    .timeLimit(.minutes(5)))
struct LiveClusterTests {
    /// Ends watching when everything was listed.
    struct Seen: Error {}

    func withClient(_ body: (KubernetesClient) async throws -> Void) async throws {
        let file = try #require(liveKubeconfig)
        let client = try KubernetesClient(try Kubeconfig(files: [file], requiresAll: true).configuration())
        do { try await body(client) } catch {
            await client.shutdown()
            throw error
        }
        await client.shutdown()
    }

    @Test("namespaces are listed and kept")
    func namespaces() async throws {
        try await withClient { client in
            #expect(try await client.version().hasPrefix("v"))
            let informers = ClusterInformers([.namespaces], of: client)
            await #expect(throws: Seen.self) {
                try await informers.run { _, change in if change == .listed { throw Seen() } }
            }
            let store = try #require(informers.store(of: .namespaces))
            #expect(store.object(namespace: "", name: "kube-system") != nil)
        }
    }

    @Test("a place that the server cannot know any more is expired")
    func expired() async throws {
        try await withClient { client in
            await #expect {
                for try await element in try await client.watch("/api/v1/pods", from: "1", seconds: 5) {
                    guard case .line(let line) = element else { continue }
                    if String(decoding: line, as: UTF8.self).contains("\"code\":410") { throw PlayedCluster.gone }
                }
            } throws: { ($0 as? KubernetesError)?.isExpired == true }
        }
    }

    @Test("a path that is not served is not found")
    func absent() async throws {
        try await withClient { client in
            await #expect {
                _ = try await client.get("/apis/no.such.group/v1/things")
            } throws: { ($0 as? KubernetesError)?.isNotFound == true }
        }
    }
}
