import Detection
import JSONView
import Rules
import SecurityEvents
import Testing

@testable import Admission

@Suite("The reviewer")
struct AdmissionReviewerTests {
    @Test("An ordinary Pod passes the shipped rules and the restricted standard")
    func ordinary() throws {
        let object = pod(
            context: #"""
                {"allowPrivilegeEscalation":false,"runAsNonRoot":true,"capabilities":{"drop":["ALL"]},\#
                "seccompProfile":{"type":"RuntimeDefault"}}
                """#)
        let reviewer = try shipped(podSecurity: .enforcing(PodSecurity.Policy(.restricted)))
        let decision = reviewer.review(try Review(object: object).request(), until: later)
        #expect(decision.verdict == .allow, "\(decision.summary)")
        #expect(decision.unjudged.isEmpty)
        #expect(decision.id == "705ab4f5-6393-11e8-b7cc-42010a800002")
    }

    @Test("A privileged Pod is refused with rule, field, value, reason and a patch")
    func privileged() throws {
        let request = try Review(object: pod(context: #"{"privileged":true}"#)).request()
        let decision = try shipped().review(request, until: later)
        #expect(decision.verdict == .deny)
        let reason = try #require(decision.reasons.first)
        #expect(reason.ruleName == "privileged-container")
        #expect(reason.mode == .enforce)
        #expect(reason.container == "web")
        #expect(
            reason.fields.contains(
                Evidence(path: "spec.containers[0].securityContext.privileged", value: "true")))
        #expect(
            reason.patch == [
                .init(operation: "replace", path: "/spec/containers/0/securityContext/privileged", value: "false")
            ])
        #expect(reason.message.contains("full privileges"))
    }

    @Test("The same request is refused each time that it comes")
    func again() throws {
        let reviewer = try shipped()
        let request = try Review(object: pod(context: #"{"privileged":true}"#)).request()
        for _ in 0..<3 { #expect(reviewer.review(request, until: later).verdict == .deny) }
    }

    @Test("A template is judged like the Pods it will make", arguments: ["deployments", "replicasets"])
    func template(resource: String) throws {
        let inner = #"{"containers":[{"name":"web","image":"a/b:1","securityContext":{"privileged":true}}]}"#
        let object =
            #"{"apiVersion":"apps/v1","kind":"X","metadata":{"name":"web"},"spec":{"template":{"spec":\#(inner)}}}"#
        let request = try Review(resource: resource, group: "apps", object: object).request()
        #expect(try shipped().review(request, until: later).verdict == .deny)
    }

    @Test("An ephemeral container is judged, and the containers beside it are not judged again")
    func ephemeral() throws {
        func object(_ context: String) -> String {
            pod(
                context: #"{"privileged":true}"#,
                spec: #","ephemeralContainers":[{"name":"debug","image":"a/b:1","securityContext":\#(context)}]"#)
        }
        let old = pod(context: #"{"privileged":true}"#)
        for (context, isRefused) in [(#"{"privileged":true}"#, true), ("{}", false)] {
            let request = try Review(
                operation: "UPDATE", subresource: "ephemeralcontainers", object: object(context), oldObject: old
            ).request()
            let decision = try shipped().review(request, until: later)
            let refused = decision.reasons.filter { $0.mode == .enforce && $0.ruleName == "privileged-container" }
            #expect(refused.isEmpty != isRefused)
            #expect(refused.allSatisfy { $0.container == "debug" })
        }
    }

    // MARK: Updates

    @Test("A label may be changed on what was wrong before; an image may not")
    func updates() throws {
        let old = pod(context: #"{"privileged":true}"#)
        let cases: [(String, Decision.Verdict)] = [
            (pod(context: #"{"privileged":true}"#, labels: #"{"a":"b"}"#), .allow),
            (pod(context: #"{"privileged":true}"#, spec: #","activeDeadlineSeconds":5"#), .warn),
            (pod(image: "registry.k8s.io/other:1.0.0", context: #"{"privileged":true}"#), .deny),
            (pod(context: #"{"privileged":true}"#, spec: #","hostPID":true"#), .deny),
        ]
        for (object, verdict) in cases {
            let request = try Review(operation: "UPDATE", object: object, oldObject: old).request()
            let decision = try shipped().review(request, until: later)
            #expect(decision.verdict == verdict, "\(object): \(decision.summary)")
        }
    }

    // MARK: Not judged

    @Test("A deadline that has passed refuses when the gate fails closed, and lets through when it fails open")
    func deadline() throws {
        for (failure, verdict) in [(GateSettings.Failure.closed, Decision.Verdict.deny), (.open, .warn)] {
            var settings = GateSettings()
            settings.failure = failure
            let decision = try shipped(settings).review(
                try Review(object: pod()).request(), until: ContinuousClock.now - .seconds(1))
            #expect(decision.verdict == verdict)
            #expect(decision.unjudged.map(\.cause) == [.deadline])
        }
    }

    @Test("Fails closed is what a gate does that nobody configured")
    func standard() { #expect(GateSettings().failure == .closed) }

    @Test("A field of a wrong type is not taken for absent")
    func wrongType() throws {
        let request = try Review(object: pod(context: #"{"privileged":"true"}"#)).request()
        let decision = try shipped().review(request, until: later)
        #expect(decision.verdict == .deny)
        #expect(decision.unjudged.first?.cause == .field)
        #expect(decision.unjudged.first?.detail.contains("securityContext.privileged must be a boolean") == true)
    }

    @Test("A creation without its object is refused")
    func missingBody() throws {
        let decision = try shipped().review(try Review(object: "null").request(), until: later)
        #expect(decision.verdict == .deny)
        #expect(decision.unjudged.map(\.cause) == [.body])
    }

    @Test("An enforced rule without an answer refuses; a recorded one does not")
    func failures() throws {
        for (level, verdict) in [("high", Decision.Verdict.deny), ("low", .allow)] {
            let reviewer = try reviewer("event.deploys && 1 / (size(workload.name) - 3) > 0", level: level)
            let decision = reviewer.review(try Review(object: pod()).request(), until: later)
            #expect(decision.verdict == verdict)
            #expect(decision.unjudged.first?.detail.contains("division by zero") ?? false == (level == "high"))
        }
    }

    @Test("More containers than are looked at refuse the request")
    func tooMany() throws {
        let many = (0..<600).map { #"{"name":"c\#($0)","image":"a/b:1"}"# }.joined(separator: ",")
        let object = #"{"metadata":{"name":"web"},"spec":{"containers":[\#(many)]}}"#
        let decision = try shipped().review(try Review(object: object).request(), until: later)
        #expect(decision.verdict == .deny)
        #expect(decision.unjudged.contains { $0.cause == .size })
    }

    // MARK: Policies

    private static let policy = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: team-label}
        spec:
          failurePolicy: Fail
          matchConstraints:
            resourceRules:
            - {apiGroups: [""], apiVersions: [v1], operations: [CREATE], resources: [pods]}
          validations:
          - expression: has(object.metadata.labels) && has(object.metadata.labels.team)
            message: say whose it is
        ---
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicyBinding
        metadata: {name: everywhere}
        spec: {policyName: team-label, validationActions: [ACTION]}
        """

    @Test(
        "A policy does what its binding says",
        arguments: [("Deny", Decision.Verdict.deny), ("Warn", .warn), ("Audit", .allow)])
    func policies(action: String, verdict: Decision.Verdict) throws {
        let reviewer = try reviewer("false", policies: Self.policy.replacing("ACTION", with: action))
        let decision = reviewer.review(try Review(object: pod()).request(), until: later)
        #expect(decision.verdict == verdict)
        #expect(decision.reasons.map(\.ruleName) == ["team-label"])
        #expect(decision.reasons.first?.message.contains("say whose it is") == true)
        let labelled = try Review(object: pod(labels: #"{"team":"shop"}"#)).request()
        #expect(reviewer.review(labelled, until: later).reasons.isEmpty)
    }

    @Test("A mode line about a policy says less than its binding and never more")
    func policyModes() throws {
        for (mode, verdict) in [(Decision.Mode.warn, Decision.Verdict.warn), (.enforce, .warn)] {
            var settings = GateSettings()
            settings.modes.lines.append(.init(mode, rule: "team-label"))
            let reviewer = try reviewer(
                "false", settings: settings,
                policies: Self.policy.replacing("ACTION", with: mode == .warn ? "Deny" : "Warn"))
            #expect(reviewer.review(try Review(object: pod()).request(), until: later).verdict == verdict)
        }
    }

    @Test("A policy that asks for what nobody knows refuses when it would have denied")
    func unknownPolicy() throws {
        let text = Self.policy.replacing("ACTION", with: "Deny").replacing(
            "has(object.metadata.labels) && has(object.metadata.labels.team)",
            with: "has(namespaceObject.metadata.labels.team)")
        let decision = try reviewer("false", policies: text).review(try Review(object: pod()).request(), until: later)
        #expect(decision.verdict == .deny)
        #expect(decision.unjudged.map(\.cause) == [.policy])
    }

    @Test("Pod Security restricted names the missing fields and the patch that adds them")
    func podSecurity() throws {
        let reviewer = try shipped(podSecurity: .enforcing(PodSecurity.Policy(.restricted)))
        let decision = reviewer.review(try Review(object: pod()).request(), until: later)
        #expect(decision.verdict == .deny)
        let reason = try #require(decision.reasons.first { $0.origin == .podSecurity })
        #expect(
            reason.patch.contains(
                .init(
                    operation: "add", path: "/spec/containers/0/securityContext/allowPrivilegeEscalation",
                    value: "false")))
        #expect(
            reason.patch.contains(
                .init(
                    operation: "add", path: "/spec/containers/0/securityContext/capabilities/drop",
                    value: #"["ALL"]"#)))
    }

    // MARK: The gate's own objections

    @Test("An objection of the gate refuses, unless a mode line about it says otherwise")
    func objections() throws {
        for (line, verdict) in [
            (nil, Decision.Verdict.deny), (GateModes.Line(.warn, rule: "gate/two-readings"), .warn),
        ] {
            var settings = GateSettings()
            if let line { settings.modes.lines.append(line) }
            var request = try Review(object: pod()).request()
            request.objections = [.init(rule: "gate/two-readings", message: "HostConfig stands twice")]
            let decision = try shipped(settings).review(request, until: later)
            #expect(decision.verdict == verdict)
            #expect(decision.reasons.first?.origin == .reading)
        }
    }
}
