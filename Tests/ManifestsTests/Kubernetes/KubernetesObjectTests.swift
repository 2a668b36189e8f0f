import SecurityEvents
import Testing

@testable import Manifests

@Suite("Kubernetes manifests")
struct KubernetesObjectTests {
    private func read(_ text: String) -> ReadManifests { ManifestReader().read(text, file: "a.yaml") }

    @Test("Lists, also of one kind and within lists, give their items; names and resources are the API's")
    func lists() {
        let read = read(
            """
            apiVersion: v1
            kind: List
            items:
            - {apiVersion: v1, kind: PodList, items: [{metadata: {name: p}, spec: {containers: []}}]}
            - {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: np, namespace: s}}
            - {apiVersion: v1, kind: Namespace, metadata: {name: s}}
            - {apiVersion: networking.k8s.io/v1, kind: IngressClass, metadata: {name: i}}
            """)
        #expect(read.diagnostics.isEmpty)
        #expect(read.manifests.map(\.label) == ["Pod p", "NetworkPolicy s/np", "Namespace s", "IngressClass i"])
        #expect(
            read.manifests.map(\.identity.resource) == ["pods", "networkpolicies", "namespaces", "ingressclasses"])
        #expect(read.manifests.map(\.line) == [4, 5, 6, 7])
    }

    @Test("A fault in one document leaves the others, and an item that is no object is told")
    func faults() {
        let read = read(
            "apiVersion: v1\nkind: Pod\n---\na: [\n---\napiVersion: v1\nkind: List\nitems: [3]\n---\napiVersion: v1\nkind: Pod\n"
        )
        #expect(read.manifests.count == 2)
        #expect(read.diagnostics.map(\.line) == [5, 8] || read.diagnostics.map(\.line) == [4, 8])
    }

    @Test(
        "Templates that are not rendered are told, with what to do",
        arguments: [
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {{ .Release.Name }}\n",
            "apiVersion: v1\nkind: Pod\nmetadata:\n  name: \"{{ .Release.Name }}\"\n",
            "{{- if .Values.on }}\napiVersion: v1\nkind: Pod\n{{- end }}\n",
            "apiVersion: v1\nkind: Pod\nspec: {containers: [{image: \"{{ .Values.image }}\"}]}\n",
        ])
    func templates(_ text: String) {
        let read = read(text)
        #expect(read.manifests.isEmpty)
        #expect(read.diagnostics.contains { $0.message.contains("helm template") && $0.line > 0 })
    }

    @Test("Admission sees the object's creation, by nobody known")
    func event() throws {
        let manifest = try #require(
            read(
                "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec: {template: {spec: {containers: [{name: c, image: i}]}}}"
            ).manifests.first)
        var count = 0
        try manifest.read(number: 1) { event in
            count += 1
            #expect(event.source == .kubernetesAdmission && event.action == .create && event.outcome == .requested)
            #expect(event.workload?.kindName == "Deployment" && event.containers.count == 1)
            #expect(event.actor.user == nil)
        }
        #expect(count == 1)
    }
}
