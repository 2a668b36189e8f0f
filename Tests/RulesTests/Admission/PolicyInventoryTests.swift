import JSONView
import Rules
import TestSupport
import Testing

/// One way that objects are written to files.
struct InventoryText: CustomTestStringConvertible {
    let testDescription: String
    let text: String
}

@Suite("Objects beside policies")
struct PolicyInventoryTests {
    private static let texts = [
        InventoryText(
            testDescription: "documents",
            text: """
                apiVersion: v1
                kind: Namespace
                metadata: {name: shop, labels: {env: prod}}
                ---
                apiVersion: v1
                kind: Namespace
                metadata: {name: lab, labels: {env: dev}}
                """),
        InventoryText(
            testDescription: "a list of kubectl",
            text: """
                {"apiVersion": "v1", "kind": "List", "items": [
                  {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "shop", "labels": {"env": "prod"}}},
                  {"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "lab", "labels": {"env": "dev"}}}]}
                """),
        InventoryText(
            testDescription: "the API server's list, whose items have no kinds",
            text: """
                {"apiVersion": "v1", "kind": "NamespaceList", "metadata": {}, "items": [
                  {"metadata": {"name": "shop", "labels": {"env": "prod"}}},
                  {"metadata": {"name": "lab", "labels": {"env": "dev"}}}]}
                """),
        InventoryText(
            testDescription: "the same as YAML",
            text: """
                apiVersion: v1
                kind: NamespaceList
                items:
                - metadata: {name: shop, labels: {env: prod}}
                - metadata: {name: lab, labels: {env: dev}}
                """),
    ]

    @Test("Lists and documents say the same", arguments: texts)
    func forms(_ written: InventoryText) throws {
        let files = PolicyFiles([RuleFile(name: "namespaces", path: "namespaces", text: written.text)])
        #expect(files.diagnostics == [])
        let fixture = PolicyFixture(
            policy(
                "validations: [{expression: \"namespaceObject.metadata.labels.env != 'prod'\"}]"))
        let inventory = files.inventory(isComplete: true)
        let denials = try ["shop", "lab"].map { namespace in
            let pod = try JSONParser().parse(
                """
                {"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "\(namespace)"},
                 "spec": {"containers": []}}
                """)
            return try withExtendedLifetime(pod) {
                let request = try #require(AdmissionRequest.creation(of: pod.root, in: pod))
                return fixture.set.evaluate(request, inventory: inventory).count { $0.denies }
            }
        }
        #expect(denials == [1, 0])
    }

    @Test(
        "Objects made to hurt are judged, or refused as JSON, and never trap",
        arguments: [
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":DEEP}"#,
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":DEEP}}"#,
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p","labels":DEEP},"spec":{"containers":[DEEP]}}"#,
            #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":[],"spec":{"template":DEEP,"replicas":1e400}}"#,
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":7},"spec":{"containers":[1,null,"a",{"ports":5}]}}"#,
            #"{"apiVersion":"v1","kind":"Pod","metadata":null,"spec":{"containers":[{"image":"::@@//:","ports":[{}]}]}}"#,
            #"{"apiVersion":"//","kind":"","spec":null}"#,
        ], [1, 400])
    func hostileObjects(_ text: String, depth: Int) throws {
        let fixture = PolicyFixture(
            policy("validations: [{expression: \"object.spec == object.spec && has(object.metadata.labels)\"}]"))
        let deep = String(repeating: #"{"a":["#, count: depth) + String(repeating: "]}", count: depth)
        guard let object = try? JSONParser().parse(text.replacing("DEEP", with: deep)) else { return }
        withExtendedLifetime(object) {
            let document = ObjectDefaults.complete(object.root) ?? object
            guard let request = AdmissionRequest.creation(of: document.root, in: document) else { return }
            _ = fixture.set.evaluate(request, inventory: fixture.inventory)
            for level in [PodSecurity.Level.baseline, .restricted] {
                if let pod = PodSecurityPod.within(document.root)?.pod { _ = PodSecurity.evaluate(level, pod: pod) }
            }
        }
    }
}
