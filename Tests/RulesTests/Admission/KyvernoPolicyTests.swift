import JSONView
import Rules
import TestSupport
import SecurityEvents
import Testing

@Suite("Kyverno's policies in CEL")
struct KyvernoPolicyTests {
    private static let cluster = """
        apiVersion: kyverno.io/v1
        kind: ClusterPolicy
        metadata: {name: no-host-pid}
        spec:
          validationFailureAction: Enforce
          rules:
          - name: host
            match: {any: [{resources: {kinds: [Pod], operations: [CREATE]}}]}
            exclude: {any: [{resources: {namespaces: ["kube-*"]}}]}
            celPreconditions:
            - {name: labelled, expression: "object.metadata.?labels.app.orValue('') != 'skip'"}
            validate:
              cel:
                expressions:
                - {expression: "!has(object.spec.hostPID) || !object.spec.hostPID", message: "no hostPID"}
        """

    private static func pod(_ spec: String = #""hostPID": true"#, namespace: String = "shop", labels: String = "{}")
        -> String
    {
        #"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "namespace": "\#(namespace)", "labels": \#(labels)}, "spec": {\#(spec)}}"#
    }

    private static func templated(
        _ kind: String, _ apiVersion: String = "apps/v1", _ spec: String = #""hostPID": true"#
    ) -> String {
        #"{"apiVersion": "\#(apiVersion)", "kind": "\#(kind)", "metadata": {"name": "w", "namespace": "shop"}, "spec": {"template": {"spec": {\#(spec)}}}}"#
    }

    @Test("A rule about Pods is asked of Pods, and of what makes them")
    func autogen() throws {
        let fixture = PolicyFixture(Self.cluster)
        let verdict = try #require(try fixture.verdicts(Self.pod()).first)
        #expect(verdict.denialMessage == "ClusterPolicy no-host-pid/host: no hostPID")
        for (kind, version) in [("Deployment", "apps/v1"), ("Job", "batch/v1"), ("DaemonSet", "apps/v1")] {
            #expect(try fixture.verdicts(Self.templated(kind, version)).first?.rule == "autogen-host")
        }
        let cronJob =
            #"{"apiVersion": "batch/v1", "kind": "CronJob", "metadata": {"name": "w", "namespace": "shop"}, "spec": {"jobTemplate": {"spec": {"template": {"spec": {"hostPID": true}}}}}}"#
        #expect(try fixture.verdicts(cronJob).map(\.rule) == ["autogen-cronjob-host"])
        #expect(try fixture.verdicts(Self.templated("Deployment", "apps/v1", "")).map(\.outcome) == [.passed])
    }

    @Test("Exclusions and preconditions take a request out")
    func exclusions() throws {
        let fixture = PolicyFixture(Self.cluster)
        #expect(try fixture.verdicts(Self.pod(namespace: "kube-system")).isEmpty)
        #expect(try fixture.verdicts(Self.pod(labels: #"{"app": "skip"}"#)).isEmpty)
        #expect(try fixture.verdicts(Self.pod()) { $0.operation = .update }.isEmpty)
    }

    @Test(
        "Selectors of labels may have wildcards",
        arguments: [
            ("{matchLabels: {app: 'w*'}}", true), ("{matchLabels: {'a*': '?eb'}}", true),
            ("{matchLabels: {app: 'x*'}}", false), ("{matchLabels: {'b*': '*'}}", false),
            ("{matchLabels: {app: web}, matchExpressions: [{key: app, operator: Exists}]}", true),
        ])
    func wildcardLabels(selector: String, matches: Bool) throws {
        let text = Self.cluster.replacing(
            "{kinds: [Pod], operations: [CREATE]}", with: "{kinds: [Pod], selector: \(selector)}")
        #expect(
            try PolicyFixture(text).verdicts(Self.pod(labels: #"{"app": "web"}"#)).isEmpty == !matches)
    }

    @Test("The annotation turns the made rules off")
    func noAutogen() throws {
        let text = Self.cluster.replacing(
            "metadata: {name: no-host-pid}",
            with: "metadata: {name: no-host-pid, annotations: {pod-policies.kyverno.io/autogen-controllers: none}}")
        #expect(try PolicyFixture(text).verdicts(Self.templated("Deployment")).isEmpty)
    }

    private static let validating = """
        apiVersion: policies.kyverno.io/v1
        kind: ValidatingPolicy
        metadata: {name: no-host-pid}
        spec:
          validationActions: [Audit]
          matchConstraints:
            resourceRules:
            - {apiGroups: [""], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods]}
          variables:
          - {name: shares, expression: "has(object.spec.hostPID) && object.spec.hostPID"}
          validations:
          - {expression: "!variables.shares", messageExpression: "'no hostPID in ' + object.metadata.name"}
        """

    @Test("A ValidatingPolicy about Pods is asked of what makes Pods; names stay those of the whole object")
    func validatingPolicy() throws {
        let fixture = PolicyFixture(Self.validating)
        #expect(try fixture.verdicts(Self.pod()).first?.failures.first?.message == "no hostPID in p")
        let deployed = try #require(try fixture.verdicts(Self.templated("Deployment")).first)
        #expect(deployed.failures.first?.message == "no hostPID in w")
        #expect(!deployed.denies, "it is only audited")
    }

    private static func exception(_ more: String, kind: String = "ValidatingPolicy") -> String {
        """

        ---
        apiVersion: policies.kyverno.io/v1
        kind: PolicyException
        metadata: {name: e}
        spec:
          policyRefs: [{name: no-host-pid, kind: \(kind)}]
          \(more)
        """
    }

    @Test("Exceptions take a request out of a policy")
    func exceptions() throws {
        let fixture = PolicyFixture(
            Self.validating
                + Self.exception("matchConditions: [{name: ns, expression: \"object.metadata.namespace == 'shop'\"}]"))
        #expect(try fixture.verdicts(Self.pod()).isEmpty)
        #expect(try fixture.verdicts(Self.pod(namespace: "other")).first?.outcome == .violated)
    }

    // "Once expired, the exception will no longer be applied to incoming requests" (kyverno/api, PolicyExceptionSpec).
    @Test(
        "An exception ends when it says, and is for a policy of the kind that it names",
        arguments: [
            ("expiresAt: '2026-05-01T00:00:00Z'", "ValidatingPolicy", Int64(1_777_593_600), nil),
            ("expiresAt: '2026-05-01T00:00:00Z'", "ValidatingPolicy", 1_777_593_601, .violated),
            ("expiresAt: '2026-05-01T00:00:00Z'", "ValidatingPolicy", nil, .unknown),
            ("properties: {ticket: A-1}", "ValidatingPolicy", nil, nil),
            ("properties: {ticket: A-1}", "ImageValidatingPolicy", nil, PolicyVerdict.Outcome.violated),
        ])
    func expiry(_ more: String, _ kind: String, _ time: Int64?, _ expected: PolicyVerdict.Outcome?) throws {
        let verdicts = try PolicyFixture(Self.validating + Self.exception(more, kind: kind)).verdicts(Self.pod()) {
            $0.time = time.flatMap { Timestamp(seconds: $0) }
        }
        #expect(verdicts.first?.outcome == expected)
    }

    @Test("A moment that is none is refused where it stands")
    func badExpiry() {
        let text =
            "apiVersion: policies.kyverno.io/v1\nkind: PolicyException\nmetadata: {name: e}\nspec:\n  policyRefs: [{name: p, kind: ValidatingPolicy}]\n  expiresAt: next week\n"
        #expect(
            PolicyFixture(text).files.diagnostics.map(\.description) == [
                "policy.yaml:6:14: error: 'next week' is no moment of RFC 3339"
            ])
    }

    // pkg/cel/policies/vpol/compiler/policy.go judges the match conditions before it has variables.
    @Test("A ValidatingPolicy's match conditions have no variables")
    func conditionsWithoutVariables() {
        let text = Self.validating.replacing(
            "  validations:", with: "  matchConditions: [{name: c, expression: \"variables.shares\"}]\n  validations:")
        #expect(text != Self.validating)
        let faults = PolicyFixture(text).files.diagnostics.map(\.message)
        #expect(
            faults.first
                == "undeclared reference to 'variables' (in container ''): match conditions are judged before there are variables; write the variable's expression here"
        )
    }

    @Test("A ValidatingPolicy's rule that names no versions is about all of them")
    func versions() throws {
        let text = Self.validating.replacing("apiVersions: [v1], ", with: "")
        #expect(text != Self.validating)
        #expect(try PolicyFixture(text).verdicts(Self.pod()).map(\.outcome) == [.violated])
    }

    @Test("Exceptions that name images and values let the policy look for them")
    func allowances() throws {
        let text = Self.validating.replacing(
            "\"!variables.shares\"",
            with: "\"object.spec.image in exceptions.allowedImages && 'v' in exceptions.allowedValues\"")
        let exception = """

            ---
            apiVersion: policies.kyverno.io/v1
            kind: PolicyException
            metadata: {name: e}
            spec:
              policyRefs: [{name: no-host-pid, kind: ValidatingPolicy}]
              images: ["it's"]
              allowedValues: [v]
              matchConditions: [{name: ns, expression: "object.metadata.namespace == 'shop'"}]
            """
        let fixture = PolicyFixture(text + exception)
        let spec = #""image": "it's""#
        #expect(try fixture.verdicts(Self.pod(spec)).map(\.outcome) == [.passed])
        #expect(try fixture.verdicts(Self.pod(spec, namespace: "other")).map(\.outcome) == [.violated])
        #expect(try PolicyFixture(text).verdicts(Self.pod(spec)).map(\.outcome) == [.violated])
    }

    @Test("resource.Get asks the inventory, and is unknown where nobody knows")
    func resources() throws {
        let text = Self.validating.replacing(
            "\"!variables.shares\"",
            with: "\"object.metadata.name in resource.Get('v1', 'configmaps', 'conf', 'names').data.names.split(',')\"")
        let map =
            "\n---\napiVersion: v1\nkind: ConfigMap\nmetadata: {name: names, namespace: conf}\ndata: {names: 'a,p'}\n"
        #expect(try PolicyFixture(text + map).verdicts(Self.pod()).first?.outcome == .passed)
        #expect(try PolicyFixture(text, isComplete: false).verdicts(Self.pod()).first?.outcome == .unknown)
        #expect(try PolicyFixture(text).verdicts(Self.pod()).first?.failures.first?.kind == .error)
    }

    @Test(
        "Functions of Kyverno's libraries give what its documentation says",
        arguments: [
            "image('nginx:latest').registry() == 'index.docker.io'",
            "yaml.parse('a: {b: [1, yes]}').a.b == [dyn(1), dyn(true)]",
            "image('nginx:latest').repository() == 'library/nginx'",
            "parseImageReference('nginx').tag() == 'latest' && image('nginx').identifier() == 'latest'",
            "image('registry.example.com:5000/a/b').registry() == 'registry.example.com:5000'",
            "image('registry.example.com:5000/a/b').tag() == 'latest'",
            "image('docker.io/shop/web:1').repository() == 'shop/web'",
            "image('docker.io/shop/web:1').registry() == 'index.docker.io'",
            "image('localhost/web').registry() == 'localhost'",
            "!image('ghcr.io/a/b:1').containsDigest() && image('ghcr.io/a/b:1').digest() == ''",
            "image('a/b:1@sha256:' + sha256('x')).containsDigest()",
            // Of a reference with both, go-containerregistry keeps the digest.
            "image('a/b:1@sha256:' + sha256('x')).identifier() == 'sha256:' + sha256('x')",
            "image('a/b:1@sha256:' + sha256('x')).tag() == ''",
            "image('a/b@sha256:' + sha256('x')).tag() == ''",
            "isImage('nginx:1.2') && !isImage('Nginx') && !isImage('nginx:1:2/') && !isImage('a@sha256:12')",
            "[object.spec.image].map(i, image(i)).all(i, i.registry() == 'ghcr.io')",
            // The digests of "abc" of RFC 1321 and FIPS 180-4.
            "md5('abc') == '900150983cd24fb0d6963f7d28e17f72'",
            "hash.sha1('abc') == 'a9993e364706816aba3e25717850c26c9cd0d89d'",
            "sha256('abc') == 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad'",
            "json.unmarshal('{\"count\": 5, \"list\": [true, null]}').count == 5",
            "json.unmarshal('[1, {\"a\": \"b\"}]')[1].a == 'b'",
            "math.round(10.125, 2) == 10.13 && math.round(12345.6789, -2) == 12300.0",
            "listObjToMap([{'id': 'x'}, {'id': 'y'}], [{'val': 1}, {'val': 2}], 'id', 'val') == {'x': 1, 'y': 2}",
            "listObjToMap(object.spec.env, object.spec.env, 'name', 'value')['KEY'] == '123'",
            "resource.List('v1', 'configmaps', 'conf', {'env': 'pod'}).items.size() == 1",
            "resource.List('v1', 'configmaps', 'conf').items.size() == 2",
            // Extensions of the language that Kyverno has and an API server has not.
            "base64.encode(b'hello') == 'aGVsbG8=' && base64.decode('aGVsbG8=') == b'hello'",
            "math.greatest(1, 2) == 2 && math.least([3, 2]) == 2 && cel.bind(x, 1, x + 1) == 2",
        ])
    func functions(expression: String) throws {
        let text =
            Self.validating.replacing(
                "\"!variables.shares\"", with: "\"" + expression.replacing("\"", with: "\\\"") + "\"") + """

                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: one, namespace: conf, labels: {env: pod}}
                ---
                apiVersion: v1
                kind: ConfigMap
                metadata: {name: two, namespace: conf, labels: {env: other}}
                """
        let pod = Self.pod(#""image": "ghcr.io/a/b:1", "env": [{"name": "KEY", "value": "123"}]"#)
        let verdict = try #require(try PolicyFixture(text).verdicts(pod).first)
        #expect(verdict.outcome == .passed, "\(verdict.failures.map(\.message))")
    }

    @Test("What is no image reference and no JSON is an error of the policy, told")
    func functionErrors() throws {
        for expression in ["image('A').registry() == ''", "json.unmarshal('{').a == 1"] {
            let text = Self.validating.replacing("!variables.shares", with: expression)
            #expect(try PolicyFixture(text).verdicts(Self.pod()).first?.failures.first?.kind == .error)
        }
    }

    @Test(
        "Wildcards and kinds",
        arguments: [
            ("Pod", true), ("*", true), ("v1/Pod", true), ("*/Pod", true), ("Po?", true), ("apps/v1/Deployment", false),
            ("Pod/exec", false), ("Pod*", true), ("v2/Pod", false),
        ])
    func kinds(_ kind: String, matches: Bool) throws {
        let text = Self.cluster.replacing("kinds: [Pod]", with: "kinds: ['\(kind)']")
        #expect(try PolicyFixture(text).verdicts(Self.pod()).isEmpty == !matches)
    }
}
