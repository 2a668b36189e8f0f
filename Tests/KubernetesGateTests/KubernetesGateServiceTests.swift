import Admission
import Gate
import HTTPListener
import JSONView
import PlatformAPIs
import Rules
import SecurityEvents
import Testing

@testable import KubernetesGate

@Suite("The gate of a cluster")
struct KubernetesGateServiceTests {
    @Test("An ordinary Pod passes; the answer repeats the request's name and names the decision")
    func allows() async throws {
        let gate = try TestGate()
        let answer = try gate.ask(Review(object: pod()))
        #expect(answer.status == 200)
        #expect(answer.apiVersion == "admission.k8s.io/v1")
        #expect(answer.kind == "AdmissionReview")
        #expect(answer.uid == "705ab4f5-6393-11e8-b7cc-42010a800002")
        #expect(answer.isAllowed == true)
        #expect(answer.code == nil)
        #expect(answer.annotations["decision"] == "705ab4f5-6393-11e8-b7cc-42010a800002")
        #expect(try await gate.decisions().isEmpty)
    }

    @Test(
        "A privileged Pod is refused with the reason, the field and a patch, and stands in the ledger by the same name")
    func denies() async throws {
        let gate = try TestGate()
        let answer = try gate.ask(Review(object: pod(privileged: true)))
        #expect(answer.status == 200)
        #expect(answer.isAllowed == false)
        #expect(answer.code == 403)
        let message = answer.message
        #expect(message.contains("[privileged-container]"))
        #expect(message.contains("spec.containers[0].securityContext.privileged: true"))
        #expect(message.contains(#""path":"/spec/containers/0/securityContext/privileged","value":false"#))
        let kept = try await gate.decisions()
        #expect(kept.map(\.decision.id) == [answer.annotations["decision"]])
        #expect(kept.first?.request.actor.user == "carol")
    }

    @Test("A gate that is to end is unready and alive, and still answers")
    func ends() async throws {
        let gate = try TestGate()
        let handlers = gate.service.handlers()
        func status(_ path: String) async -> Int {
            await handlers.respond(HTTPRequest(method: "GET", path: path)).status
        }
        #expect(await status("/readyz") == 200)
        handlers.ending()
        #expect(await status("/readyz") == 503)
        #expect(await status("/healthz") == 200)
        #expect(try gate.ask(Review(object: pod())).isAllowed == true)
    }

    @Test("A trial is answered like the request itself and leaves nothing behind")
    func dryRun() async throws {
        let gate = try TestGate()
        let answer = try gate.ask(Review(object: pod(privileged: true), isDryRun: true))
        #expect(answer.isAllowed == false)
        #expect(try await gate.decisions().isEmpty)
    }

    @Test("What a gate only warns about is let through with a warning of one short line")
    func warns() throws {
        var settings = GateSettings()
        settings.modes.ceiling = .warn
        let name = String(repeating: "x", count: 5000)
        let object = pod(privileged: true).replacing("web:1.0.0", with: "\(name)\\n:1")
        let answer = try TestGate(settings: settings).ask(Review(object: object))
        #expect(answer.isAllowed == true)
        let warnings = answer.warnings
        #expect(warnings.contains { $0.contains("[privileged-container]") })
        #expect(warnings.allSatisfy { $0.utf8.count <= 256 && !$0.contains("\n") })
    }

    // MARK: Bodies that are no reviews

