import Detection
import Foundation
import JSONView
import Rules
import SecurityEvents
import Testing

@Suite("What policies would have refused")
struct PolicyDetectorTests {
    private static let policy = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: few-replicas}
        spec:
          matchConstraints:
            resourceRules:
            - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [deployments]}
          validations:
          - {expression: "object.spec.replicas <= 5", message: too many}
        """

    private func detector(
        _ text: String = policy, unbound: AdmissionPolicySet.Unbound = .deny, podSecurity: PodSecurityQuestion? = nil
    ) -> PolicyDetector {
        let files = PolicyFiles([RuleFile(name: "p.yaml", path: "p.yaml", text: text)])
        #expect(files.diagnostics == [])
        return PolicyDetector(
            policies: AdmissionPolicySet(files.policies, bindings: files.bindings, unbound: unbound),
            podSecurity: podSecurity, inventory: files.inventory())
    }

    private func observe(_ lines: [String], _ detector: inout PolicyDetector) -> [Finding] {
        var findings: [Finding] = []
        var reader = LogReader()
        for (number, line) in lines.enumerated() {
            Array(line.utf8).withUnsafeBytes { bytes in
                reader.read(bytes, at: SourcePosition(name: "log", line: number + 1)) { event in
                    findings += detector.observe(event)
                }
            }
        }
        reader.finish { event in findings += detector.observe(event) }
        return findings
    }

    private static func record(
        verb: String = "create", user: String = "alice", request: String? = deployment(7), response: String? = nil,
        code: Int = 201, resource: String = "deployments", group: String = "apps", name: String = "web",
        id: String = "a1",
        namespace: String = "shop", stage: String = "ResponseComplete", annotations: String = "{}"
    ) -> String {
        var fields = [
            #""kind": "Event", "apiVersion": "audit.k8s.io/v1", "level": "RequestResponse", "auditID": "\#(id)", "stage": "\#(stage)""#,
            #""requestURI": "/apis/apps/v1/x", "verb": "\#(verb)", "user": {"username": "\#(user)"}, "sourceIPs": ["10.0.0.1"]"#,
            #""objectRef": {"resource": "\#(resource)", "namespace": "\#(namespace)", "name": "\#(name)", "apiGroup": "\#(group)", "apiVersion": "v1"}"#,
            #""responseStatus": {"code": \#(code)}, "stageTimestamp": "2026-11-0\#(id.last ?? "1")T00:00:00Z", "annotations": \#(annotations)"#,
        ]
        if let request { fields.append(#""requestObject": \#(request)"#) }
        if let response { fields.append(#""responseObject": \#(response)"#) }
        return "{\(fields.joined(separator: ", "))}"
    }

    private static func deployment(_ replicas: Int?) -> String {
        let count = replicas.map { #""replicas": \#($0), "# } ?? ""
        return
            #"{"kind": "Deployment", "apiVersion": "apps/v1", "metadata": {"name": "web", "namespace": "shop"}, "spec": {\#(count)"template": {"spec": {"containers": []}}}}"#
    }

    @Test("A violation is a finding with the API server's words, the user and the field")
    func finding() throws {
        var detector = detector()
        let finding = try #require(observe([Self.record()], &detector).first)
        #expect(
            finding.message
                == "ValidatingAdmissionPolicy 'few-replicas' with binding 'few-replicas' denied request: too many")
        #expect(finding.actor.user == "alice")
        #expect(finding.evidence == [Evidence(path: "requestObject.spec.replicas", value: "7")])
        #expect(finding.level == .medium)
    }

    @Test("What passed, what went through, what was refused anyway and what nobody knows are counted apart")
    func counts() throws {
        var detector = detector()
        let findings = observe(
            [
                Self.record(id: "a1"), Self.record(request: Self.deployment(2), id: "a2"),
                Self.record(user: "bob", code: 403, id: "a3"), Self.record(request: nil, id: "a4"),
                Self.record(verb: "patch", request: "[]", id: "a5"),
                Self.record(request: nil, id: "a6", annotations: #"{"audit.k8s.io/truncated": "true"}"#),
                Self.record(id: "a7", stage: "RequestReceived"), Self.record(verb: "get", request: nil, id: "a8"),
                Self.record(request: Self.deployment(nil), id: "a9"),
            ], &detector)
        #expect(findings.count == 2)
        let counts = try #require(detector.tally.policies["few-replicas"])
        #expect(counts.violatedAndServed == 1)
        #expect(counts.violatedAndRefused == 1)
        #expect(counts.passed == 2, "one has a single replica because it names none")
        #expect(counts.unknown == 3)
        #expect(detector.tally.requests == 7)
        #expect(detector.tally.byUser.map(\.name) == ["alice", "bob"])
        #expect(detector.tally.byNamespace.map(\.count) == [2])
        #expect(detector.tally.byWorkload.first?.objects == ["Deployment shop/web"])
        #expect(detector.tally.unknowns.keys.contains { $0.contains("too large for the audit log") })
    }

    @Test("A patch is judged by what came of it")
    func patch() {
        var detector = detector()
        let findings = observe(
            [
                Self.record(
                    verb: "patch", request: #"{"spec": {"replicas": 9}}"#, response: Self.deployment(9), code: 200)
            ],
            &detector)
        #expect(findings.count == 1)
    }

    @Test("A patch that makes the object was a creation: 201 says so")
    func applied() {
        let created = Self.policy.replacing("[CREATE, UPDATE]", with: "[CREATE]")
            .replacing("object.spec.replicas <= 5", with: "oldObject != null || object.spec.replicas <= 5")
        for (code, expected) in [(201, 1), (200, 0)] {
            var detector = detector(created)
            let patch = Self.record(
                verb: "patch", request: #"{"spec": {"replicas": 9}}"#, response: Self.deployment(9), code: code)
            #expect(observe([patch], &detector).count == expected, "\(code)")
        }
    }

    /// Requests for parts of objects, and the kinds that admission sees them as.
    private static let parts: [(resource: String, group: String, part: String, body: String?, kind: String)] = [
        (
            "deployments", "apps", "scale",
            #"{"kind": "Scale", "apiVersion": "autoscaling/v1", "metadata": {"name": "w"}, "spec": {"replicas": 9}}"#,
            "autoscaling/v1/Scale"
        ),
        ("deployments", "apps", "scale", nil, "autoscaling/v1/Scale"),
        (
            "pods", "", "eviction", #"{"kind": "Eviction", "apiVersion": "policy/v1", "metadata": {"name": "p"}}"#,
            "policy/v1/Eviction"
        ),
        ("pods", "", "binding", nil, "/v1/Binding"),
        ("serviceaccounts", "", "token", nil, "authentication.k8s.io/v1/TokenRequest"),
        ("pods", "", "status", nil, "/v1/Pod"),
        ("pods", "", "exec", nil, "/v1/PodExecOptions"),
    ]

    @Test("The request for a part of an object has a kind of its own", arguments: Self.parts)
    func kinds(_ resource: String, _ group: String, _ part: String, _ body: String?, _ kind: String) {
        let policy = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: kinds}
            spec:
              matchConstraints:
                resourceRules: [{apiGroups: ["*"], apiVersions: ["*"], operations: ["*"], resources: ["*/*"]}]
              validations:
              - expression: "false"
                messageExpression: "request.kind.group + '/' + request.kind.version + '/' + request.kind.kind"
            """
        var detector = detector(policy)
        let record = Self.record(request: body, resource: resource, group: group)
            .replacing(#""apiVersion": "v1"}"#, with: #""apiVersion": "v1", "subresource": "\#(part)"}"#)
        #expect(observe([record], &detector).map { $0.message.hasSuffix("denied request: \(kind)") } == [true])
    }

    @Test("What is asked of a connection has no labels, and all that the query says")
    func connections() {
        func policy(_ selector: String) -> String {
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: exec}
            spec:
              matchConstraints:
                \(selector)
                resourceRules: [{apiGroups: [""], apiVersions: [v1], operations: [CONNECT], resources: [pods/exec]}]
              validations:
              - {expression: "!(object.stdout && object.tty && !has(object.stderr) && object.command == ['sh'])"}
            """
        }
        let record = Self.record(request: nil, code: 101, resource: "pods", group: "")
            .replacing(#""apiVersion": "v1"}"#, with: #""apiVersion": "v1", "subresource": "exec"}"#)
            .replacing("/apis/apps/v1/x", with: "/api/v1/namespaces/shop/pods/web/exec?command=sh&stdout=true&tty=true")
        let absent = "objectSelector: {matchExpressions: [{key: skip, operator: DoesNotExist}]}"
        for (selector, expected) in [("objectSelector: {}", 1), (absent, 0)] {
            var detector = detector(policy(selector))
            #expect(observe([record], &detector).count == expected, "\(selector)")
        }
    }

    @Test("Namespaces are learned from the log")
    func namespaces() {
        let text = Self.policy.replacing(
            "    resourceRules:", with: "    namespaceSelector: {matchLabels: {env: prod}}\n    resourceRules:")
        let namespace =
            #"{"kind": "Namespace", "apiVersion": "v1", "metadata": {"name": "shop", "labels": {"env": "prod"}}}"#
        var knowing = detector(text)
        let made = Self.record(
            request: namespace, response: namespace, resource: "namespaces", group: "", name: "shop", id: "a0",
            namespace: "shop")
        #expect(observe([made, Self.record()], &knowing).count == 1)
        var ignorant = detector(text)
        #expect(observe([Self.record()], &ignorant).isEmpty)
        #expect(ignorant.tally.policies["few-replicas"]?.unknown == 1)
    }

    @Test("Pod Security admission is asked as if it were enforced, or as the labels say")
    func podSecurity() throws {
        let pod =
            #"{"kind": "Pod", "apiVersion": "v1", "metadata": {"name": "p", "namespace": "shop"}, "spec": {"hostPID": true, "containers": [{"name": "c", "image": "i"}]}}"#
        let made = Self.record(request: pod, resource: "pods", group: "", name: "p")
        var enforcing = detector(podSecurity: .enforcing(PodSecurity.Policy(.baseline)))
        let finding = try #require(observe([made], &enforcing).first)
        #expect(
            finding.message
                == #"pods "p" is forbidden: violates PodSecurity "baseline:latest": host namespaces (hostPID=true)"#)
        #expect(finding.evidence.map(\.path) == ["requestObject.spec.hostPID"])
        var labelled = detector(podSecurity: .labels())
        #expect(observe([made], &labelled).isEmpty)
        #expect(labelled.tally.policies["PodSecurity namespace labels"]?.unknown == 1)
    }

    @Test("A Docker container is asked about as the Pod that would run it")
    func docker() throws {
        let policy = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: pods}
            spec:
              matchConstraints:
                resourceRules:
                - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
              validations:
              - {expression: "!object.spec.?hostPID.orValue(false)", message: hostPID}
              - {expression: "object.spec.containers.all(c, !c.?securityContext.privileged.orValue(false))", message: privileged}
              - {expression: "object.spec.containers.all(c, !('SYS_ADMIN' in c.?securityContext.capabilities.add.orValue([])))", message: capability}
              - {expression: "object.spec.?volumes.orValue([]).all(v, v.?hostPath.path.orValue('') != '/')", message: root}
              - {expression: "object.spec.containers.all(c, c.image == 'alpine:3.20' && c.command == ['sh'])", message: image}
            """
        let body =
            #"{"Image": "alpine:3.20", "Entrypoint": ["sh"], "HostConfig": {"Privileged": true, "PidMode": "host", "CapAdd": ["cap_sys_admin"], "Binds": ["/:/host:rw"]}}"#
        let call =
            #"{"RequestMethod": "POST", "RequestUri": "/v1.43/containers/create?name=x", "RequestHeaders": {"Content-Type": "application/json"}, "RequestBody": "\#(Data(body.utf8).base64EncodedString())"}"#
        var detector = detector(policy)
        let finding = try #require(observe([call], &detector).first)
        #expect(finding.message.contains("hostPID (and 3 more)"))
    }

    @Test("A Docker create's ports have the address and protocol that they are bound to, and SELinux its type")
    func dockerPorts() throws {
        let policy = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: p}
            spec:
              matchConstraints:
                resourceRules:
                - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
              validations:
              - expression: >-
                  object.spec.containers[0].ports.all(p,
                  p.containerPort != 8080 || p.hostPort != 31337 || p.hostIP != '127.0.0.1' || p.protocol != 'TCP')
                message: ports
              - {expression: "object.spec.containers[0].securityContext.seLinuxOptions.type != 'spc_t'", message: type}
            """
        let body =
            #"{"Image": "alpine:3.20", "HostConfig": {"SecurityOpt": ["label=disable"], "PortBindings": {"8080/tcp": [{"HostIp": "127.0.0.1", "HostPort": "31337"}]}}}"#
        let call =
            #"{"RequestMethod": "POST", "RequestUri": "/v1.43/containers/create?name=x", "RequestHeaders": {"Content-Type": "application/json"}, "RequestBody": "\#(Data(body.utf8).base64EncodedString())"}"#
        var detector = detector(policy)
        let finding = try #require(observe([call], &detector).first)
        #expect(finding.message.contains("ports (and 1 more)"), "\(finding.message)")
    }

    // A webhook is shown an equivalent of what was asked for (`admission/v1` AdmissionRequest: requestKind, requestResource); the
    // API server's own policies are asked about what was asked for.
    @Test(
        "A review is about what was asked for, not what the webhook was shown",
        arguments: [("Exact", 0), ("Equivalent", 1)])
    func original(_ matchPolicy: String, _ expected: Int) {
        var detector = detector(
            Self.policy.replacing(
                "    resourceRules:", with: "    matchPolicy: \(matchPolicy)\n    resourceRules:"))
        let review =
            #"{"kind": "AdmissionReview", "apiVersion": "admission.k8s.io/v1", "request": {"uid": "1", "kind": {"group": "apps", "version": "v1", "kind": "Deployment"}, "resource": {"group": "apps", "version": "v1", "resource": "deployments"}, "requestKind": {"group": "extensions", "version": "v1beta1", "kind": "Deployment"}, "requestResource": {"group": "extensions", "version": "v1beta1", "resource": "deployments"}, "name": "web", "namespace": "shop", "operation": "CREATE", "userInfo": {"username": "alice"}, "object": \#(Self.deployment(7))}}"#
        #expect(observe([review], &detector).count == expected)
    }
}
