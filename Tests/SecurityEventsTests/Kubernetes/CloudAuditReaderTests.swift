import JSONView
import SecurityEvents
import Testing

@Suite("Google Kubernetes Engine's audit log")
struct CloudAuditReaderTests {
    private static func entry(
        method: String = "io.k8s.core.v1.pods.create", path: String = "core/v1/namespaces/shop/pods/web",
        user: String = "mallory@example.com", payload: String = #","status":{}"#, more: String = ""
    ) -> String {
        #"{"insertId":"i-1","logName":"projects/p/logs/cloudaudit.googleapis.com%2Factivity","protoPayload":{"@type":"type.googleapis.com/google.cloud.audit.AuditLog","authenticationInfo":{"principalEmail":"\#(user)"},"authorizationInfo":[{"granted":true,"permission":"\#(method)","resource":"\#(path)"}],"methodName":"\#(method)","requestMetadata":{"callerIp":"203.0.113.7","callerSuppliedUserAgent":"kubectl/v1.33.1"},"resourceName":"\#(path)","serviceName":"k8s.io"\#(payload)},"resource":{"type":"k8s_cluster"},"timestamp":"2026-11-23T13:35:09.845086Z"\#(more)}"#
    }

    private static let pod =
        #""request":{"@type":"core.k8s.io/v1.Pod","apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop"},"spec":{"hostPID":true,"containers":[{"name":"c","image":"ubuntu","securityContext":{"privileged":true}}]}}"#

