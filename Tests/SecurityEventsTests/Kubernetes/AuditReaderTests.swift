import JSONView
import SecurityEvents
import Testing

@Suite("Kubernetes audit events")
struct AuditReaderTests {
    @Test("A create is read with its actor, target, outcome and time")
    func create() throws {
        let reading = LogReading(
            user:
                #"{"username":"mallory","uid":"u1","groups":["dev"],"extra":{"authentication.kubernetes.io/credential-id":["X509SHA256=de60"]}}"#,
            request:
                #"{"kind":"Pod","apiVersion":"v1","metadata":{"generateName":"web-"},"spec":{"containers":[{"name":"c","image":"ubuntu"}]}}"#,
            response: #"{"kind":"Pod","metadata":{"name":"web-x1","namespace":"dev","uid":"p-1"},"spec":{}}"#,
            more:
                #","sourceIPs":["127.0.0.1"],"userAgent":"kubectl/v1.32","impersonatedUser":{"username":"bob","groups":["ops"]}"#
        )
        let event = try #require(reading.events.first)
        #expect(reading.diagnostics.isEmpty)
        #expect(event.action == .create)
        #expect(event.outcome == .succeeded)
        #expect(event.statusCode == 201)
        #expect(event.body == .present)
        #expect(event.time == Timestamp("2026-11-23T13:35:09.845086Z"))
        #expect(event.actor.user.string == "mallory")
        #expect(event.actor.uid.string == "u1")
        #expect(event.actor.authentication == .certificate)
        #expect(event.actor.impersonatedUser.string == "bob")
        #expect(event.actor.effectiveUser.string == "bob")
        #expect(event.actor.addresses?[0]?.string == "127.0.0.1")
        #expect(event.target.resource.string == "pods")
        #expect(event.workload?.kindText == "Pod")
        #expect(event.workload?.name.string == "web")
        #expect(event.workload?.uid.string == "p-1")
        #expect(event.workload?.generateName.string == "web-")
        #expect(event.containers.map { $0.image?.string } == ["ubuntu"])
    }

    @Test(
        "Verbs, resources and parts of them become actions",
        arguments: [
            ("create", "deployments", nil, .create), ("update", "deployments", nil, .modify),
            ("patch", "pods", nil, .modify), ("delete", "pods", nil, .delete),
            ("deletecollection", "events", nil, .delete), ("get", "secrets", nil, .read), ("watch", "pods", nil, .read),
            ("create", "pods", "exec", .exec), ("get", "pods", "exec", .exec), ("get", "pods", "attach", .attach),
            ("create", "pods", "portforward", .connect), ("get", "nodes", "proxy", .connect),
            ("patch", "pods", "ephemeralcontainers", .modify), ("update", "deployments", "scale", .modify),
            ("patch", "pods", "status", .other), ("create", "pods", "binding", .other),
            ("create", "serviceaccounts", "token", .other), ("create", "pods", "eviction", .delete),
            ("get", "pods", "log", .read), ("get", "pods", "status", .read), ("update", "leases", nil, .other),
            ("create", "events", nil, .other), ("create", "subjectaccessreviews", nil, .other),
            ("create", "clusterrolebindings", nil, .create), ("frobnicate", "pods", nil, .other),
        ] as [(String, String, String?, Action)])
    func actions(_ verb: String, _ resource: String, _ subresource: String?, _ action: Action) {
        let reading = LogReading(
            audit: verb, resource: resource, subresource: subresource, level: "Metadata", code: 200)
        #expect(reading.events.first?.action == action)
    }

