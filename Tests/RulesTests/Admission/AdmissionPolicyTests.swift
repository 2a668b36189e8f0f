import CEL
import JSONView
import Rules
import SecurityEvents
import TestSupport
import Testing

@Suite("ValidatingAdmissionPolicy")
struct AdmissionPolicyTests {
    static let deployment =
        #"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "web", "namespace": "shop"}, "spec": {"replicas": 7, "template": {"spec": {"containers": [{"name": "c", "image": "nginx"}]}}}}"#
    static let pod =
        #"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p1", "namespace": "shop", "labels": {"app": "x"}}, "spec": {"containers": [{"name": "c", "image": "nginx:1.2"}]}}"#

    @Test("A refusal is worded as the API server words it")
    func wording() throws {
        let fixture = PolicyFixture(policy("validations:\n- expression: \"object.spec.replicas <= 5\""))
        let verdict = try #require(try fixture.verdicts(Self.deployment).first)
        #expect(verdict.outcome == .violated)
        #expect(
            verdict.denialMessage
                == "ValidatingAdmissionPolicy 'p' with binding 'b' denied request: failed expression: object.spec.replicas <= 5"
        )
        #expect(verdict.failures.first?.reason == "Invalid")
    }

    @Test(
        "The message is the expression's, the policy's own, or the failed expression",
        arguments: [
            ("message: ' too many '", "too many"),
            ("messageExpression: \"'has ' + string(object.spec.replicas)\"\n  message: other", "has 7"),
            ("messageExpression: \"object.spec.nothing + 'x'\"\n  message: other", "other"),
            ("messageExpression: \"'two\\\\nlines'\"\n  message: other", "other"),
            ("messageExpression: \"'  '\"", "failed expression: object.spec.replicas <= 5"),
        ])
    func messages(_ spec: String, _ expected: String) throws {
        let fixture = PolicyFixture(
            policy("validations:\n- expression: \"object.spec.replicas <= 5\"\n  \(spec)\n  reason: Forbidden"))
        let failure = try #require(try fixture.verdicts(Self.deployment).first?.failures.first)
        #expect(failure.message == expected)
        #expect(failure.reason == "Forbidden")
        #expect(PolicyVerdict.statusCode(of: failure.reason) == 403)
    }

    @Test("An expression that fails is a refusal under Fail, and passed over under Ignore")
    func failurePolicies() throws {
        let spec = "validations:\n- expression: \"object.spec.nothing == 1\""
        let failing = try #require(try PolicyFixture(policy(spec)).verdicts(Self.pod).first)
        #expect(failing.failures.first?.kind == .error)
        #expect(
            failing.failures.first?.message
                == "expression 'object.spec.nothing == 1' resulted in error: no such key: nothing")
        let ignoring = try #require(
            try PolicyFixture(policy(spec + "\nfailurePolicy: Ignore")).verdicts(Self.pod).first)
        #expect(ignoring.outcome == .passed)
        #expect(ignoring.ignoredErrors.count == 1)
    }

    @Test("Variables are made once, in order, and only when they are asked for")
    func variables() throws {
        let spec = """
            variables:
            - {name: broken, expression: "object.spec.nothing"}
            - {name: images, expression: "object.spec.containers.map(c, c.image)"}
            - {name: count, expression: "variables.images.size()"}
            validations:
            - {expression: "variables.count == 1"}
            - {expression: "variables.broken == 1 || true"}
            """
        #expect(try PolicyFixture(policy(spec)).verdicts(Self.pod).first?.outcome == .passed)
    }

    @Test("A match condition that is false takes the request out; one that fails counts only when none is false")
    func matchConditions() throws {
        func outcome(_ conditions: String) throws -> PolicyVerdict? {
            try PolicyFixture(policy("matchConditions:\n\(conditions)\nvalidations:\n- {expression: \"false\"}"))
                .verdicts(Self.pod).first
        }
        let failing = "- {name: a, expression: \"object.spec.nothing == 1\"}"
        #expect(try outcome("- {name: n, expression: \"false\"}") == nil)
        #expect(try outcome(failing + "\n- {name: n, expression: \"false\"}") == nil)
        #expect(try outcome(failing)?.failures.first?.kind == .error)
        #expect(try outcome("- {name: y, expression: \"true\"}")?.failures.first?.kind == .violation)
    }

    @Test("Actions say what a violation does")
    func actions() throws {
        let text = policy("validations:\n- {expression: \"false\", message: no}")
        let warned = PolicyFixture(text.replacing("[Deny]", with: "[Warn, Audit]"))
        let verdict = try #require(try warned.verdicts(Self.pod).first)
        #expect(verdict.outcome == .violated)
        #expect(!verdict.denies)
        #expect(verdict.warnings == ["Validation failed for ValidatingAdmissionPolicy 'p' with binding 'b': no"])
    }

    @Test("Without a binding nothing is in force, unless it is asked what would be")
    func unbound() throws {
        let text = String(policy("validations:\n- {expression: \"false\"}").prefix { $0 != "-" || true })
            .split(separator: "---")[0]
        let ignored = PolicyFixture(String(text))
        #expect(try ignored.verdicts(Self.pod).isEmpty)
        #expect(ignored.set.unboundPolicies.map(\.name) == ["p"])
        #expect(try PolicyFixture(String(text), unbound: .deny).verdicts(Self.pod).first?.denies == true)
    }

    @Test("The request, the namespace and the user are what the API server shows")
    func requestVariables() throws {
        let spec = """
            validations:
            - {expression: "request.operation == 'CREATE' && request.kind.kind == 'Pod' && request.resource.resource == 'pods'"}
            - {expression: "request.namespace == 'shop' && request.name == 'p1' && request.dryRun == false"}
            - {expression: "request.userInfo.username == 'alice' && 'dev' in request.userInfo.groups"}
            - {expression: "!has(request.subResource) && !has(request.userInfo.uid)"}
            - {expression: "oldObject == null"}
            - {expression: "namespaceObject.metadata.labels.env == 'prod'"}
            - {expression: "namespaceObject.metadata.creationTimestamp > timestamp('2020-01-01T00:00:00Z')"}
            """
        let namespace = """
            ---
            apiVersion: v1
            kind: Namespace
            metadata: {name: shop, labels: {env: prod}, creationTimestamp: "2024-05-01T00:00:00Z"}
            """
        let verdict = try #require(try PolicyFixture(policy(spec) + namespace).verdicts(Self.pod).first)
        #expect(verdict.failures == [])
        #expect(verdict.outcome == .passed)
    }

    @Test("What nobody knows is unknown, not allowed")
    func unknowns() throws {
        let asks = [
            "namespaceObject.metadata.labels.env == 'prod'", "has(namespaceObject.metadata.annotations)",
            "namespaceObject.metadata.?annotations[?'x'].hasValue()", "has(namespaceObject.spec.finalizers)",
            "authorizer.group('').resource('pods').check('list').allowed()",
        ]
        for expression in asks {
            let fixture = PolicyFixture(policy("validations:\n- expression: \"\(expression)\""))
            let verdict = try #require(try fixture.verdicts(Self.pod).first)
            #expect(verdict.outcome == .unknown)
            #expect(!verdict.unknowns.isEmpty)
        }
        let fixture = PolicyFixture(policy("validations:\n- expression: \"object.spec.x == 1\""))
        let verdict = try #require(try fixture.verdicts(Self.pod) { $0.object = .unknown("cut") }.first)
        #expect(verdict.outcome == .unknown)
        #expect(verdict.unknowns == ["object: cut"])
    }

    @Test("Of a Namespace that is not in the inventory the name is known")
    func namespaceName() throws {
        for (name, outcome) in [("shop", PolicyVerdict.Outcome.passed), ("other", .violated)] {
            let asked = "has(namespaceObject.metadata.name) && namespaceObject.metadata.name == '\(name)'"
            let fixture = PolicyFixture(policy("validations:\n- expression: \"\(asked)\""))
            #expect(try fixture.verdicts(Self.pod).map(\.outcome) == [outcome])
        }
    }

    @Test("A violation stands whatever else is not known")
    func violationAndUnknown() throws {
        let fixture = PolicyFixture(
            policy(
                "validations:\n- {expression: \"namespaceObject.metadata.labels.a == 'x'\"}\n- {expression: \"false\"}")
        )
        let verdict = try #require(try fixture.verdicts(Self.pod).first)
        #expect(verdict.outcome == .violated)
        #expect(!verdict.unknowns.isEmpty)
    }

    @Test("Audit annotations are collected under the policy's keys")
    func auditAnnotations() throws {
        let spec = """
            auditAnnotations:
            - {key: name, valueExpression: "'n=' + object.metadata.name"}
            - {key: none, valueExpression: "object.metadata.name == 'x' ? 'y' : ''"}
            """
        let verdict = try #require(try PolicyFixture(policy(spec)).verdicts(Self.pod).first)
        #expect(verdict.auditAnnotations == ["name": "n=p1"])
    }

    @Test("All expressions of a policy have one budget")
    func budget() throws {
        let many = (0..<14).map { _ in
            "- expression: \"[0,1,2,3,4,5,6,7,8,9].all(a, [0,1,2,3,4,5,6,7,8,9].all(b, [0,1,2,3,4,5,6,7,8,9].all(c, [0,1,2,3,4,5,6,7,8,9].all(d, [0,1,2,3,4,5,6,7,8,9].all(e, a + b + c + d + e >= 0)))))\""
        }
        let verdict = try #require(
            try PolicyFixture(policy("validations:\n" + many.joined(separator: "\n"))).verdicts(Self.pod).first)
        #expect(
            verdict.failures.contains {
                $0.message.contains("cost limit exceeded") || $0.message.contains("running out of cost budget")
            })
    }

    @Test("Objects that are deleted are seen as they were")
    func deletion() throws {
        let spec = "validations:\n- {expression: \"object == null && oldObject.metadata.name != 'p1'\"}"
        let fixture = PolicyFixture(policy(spec).replacing("[CREATE, UPDATE]", with: "[DELETE]"))
        let verdict = try fixture.verdicts(Self.pod) {
            $0.operation = .delete
            $0.oldObject = $0.object
            $0.object = .none
        }
        #expect(verdict.first?.outcome == .violated)
    }
}