    @Test(
        "What is no AdmissionReview is an error, never an answer that allows",
        arguments: [
            "", "{}", "[]", "null", #"{"kind":"AdmissionReview"}"#,
            #"{"apiVersion":"admission.k8s.io/v1beta1","kind":"AdmissionReview","request":{"uid":"u"}}"#,
            Review(object: pod()).json + "x", Review(object: pod(), uid: "").json,
            Review(object: pod()).json.replacing(#""operation":"CREATE""#, with: #""operation":"EXPLODE""#),
            Review(object: pod()).json.replacing(#""resource":"pods""#, with: #""resource":7"#),
            Review(object: pod()).json.replacing(#""object":{"#, with: #""object":{},"object":{"#),
            Review(object: pod()).json.replacing(
                #""privileged":false"#, with: #""privileged":true,"privileged":false"#),
            Review(object: String(repeating: "[", count: 100_000) + String(repeating: "]", count: 100_000)).json,
        ])
    func faults(body: String) throws {
        let answer = try TestGate().service.answer(request(body))
        #expect(answer.status == 400)
        #expect(!answer.body.isEmpty)
        #expect(!String(decoding: answer.body, as: UTF8.self).contains("allowed"))
    }

    @Test(
        "A write without an object is refused",
        arguments: ["pods", "deployments", "secrets", "clusterrolebindings"])
    func noObject(resource: String) throws {
        let answer = try TestGate().ask(Review(resource: resource, object: "null"))
        #expect(answer.isAllowed == false)
        #expect(answer.annotations["unjudged"]?.contains("body") == true)
    }

    // MARK: Deadlines

    @Test("The API server's own patience is the deadline, where it is shorter")
    func patience() throws {
        var options = KubernetesGateService.Options()
        options.deadline = .seconds(600)
        let gate = try TestGate(options: options)
        var late = request(Review(object: pod()).json, query: "timeout=5s")
        late.received = ContinuousClock.now - .seconds(5)
        let answer = try Answered(gate.service.answer(late))
        #expect(answer.isAllowed == false)
        #expect(answer.annotations["unjudged"] == "deadline")
        late.query = "timeout=nonsense"
        let patient = try Answered(gate.service.answer(late))
        #expect(patient.isAllowed == true)
    }

    // MARK: Ways in

    private static let exec =
        #"{"kind":"PodExecOptions","apiVersion":"v1","stdin":true,"container":"web","command":["id"]}"#

    @Test("An exec says what the Pod is, or that nobody knows")
    func exec() async throws {
        let gate = try TestGate()
        var review = Review(operation: "CONNECT", subresource: "exec", object: Self.exec)
        let unknown = try gate.ask(review)
        #expect(unknown.annotations["target"] == "unknown")
        let line = #"{"type":"ADDED","object":\#(pod(privileged: true))}"#
        gate.knowledge.apply(pods: .change(Array(line.utf8)))
        review.uid = "another"
        let known = try gate.ask(review)
        let target = known.annotations["target"]
        #expect(target?.contains("registry.k8s.io/web:1.0.0") == true)
        #expect(try await gate.decisions().last?.request.containers.map(\.name) == ["web"])
    }

    @Test(
        "A command in a container that commands its host is let through with a warning, in one beside it without",
        arguments: [("web", true), ("", true), ("beside", false)])
    func execIntoHost(container: String, isTold: Bool) async throws {
        let gate = try TestGate()
        let two = pod(privileged: true).replacing(
            #""containers":["#, with: #""containers":[{"name":"beside","image":"a/b:1"},"#)
        gate.knowledge.apply(pods: .change(Array(#"{"type":"ADDED","object":\#(two)}"#.utf8)))
        let object = Self.exec.replacing(#""container":"web""#, with: #""container":"\#(container)""#)
        let answer = try gate.ask(Review(operation: "CONNECT", subresource: "exec", object: object))
        #expect(answer.isAllowed == true)
        #expect(answer.warnings.contains { $0.contains("[exec-into-host-container]") } == isTold)
        #expect(answer.annotations["rules"]?.contains("exec-into-host-container=warn") ?? false == isTold)
    }

    @Test("Each way into what runs is written down", arguments: ["exec", "attach", "portforward", "proxy"])
    func connects(part: String) async throws {
        let gate = try TestGate()
        let answer = try gate.ask(
            Review(operation: "CONNECT", subresource: part, object: #"{"kind":"PodOptions","apiVersion":"v1"}"#))
        #expect(answer.isAllowed == true)
        #expect(try await gate.decisions().map(\.request.resource) == ["pods/\(part)"])
    }

    @Test("A command that reads a service account's token is refused")
    func maliciousExec() throws {
        let command = #"["cat","/var/run/secrets/kubernetes.io/serviceaccount/token"]"#
        let object = Self.exec.replacing(#"["id"]"#, with: command)
        let answer = try TestGate().ask(Review(operation: "CONNECT", subresource: "exec", object: object))
        #expect(answer.isAllowed == false)
    }

    @Test("A kubelet that is reached through the API server is refused to a person")
    func nodeProxy() throws {
        let review = Review(
            operation: "CONNECT", resource: "nodes", subresource: "proxy", namespace: "", name: "node-1",
            object: #"{"kind":"NodeProxyOptions","apiVersion":"v1","path":"run/shop/web/web"}"#)
        let answer = try TestGate().ask(review)
        #expect(answer.isAllowed == false)
    }

    // MARK: Recorded, custom, guarded

    @Test("A change of scale is let through and written down")
    func scale() async throws {
        let gate = try TestGate()
        let scale = #"{"kind":"Scale","apiVersion":"autoscaling/v1","spec":{"replicas":50}}"#
        let answer = try gate.ask(
            Review(
                operation: "UPDATE", resource: "deployments", group: "apps", subresource: "scale", object: scale,
                oldObject: scale))
        #expect(answer.isAllowed == true)
        #expect(try await gate.decisions().map(\.request.resource) == ["deployments/scale"])
    }

    @Test("A wrong Deployment may be scaled and labelled in silence; its Pods are refused, whoever makes them")
    func scaled() throws {
        let gate = try TestGate()
        func deployment(_ replicas: Int, _ labels: String = "{}", _ template: String = "{}") -> String {
            #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop","labels":\#(labels)},"spec":"#
                + #"{"replicas":\#(replicas),"template":{"metadata":{"annotations":\#(template)},"spec":{"containers":[{"name":"web","#
                + #""image":"a/b:1","securityContext":{"privileged":true}}]}}}}"#
        }
        func update(_ object: String) throws -> Answered {
            try gate.ask(
                Review(
                    operation: "UPDATE", resource: "deployments", group: "apps", object: object,
                    oldObject: deployment(1)))
        }
        // Nothing that runs is changed: that is no deployment.
        for object in [deployment(50), deployment(1, #"{"a":"b"}"#)] {
            let answer = try update(object)
            #expect(answer.isAllowed == true)
            #expect(answer.warnings.isEmpty)
        }
        // A restart (`kubectl rollout restart`) is one, of what was wrong before.
        let restarted = try update(
            deployment(1, "{}", #"{"kubectl.kubernetes.io/restartedAt":"2026-11-26T12:00:00Z"}"#))
        #expect(restarted.isAllowed == true)
        #expect(restarted.warnings.contains { $0.contains("[privileged-container]") })
        let owner =
            #""namespace":"shop","ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"web-1","uid":"u","controller":true}]"#
        let made = try gate.ask(
            Review(
                user: "system:serviceaccount:kube-system:replicaset-controller",
                object: pod(privileged: true).replacing(#""namespace":"shop""#, with: owner)))
        #expect(made.isAllowed == false)
    }

    @Test("A Pod template stands where the settings say, and is judged like any other")
    func templates() throws {
        let spec =
            #"{"runner":{"pod":{"shape":{"containers":[{"name":"a","image":"b/c:1","securityContext":{"privileged":true}}]}}}}"#
        let object = #"{"kind":"Runner","apiVersion":"ci.example/v1","metadata":{"name":"web"},"spec":\#(spec)}"#
        let place = GateFile.TemplatePlace(
            group: "ci.example", resource: "runners", path: try #require(JSONPath("spec.runner.pod.shape")))
        let review = Review(resource: "runners", group: "ci.example", object: object)
        #expect(try TestGate(templates: [place]).ask(review).isAllowed == false)
        // Kubernetes' own groups are searched only where somebody says so.
        let own = Review(resource: "runners", group: "resource.k8s.io", object: object)
        #expect(try TestGate().ask(own).isAllowed == true)
        let named = GateFile.TemplatePlace(group: "resource.k8s.io", resource: place.resource, path: place.path)
        #expect(try TestGate(templates: [named]).ask(own).isAllowed == false)
    }

    @Test("The gate's own configuration is changed by its guardian and by nobody else")
    func guarded() throws {
        var options = KubernetesGateService.Options()
        options.guarded = ["tallyman-gate"]
        options.guardians = ["system:serviceaccount:tallyman:tallyman-gate"]
        let gate = try TestGate(options: options)
        let object = #"{"kind":"ValidatingWebhookConfiguration","metadata":{"name":"tallyman-gate"},"webhooks":[]}"#
        func isAllowed(_ operation: String, by user: String, name: String = "tallyman-gate") throws -> Bool? {
            let review = Review(
                operation: operation, resource: "validatingwebhookconfigurations",
                group: "admissionregistration.k8s.io", namespace: "", name: name, user: user,
                object: operation == "DELETE" ? "null" : object, oldObject: object)
            return try gate.ask(review).isAllowed
        }
        for operation in ["UPDATE", "DELETE"] {
            #expect(try isAllowed(operation, by: "cluster-admin") == false)
            #expect(try isAllowed(operation, by: "system:serviceaccount:tallyman:tallyman-gate") == true)
            #expect(try isAllowed(operation, by: "cluster-admin", name: "another") == true)
        }
    }

    // MARK: Exemptions and reloads

    @Test("An exemption lets through, is told to who asks and to the audit log, and its use is written down")
    func exemption() async throws {
        let leave = Exemption(
            id: "x-1", subject: .user("carol"), reason: "outage", issuer: "dave", issued: noon,
            expires: noon.adding(seconds: 60))
        let gate = try TestGate(exemptions: [leave])
        let answer = try gate.ask(Review(object: pod(privileged: true)))
        #expect(answer.isAllowed == true)
        #expect(answer.warnings.contains { $0.contains("x-1") })
        #expect(answer.annotations["exemption"] == "x-1")
        #expect(try await gate.decisions().map(\.decision.exemption) == ["x-1"])
    }

    @Test("Rules that are exchanged under load change no answer that they agree on")
    func reloads() async throws {
        let gate = try TestGate()
        let others = gate.service.rules
        let reviews = [false, true].map { request(Review(object: pod(privileged: $0)).json) }
        await withTaskGroup(of: Bool.self) { group in
            for number in 0..<200 {
                group.addTask {
                    let isBad = number.isMultiple(of: 2)
                    let answer = try? Answered(gate.service.answer(reviews[isBad ? 1 : 0]))
                    return answer?.isAllowed == !isBad && answer?.annotations["unjudged"] == nil
                }
                if number.isMultiple(of: 10) { gate.service.exchange(rules: others, templates: []) }
            }
            for await isRight in group { #expect(isRight) }
        }
    }

    @Test("Other rules count from the next request on")
    func reload() throws {
        let gate = try TestGate()
        let review = Review(object: pod(privileged: true))
        #expect(try gate.ask(review).isAllowed == false)
        var settings = GateSettings()
        settings.modes.lines.append(.init(.record))
        gate.service.exchange(rules: GateRules(library: gate.service.rules.library, settings: settings), templates: [])
        #expect(try gate.ask(review).isAllowed == true)
    }
}