    @Test("A create is read with its actor, target, outcome, time and workload")
    func create() throws {
        let reading = LogReading(Self.entry(payload: #","status":{},\#(Self.pod)"#))
        let event = try #require(reading.events.first)
        #expect(reading.diagnostics.isEmpty)
        #expect(event.source == .kubernetesAudit)
        #expect(event.action == .create)
        #expect(event.outcome == .succeeded)
        #expect(event.body == .present)
        #expect(event.time == Timestamp("2026-11-23T13:35:09.845086Z"))
        #expect(event.identifier.string == "i-1")
        #expect(event.verb.string == "create")
        #expect(event.actor.user.string == "mallory@example.com")
        #expect(event.actor.userAgent.string == "kubectl/v1.33.1")
        #expect(event.actor.addresses?[0]?.string == "203.0.113.7")
        #expect(event.target.resource.string == "pods")
        #expect(event.target.namespace.string == "shop")
        #expect(event.target.name.string == "web")
        #expect(event.target.apiGroup == nil)
        #expect(event.workload?.kindText == "Pod")
        #expect(event.workload?.hostPID.value == true)
        #expect(event.containers.map { $0.image?.string } == ["ubuntu"])
    }

    @Test("Rules that know the names of audit events find them, and the entry's own are still there")
    func auditNames() throws {
        let event = try #require(
            LogReading(Self.entry(payload: #","status":{},\#(Self.pod)"#, more: #","labels":{"a/b":"c"},"verb":"x""#))
                .events.first)
        let raw = event.raw
        #expect(raw["verb"]?.string == "create" && raw["auditID"]?.string == "i-1")
        #expect(raw["stage"]?.string == "ResponseComplete" && raw["kind"]?.string == "Event")
        #expect(raw["user"]?["username"]?.string == "mallory@example.com")
        #expect(raw["sourceIPs"]?[0]?.string == "203.0.113.7")
        #expect(raw["objectRef"]?["resource"]?.string == "pods" && raw["objectRef"]?["apiVersion"]?.string == "v1")
        #expect(raw["requestURI"]?.string == "/api/v1/namespaces/shop/pods/web")
        #expect(raw["requestObject"]?["spec"]?["hostPID"]?.bool == true)
        #expect(raw["responseStatus"]?["code"]?.int64 == 201)
        #expect(raw["annotations"]?["a/b"]?.string == "c")
        #expect(raw["protoPayload"]?["methodName"]?.string == "io.k8s.core.v1.pods.create")
        let object = try #require(event.object?["spec"]?["hostPID"])
        #expect(event.path(of: object) == "protoPayload.request.spec.hostPID")
    }

    @Test("A refusal has its status, and a group its path")
    func refusalNames() throws {
        let entry = Self.entry(
            method: "io.k8s.apps.v1.deployments.delete", path: "apps/v1/namespaces/shop/deployments/web",
            payload: #","status":{"code":7,"message":"no"}"#)
        // The event holds the document that its values point into.
        let event = try #require(LogReading(entry).events.first)
        let raw = event.raw
        defer { withExtendedLifetime(event) {} }
        #expect(raw["responseStatus"]?["code"]?.int64 == 403 && raw["level"]?.string == "Metadata")
        #expect(raw["requestURI"]?.string == "/apis/apps/v1/namespaces/shop/deployments/web")
        #expect(raw["objectRef"]?["apiGroup"]?.string == "apps" && raw["requestObject"] == nil)
    }

    struct Path: Sendable {
        var method: String
        var path: String
        var resource: String
        var subresource: String?
        var namespace: String?
        var name: String?
        var group: String?
        var action: Action
    }

    @Test(
        "Method and path become resource, namespace, name and action",
        arguments: [
            Path(
                method: "io.k8s.core.v1.pods.exec.create", path: "core/v1/namespaces/shop/pods/web/exec",
                resource: "pods", subresource: "exec", namespace: "shop", name: "web", action: .exec),
            Path(
                method: "io.k8s.apps.v1.deployments.patch", path: "apps/v1/namespaces/shop/deployments/web",
                resource: "deployments", namespace: "shop", name: "web", group: "apps", action: .modify),
            Path(
                method: "io.k8s.authorization.rbac.v1.clusterrolebindings.create",
                path: "rbac.authorization.k8s.io/v1/clusterrolebindings/all", resource: "clusterrolebindings",
                name: "all", group: "rbac.authorization.k8s.io", action: .create),
            Path(
                method: "io.k8s.core.v1.namespaces.update", path: "core/v1/namespaces/shop", resource: "namespaces",
                name: "shop", action: .modify),
            Path(
                method: "io.k8s.core.v1.pods.list", path: "core/v1/namespaces/shop/pods", resource: "pods",
                namespace: "shop", action: .read),
            Path(
                method: "io.k8s.core.v1.events.deletecollection", path: "core/v1/namespaces/shop/events",
                resource: "events", namespace: "shop", action: .delete),
            Path(
                method: "com.example.v1beta1.things.create", path: "example.com/v1beta1/namespaces/shop/things/x",
                resource: "things", namespace: "shop", name: "x", group: "example.com", action: .create),
        ])
    func paths(_ expected: Path) throws {
        let event = try #require(LogReading(Self.entry(method: expected.method, path: expected.path)).events.first)
        #expect(event.target.resource.string == expected.resource)
        #expect(event.target.subresource.string == expected.subresource)
        #expect(event.target.namespace.string == expected.namespace)
        #expect(event.target.name.string == expected.name)
        #expect(event.target.apiGroup.string == expected.group)
        #expect(event.action == expected.action)
    }

    @Test(
        "Statuses of google.rpc, answers of the API server and refused rights become outcomes",
        arguments: [
            (#","status":{}"#, .succeeded), (#","status":{"code":7,"message":"Forbidden"}"#, .denied),
            (#","status":{"code":16}"#, .denied), (#","status":{"code":6,"message":"exists"}"#, .failed),
            (#","status":{"code":3,"message":"admission webhook \"x\" denied the request: no"}"#, .denied),
            (#","status":{},"response":{"kind":"Status","status":"Failure","code":403,"message":"no"}"#, .denied),
            (#","response":{"status":"Failure"}"#, .failed),
            (#","response":{"kind":"Pod","status":{"phase":"Pending"}}"#, .succeeded), ("", .allowed),
        ] as [(String, Outcome)])
    func outcomes(_ payload: String, _ outcome: Outcome) {
        #expect(LogReading(Self.entry(payload: payload)).events.first?.outcome == outcome)
    }

    @Test("A right that was not granted is a denial, whatever the status says")
    func notGranted() {
        let line = Self.entry().replacing(#""granted":true"#, with: #""granted":false"#)
        #expect(LogReading(line).events.first?.outcome == .denied)
    }

    @Test("A deployment without its body is said to lack it")
    func withoutBody() {
        #expect(LogReading(Self.entry()).events.first?.body == .missing)
    }

    @Test("Records of other services are skipped and said")
    func others() {
        let reading = LogReading(Self.entry(method: "v1.compute.instances.insert", path: "projects/p/zones/z"))
        #expect(reading.events.isEmpty)
        #expect(reading.diagnostics.first?.message.contains("Google Cloud") ?? false)
    }

    @Test("Nobody is who proved nothing")
    func anonymous() {
        let event = LogReading(Self.entry(user: "system:anonymous")).events.first
        #expect(event?.actor.authentication == .anonymous)
    }

    @Test(
        "Odd methods and paths do not trap",
        arguments: [
            ("v1", ""), ("....v1.pods.create", "/"), ("io.k8s.core.v1.pods.exec.x.create", "core"),
            ("io.k8s.core.v1.pods.create", "core/v1/namespaces"),
            ("io.k8s.core.v1.pods.create", "core/v1//////////////"),
            ("v1.v2.v3.create", "v1/v2/v3"),
        ])
    func odd(_ method: String, _ path: String) {
        let reading = LogReading(Self.entry(method: method, path: path))
        #expect(reading.events.count + reading.diagnostics.count == 1)
    }
}
