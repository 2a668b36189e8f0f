import Foundation
import JSONView
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

    // That a place is forgotten is played in KubernetesClientTests: when a server forgets one is its own affair.

    @Test("what is made and deleted after a list is told by a watch from the list's version, in order")
    func changes() async throws {
        let name = "tallyman-test-\(UInt64.random(in: 0...(.max)))"
        try await withClient { client in
            let path = "/api/v1/namespaces/default/configmaps"
            var told: [String] = []
            let resource = KubernetesResource("", ["v1"], "configmaps", "ConfigMap")
            await #expect(throws: Seen.self) {
                try await ResourceWatcher(resource, of: client).run { change in
                    if case .listed = change {
                        let body = #"{"apiVersion":"v1","kind":"ConfigMap","metadata":{"name":"\#(name)"}}"#
                        _ = try await client.change("POST", path, body: Array(body.utf8))
                        _ = try await client.change("DELETE", "\(path)/\(name)", body: [])
                    }
                    guard case .change(let line) = change else { return }
                    let text = String(decoding: line, as: UTF8.self)
                    guard text.contains(name) else { return }
                    told.append(String(text.prefix(17)))
                    if told.count == 2 { throw Seen() }
                }
            }
            #expect(told == [#"{"type":"ADDED","#, #"{"type":"DELETED""#].map { String($0.prefix(17)) })
        }
    }

    @Test("a list that is asked for in parts is whole")
    func pages() async throws {
        try await withClient { client in
            func names(_ page: [UInt8]) throws -> (names: [String], next: String?) {
                let document = try JSONParser().parse(page)
                return withExtendedLifetime(document) {
                    let next = document.root["metadata"]?["continue"]?.string
                    let items = document.root["items"]?.elements.compactMap { $0["metadata"]?["name"]?.string }
                    return (items ?? [], next.flatMap { $0.isEmpty ? nil : $0 })
                }
            }
            let path = "/apis/rbac.authorization.k8s.io/v1/clusterroles"
            let whole = try names(try await client.list(path, limit: 500, continuing: nil)).names
            var parts: [String] = []
            var token: String?
            repeat {
                let page = try names(try await client.list(path, limit: 7, continuing: token))
                #expect(page.names.count <= 7)
                parts += page.names
                token = page.next
            } while token != nil
            #expect(whole.count > 7)
            #expect(parts.sorted() == whole.sorted())
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
