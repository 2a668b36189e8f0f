import Manifests
import Testing

@testable import KubernetesGate

@Suite("What a cluster is told")
struct GateManifestsTests {
    private static let service = GateManifests.Target.service(namespace: "tallyman", name: "tallyman-gate", port: 443)

    private static func objects(_ text: String) -> [Manifest] {
        let read = ManifestReader().read(text, file: "gate.yaml")
        #expect(read.diagnostics.isEmpty, "\(read.diagnostics)")
        return read.manifests
    }

    @Test("Each form is YAML that Kubernetes' own reader takes")
    func forms() throws {
        var manifests = GateManifests(target: Self.service)
        manifests.excludedNamespaces = ["tallyman"]
        manifests.account = "system:serviceaccount:tallyman:tallyman-gate"
        #expect(Self.objects(manifests.text(.api)).map(\.identity.kind) == ["ValidatingWebhookConfiguration"])
        let kinds = Self.objects(manifests.text(.install)).map(\.identity.kind)
        #expect(kinds.last == "ValidatingWebhookConfiguration")
        for kind in ["Namespace", "ServiceAccount", "ClusterRole", "Service", "PodDisruptionBudget", "Deployment"] {
            #expect(kinds.contains(kind))
        }
        var fixed = GateManifests(target: .url("https://127.0.0.1:8443/admit"))
        fixed.bundle = "-----BEGIN CERTIFICATE-----"
        let objects = Self.objects(fixed.text(.staticManifest))
        #expect(objects.map(\.identity.kind) == ["AdmissionConfiguration", "ValidatingWebhookConfiguration"])
        #expect(objects.last?.identity.name == "tallyman-gate.static.k8s.io")
    }

    @Test(
        "An address without a path is the gate's own, since it answers nowhere else",
        arguments: [
            ("https://gate.example.com:8443", "https://gate.example.com:8443/admit"),
            ("https://gate.example.com/", "https://gate.example.com/admit"),
            ("https://[::1]:8443", "https://[::1]:8443/admit"),
            ("https://127.0.0.1:8443/admit", "https://127.0.0.1:8443/admit"),
            ("https://proxy.example.com/gates/1", "https://proxy.example.com/gates/1"),
        ])
    func address(written: String, meant: String) {
        #expect(GateManifests.Target.address(written) == .url(meant))
    }

    @Test(
        "A webhook that must hold fails closed; its own namespace is left out by name and its account by matchCondition"
    )
    func safety() throws {
        var manifests = GateManifests(target: Self.service)
        manifests.excludedNamespaces = ["tallyman"]
        manifests.account = "system:serviceaccount:tallyman:tallyman-gate"
        let object = try #require(Self.objects(manifests.text(.api)).first)
        let webhooks = try #require(object.root["webhooks"]).elements
        #expect(webhooks.count == GateScope.entries().count)
        for (webhook, entry) in zip(webhooks, GateScope.entries()) {
            #expect(webhook["failurePolicy"]?.text == (entry.mayFail ? "Ignore" : "Fail"))
            #expect(webhook["sideEffects"]?.text == "NoneOnDryRun")
            #expect(webhook["matchPolicy"]?.text == "Equivalent")
            #expect(webhook["objectSelector"] == nil)
            let conditions = webhook["matchConditions"]?.elements.compactMap { $0["expression"]?.text } ?? []
            #expect(conditions.contains { $0.contains("system:serviceaccount:tallyman:tallyman-gate") })
        }
        let selector = webhooks[0]["namespaceSelector"]?["matchExpressions"]?[0]
        #expect(selector?["key"]?.text == "kubernetes.io/metadata.name")
        #expect(selector?["values"]?.elements.compactMap(\.text) == ["tallyman"])
    }

    @Test("Everything that runs containers or leads to them is asked about")
    func scope() {
        let asked = GateScope.entries().flatMap { entry in entry.resources.map { "\(entry.groups[0])/\($0)" } }
        for resource in [
            "/pods", "/pods/ephemeralcontainers", "/persistentvolumes",
            "/pods/exec", "/pods/attach",
            "/pods/portforward", "/pods/proxy",
            "/services/proxy", "/nodes/proxy", "/serviceaccounts/token", "/namespaces", "/pods/resize",
            "/pods/binding", "/*/scale", "apps/deployments", "apps/daemonsets", "apps/cronjobs",
            "node.k8s.io/runtimeclasses", "rbac.authorization.k8s.io/clusterrolebindings",
            "admissionregistration.k8s.io/*",
        ] {
            #expect(asked.contains(resource), "\(resource)")
        }
    }

    @Test("An older cluster is told nothing that it does not know")
    func old() {
        var manifests = GateManifests(target: Self.service)
        manifests.account = "x"
        manifests.hasMatchConditions = false
        #expect(!manifests.text(.api).contains("matchConditions"))
    }
}
