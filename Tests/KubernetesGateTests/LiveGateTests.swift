import Foundation
import Gate
import HTTPListener
import PlatformAPIs
import TestSupport
import Testing

@testable import KubernetesGate

/// The kubeconfig of a real API server on this machine to try.
private let liveKubeconfig = ProcessInfo.processInfo.environment["TALLYMAN_TEST_KUBECONFIG"]

/// Registers a gate as the webhook of a real API server and asks that server for what the gate has to judge.
///
/// The server must be able to reach this machine's loopback; while the test runs, the whole cluster asks it.
@Suite(
    "The gate of a real API server",
    .enabled(if: liveKubeconfig != nil, "set TALLYMAN_TEST_KUBECONFIG to a kubeconfig to run this"), .serialized,
    .timeLimit(.minutes(10)))
struct LiveGateTests {
    private struct Done: Error {}

    private struct Call: Sendable {
        var method = "POST"
        var path: String
        var body = ""
        var type = "application/yaml"
        /// The rule that refuses it; nil where the gate lets it through, whatever the server says then.
        var refused: String?
    }

    private static let name = "tallyman-live-test"
    private static let space = "/api/v1/namespaces/\(name)"
    private static let webhooks = "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations"

    private static func pod(_ name: String, _ more: String = "") -> String {
        "{apiVersion: v1, kind: Pod, metadata: {name: \(name)}, spec: {containers: [{name: a, image: registry.k8s.io/a:1.0.0\(more)}]}}"
    }

    private static func deployment(_ more: String = "") -> String {
        """
        {apiVersion: apps/v1, kind: Deployment, metadata: {name: d}, spec: {selector: {matchLabels: {a: b}}, template: {metadata:
          {labels: {a: b}}, spec: {containers: [{name: a, image: registry.k8s.io/a:1.0.0\(more)}]}}}}
        """
    }

    private static let privileged = ", securityContext: {privileged: true}"
    private static let token = "command=cat&command=/var/run/secrets/kubernetes.io/serviceaccount/token&stdout=true"
    private static let apps = "/apis/apps/v1/namespaces/\(name)/deployments"

    private static let calls = [
        Call(path: "\(space)/pods", body: pod("plain")),
        Call(path: "\(space)/pods", body: pod("bad", privileged), refused: "privileged-container"),
        Call(path: "\(space)/pods?dryRun=All", body: pod("trial", privileged), refused: "privileged-container"),
        Call(path: apps, body: deployment()),
        Call(
            method: "PATCH", path: "\(apps)/d",
            body:
                #"{"spec":{"template":{"spec":{"hostPID":true,"containers":[{"name":"a","securityContext":{"privileged":true}}]}}}}"#,
            type: "application/strategic-merge-patch+json", refused: "privileged-container"),
        Call(
            method: "PATCH", path: "\(apps)/d/scale", body: #"{"spec":{"replicas":2}}"#,
            type: "application/merge-patch+json"),
        Call(path: "\(space)/pods/plain/exec?command=ls&stdout=true"),
        Call(path: "\(space)/pods/plain/exec?\(token)", refused: "token-read-by-exec"),
        Call(method: "GET", path: "\(space)/pods/plain/exec?\(token)", refused: "token-read-by-exec"),
        Call(path: "\(space)/pods/plain/attach?stdout=true"),
        Call(path: "\(space)/pods/plain/portforward?ports=80"),
        Call(method: "GET", path: "\(space)/pods/plain/proxy/x"),
        Call(method: "GET", path: "/api/v1/nodes/n1/proxy/run/x", refused: "direct-node-access"),
        Call(path: "/api/v1/nodes/n1/proxy/run/a/b/c?cmd=id", refused: "direct-node-access"),
        Call(
            path: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
            body:
                "{apiVersion: rbac.authorization.k8s.io/v1, kind: ClusterRoleBinding, metadata: {name: \(name)}, roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: cluster-admin}, subjects: [{kind: User, name: eve, apiGroup: rbac.authorization.k8s.io}]}",
            refused: "cluster-admin-granted"),
        Call(
            path: "/api/v1/persistentvolumes",
            body:
                "{apiVersion: v1, kind: PersistentVolume, metadata: {name: \(name)}, spec: {capacity: {storage: 1Gi}, accessModes: [ReadWriteOnce], hostPath: {path: /}}}",
            refused: "host-path-volume"),
    ]

    @Test("what is asked of the server is judged, and what is refused is told with its rule")
    func judges() async throws {
        let client = try KubernetesClient(
            try Kubeconfig(files: [try #require(liveKubeconfig)], requiresAll: true).configuration())
        let gate = try TestGate()
        let authority = try CertificateAuthority(at: SourceTime.system.now(), seconds: 9000)
        let made = try authority.issue(for: ["127.0.0.1"], at: SourceTime.system.now(), seconds: 900)
        let certificate = try ListenerCertificate(chain: made.certificate, key: made.key)
        await #expect(throws: Done.self) {
            try await HTTPListener(host: "127.0.0.1", port: 0, certificate: certificate)
                .run(gate.service.handlers()) { port in
                    var manifests = GateManifests(target: .url("https://127.0.0.1:\(port)/admit"))
                    manifests.name = Self.name
                    manifests.bundle = authority.bundle
                    manifests.hasMatchConditions = false
                    await Self.clean(client)
                    // It stays from one run to the next: this server has nobody who ends namespaces.
                    _ = try? await client.change(
                        "POST", "/api/v1/namespaces",
                        body: Array("{apiVersion: v1, kind: Namespace, metadata: {name: \(Self.name)}}".utf8),
                        type: "application/yaml")
                    _ = try await client.change(
                        "POST", Self.webhooks, body: Array(manifests.text(.api).utf8), type: "application/yaml")
                    try await Self.untilAsked(client)
                    for call in Self.calls { await Self.look(call, client) }
                    await Self.clean(client)
                    throw Done()
                }
        }
        await client.shutdown()
    }

    private static func answer(_ call: Call, _ client: KubernetesClient) async -> String {
        do {
            let body =
                call.method == "GET"
                ? try await client.get(call.path)
                : try await client.change(call.method, call.path, body: Array(call.body.utf8), type: call.type)
            return String(decoding: body, as: UTF8.self)
        } catch {
            return "\(error)"
        }
    }

    private static func look(_ call: Call, _ client: KubernetesClient) async {
        let text = await answer(call, client)
        #expect(
            text.contains("denied the request") == (call.refused != nil), "\(call.method) \(call.path): \(text)")
        if let rule = call.refused { #expect(text.contains("[\(rule)]"), "\(call.method) \(call.path): \(text)") }
    }

    /// A server takes a moment to know its webhooks.
    private static func untilAsked(_ client: KubernetesClient) async throws {
        let probe = Call(path: "\(space)/pods?dryRun=All", body: pod("probe", privileged))
        while !(await answer(probe, client)).contains("denied the request") {
            try await Task.sleep(for: .milliseconds(100))
        }
    }

    private static func clean(_ client: KubernetesClient) async {
        for path in ["\(webhooks)/\(name)", "/api/v1/persistentvolumes/\(name)"] {
            _ = try? await client.change("DELETE", path, body: [])
        }
        for path in ["\(space)/pods", apps] {
            _ = try? await client.change("DELETE", path, body: [])
        }
    }
}