    @Test(
        "Codes, stages and annotations become outcomes",
        arguments: [
            (200, "ResponseComplete", "", .succeeded), (101, "ResponseStarted", "", .succeeded),
            (403, "ResponseComplete", "", .denied), (401, "ResponseComplete", "", .denied),
            (409, "ResponseComplete", "", .failed), (nil, "RequestReceived", "", .requested),
            (500, "Panic", "", .failed), (nil, "ResponseComplete", "", .unknown),
            (nil, "ResponseComplete", #","annotations":{"authorization.k8s.io/decision":"forbid"}"#, .denied),
            (nil, "ResponseComplete", #","annotations":{"authorization.k8s.io/decision":"allow"}"#, .allowed),
            (
                nil, "ResponseComplete",
                #","responseStatus":{"code":400,"message":"admission webhook \"x\" denied the request: no"}"#, .denied
            ),
        ] as [(Int?, String, String, Outcome)])
    func outcomes(_ code: Int?, _ stage: String, _ more: String, _ outcome: Outcome) {
        #expect(LogReading(stage: stage, code: code, more: more).events.first?.outcome == outcome)
    }

    @Test(
        "A missing body is a fact only where a workload is deployed",
        arguments: [
            ("create", "pods", nil, "", .missing), ("patch", "deployments", nil, "", .missing),
            ("create", "pods", nil, #","annotations":{"audit.k8s.io/truncated":"true"}"#, .truncated),
            ("delete", "pods", nil, "", .none), ("get", "pods", nil, "", .none), ("create", "services", nil, "", .none),
            ("patch", "pods", "status", "", .none),
            ("create", "pods", nil, #","requestObject":"apiVersion: v1""#, .unreadable),
        ] as [(String, String, String?, String, BodyState)])
    func bodies(_ verb: String, _ resource: String, _ subresource: String?, _ more: String, _ body: BodyState) {
        let reading = LogReading(
            audit: verb, resource: resource, subresource: subresource, level: "Metadata", more: more)
        #expect(reading.events.first?.body == body)
    }

    @Test("At RequestReceived nothing is deployed yet")
    func requestReceived() {
        let event = LogReading(stage: "RequestReceived", code: nil).events.first
        #expect(event?.workload == nil)
        #expect(event?.body == BodyState.none)
    }

    @Test(
        "How a user proved their name is told from name, groups and credential",
        arguments: [
            (#"{"username":"system:anonymous"}"#, .anonymous),
            (#"{"username":"x","groups":["system:unauthenticated"]}"#, .anonymous),
            (#"{"username":"system:serviceaccount:dev:default"}"#, .serviceAccount),
            (
                #"{"username":"a","extra":{"authentication.kubernetes.io/credential-id":["X509SHA256=1"]}}"#,
                .certificate
            ),
            (#"{"username":"a","extra":{"authentication.kubernetes.io/credential-id":["JTI=1"]}}"#, .token),
            (#"{"username":"a","extra":{"arn":["arn:aws:iam::1:role/x"]}}"#, .token),
            (#"{"username":"system:bootstrap:abc"}"#, .token), (#"{"username":"oidc:bob"}"#, .token),
            (#"{"username":"kubernetes-admin","groups":["system:masters"]}"#, .unknown),
        ] as [(String, Authentication)])
    func authentication(_ user: String, _ expected: Authentication) {
        #expect(LogReading(user: user).events.first?.actor.authentication == expected)
    }

    @Test("The command of an exec is decoded from the query, whatever the verb")
    func exec() throws {
        let reading = LogReading(
            audit: "get", subresource: "exec", stage: "ResponseStarted", code: 101,
            uri:
                "/api/v1/namespaces/dev/pods/web/exec?command=sh&command=-c&command=cat+%2Fetc%2Fshadow%20%22x%22&container=c%2D0&stdin=true&tty=false"
        )
        let event = try #require(reading.events.first)
        let execution = try #require(event.execution)
        #expect(event.action == .exec)
        #expect(execution.command?.elements.map { $0.string } == ["sh", "-c", #"cat /etc/shadow "x""#])
        #expect(execution.container.string == "c-0")
        #expect(execution.stdin == true)
        #expect(execution.tty == false)
        #expect(execution.command.flatMap { event.path(of: $0) } == "requestURI.command")
    }

    @Test("A command run through the kubelet behind a node's proxy is an exec")
    func nodeProxy() {
        let reading = LogReading(
            audit: "create", resource: "nodes", subresource: "proxy",
            uri: "/api/v1/nodes/n1/proxy/run/kube-system/etcd/etcd?cmd=id")
        #expect(reading.events.first?.action == .exec)
        #expect(reading.events.first?.execution?.command?.elements.map { $0.string } == ["id"])
    }

    @Test(
        "A dry run is told by the query as the server reads it",
        arguments: [
            ("/api?dryRun=All", true), ("/api?a=b&dryRun=All&c", true), ("/api?dry%52un=All", true),
            ("/api?x=dryRun=All", false), ("/api?dryRun=None", false), ("/api/dryRun=All", false), ("/api", false),
        ])
    func dryRun(_ uri: String, _ expected: Bool) {
        #expect(LogReading(uri: uri).events.first?.isDryRun == expected)
    }

    @Test("An apply that made the object is a create")
    func serverSideApply() {
        #expect(
            LogReading(audit: "patch", resource: "deployments", group: "apps", code: 201).events.first?.action
                == .create)
        #expect(
            LogReading(audit: "patch", resource: "deployments", group: "apps", code: 200).events.first?.action
                == .modify)
    }

    @Test("Records before v1 have other names for time and group")
    func oldVersions() {
        let reading = LogReading(
            #"{"kind":"Event","apiVersion":"audit.k8s.io/v1beta1","metadata":{"creationTimestamp":"2017-09-11T19:55:05Z"},"timestamp":"2017-09-11T19:55:06Z","level":"Metadata","auditID":"1","stage":"ResponseComplete","verb":"create","objectRef":{"resource":"deployments","apiVersion":"apps/v1beta1","namespace":"x"}}"#
        )
        #expect(reading.events.first?.time == Timestamp("2017-09-11T19:55:06Z"))
        #expect(reading.events.first?.target.apiGroup.string == "apps")
        #expect(reading.events.first?.workload?.kindText == "Deployment")
    }

    @Test("Fields of wrong types are reported with their paths and taken as unknown")
    func wrongTypes() throws {
        let reading = LogReading(
            #"{"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"Everything","stage":3,"auditID":"1","verb":5,"user":[],"sourceIPs":"1.2.3.4","objectRef":{"resource":{},"name":1},"responseStatus":7,"stageTimestamp":"yesterday"}"#
        )
        let event = try #require(reading.events.first)
        #expect(event.verb == nil)
        #expect(event.actor.user == nil)
        #expect(event.time == nil)
        #expect(reading.statistics.fieldFaults == 9)
        #expect(reading.messages.contains("verb: not understood, expected a string"))
        #expect(reading.messages.contains("level: not understood, expected an audit level"))
        #expect(reading.messages.contains("stageTimestamp: not understood, expected an RFC 3339 time"))
        #expect(reading.diagnostics.allSatisfy { $0.severity == .warning && $0.line == 1 })
    }

    @Test("A name twice in what is deployed is a warning")
    func duplicateKeys() {
        let reading = LogReading(
            request: #"{"kind":"Pod","spec":{"hostPID":false,"containers":[],"hostPID":true}}"#)
        #expect(reading.statistics.duplicateKeys == 1)
        #expect(reading.messages.first?.hasPrefix("duplicate key \"hostPID\"") == true)
    }
}
