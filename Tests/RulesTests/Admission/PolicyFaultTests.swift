import Rules
import SecurityEvents
import TestSupport
import Testing

/// A faulty file and what is said about it.
struct PolicyFault: CustomTestStringConvertible {
    let name: String
    let text: String
    let expected: String
    var testDescription: String { name }
}

@Suite("Faults of policies")
struct PolicyFaultTests {
    private static let faults: [PolicyFault] = [
        PolicyFault(
            name: "an unknown function", text: policy("validations:\n- expression: object.spec.foo.bar(1)"),
            expected: "policy.yaml:9:36: error: undeclared reference to 'bar' (in container '')"),
        PolicyFault(
            name: "a type that is no truth", text: policy("validations:\n- expression: \"'a'\""),
            expected: "policy.yaml:9:17: error: a validation must evaluate to bool, this is string"),
        PolicyFault(
            name: "an unknown key", text: policy("validation:\n- expression: \"true\""),
            expected: "policy.yaml:8:3: error: the spec has no key 'validation'; did you mean 'validations'?"),
        PolicyFault(
            name: "params without a kind", text: policy("validations:\n- expression: params.x == 1"),
            expected: "policy.yaml:9:17: error: undeclared reference to 'params' (in container '')"),
        PolicyFault(
            name: "a message that asks who may",
            text: policy(
                "validations:\n- expression: \"true\"\n  messageExpression: \"string(authorizer.group('').resource('pods').check('get').allowed())\""
            ),
            expected: "policy.yaml:10:24: error: 'messageExpression' cannot use 'authorizer'"),
        PolicyFault(
            name: "a policy that changes objects",
            text:
                "apiVersion: admissionregistration.k8s.io/v1beta1\nkind: MutatingAdmissionPolicy\nmetadata: {name: m}\nspec: {}\n",
            expected:
                "policy.yaml:2:7: error: a MutatingAdmissionPolicy changes objects and refuses none: there is nothing to find with it; write what must hold as a ValidatingAdmissionPolicy"
        ),
        PolicyFault(
            name: "Deny and Warn",
            text:
                "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: m}\nspec: {policyName: p, validationActions: [Deny, Warn]}\n",
            expected: "policy.yaml:4:42: error: 'Deny' and 'Warn' may not be used together"),
        PolicyFault(
            name: "an operation that does not exist",
            text: policy("validations:\n- {expression: \"true\"}").replacing("CREATE, UPDATE", with: "CREATED"),
            expected:
                "policy.yaml:7:62: error: 'CREATED' is no operation; it is one of CREATE, UPDATE, DELETE, CONNECT, *; did you mean 'CREATE'?"
        ),
        PolicyFault(
            name: "Rego",
            text: """
                apiVersion: templates.gatekeeper.sh/v1
                kind: ConstraintTemplate
                metadata: {name: k}
                spec:
                  crd: {spec: {names: {kind: K}}}
                  targets:
                  - target: admission.k8s.gatekeeper.sh
                    rego: package k
                """,
            expected:
                "policy.yaml:7:5: error: the template is in Rego only; only the engine K8sNativeValidation (CEL) is read"
        ),
        PolicyFault(
            name: "Kyverno's questions to a registry",
            text: """
                apiVersion: policies.kyverno.io/v1
                kind: ValidatingPolicy
                metadata: {name: k}
                spec:
                  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}
                  validations:
                  - expression: image.GetMetadata('x').config == null
                """,
            expected:
                "policy.yaml:7:17: error: undeclared reference to 'image' (in container ''): what asks a registry, a server or a clock is not supported; use resource.Get of what the inventory has"
        ),
        PolicyFault(
            name: "Kyverno's policies that delete",
            text:
                "apiVersion: kyverno.io/v2\nkind: ClusterCleanupPolicy\nmetadata: {name: k}\nspec: {schedule: '* * * * *'}\n",
            expected:
                "policy.yaml:2:7: error: objects of Kyverno's kind ClusterCleanupPolicy refuse nothing by an object's content alone; only ClusterPolicy and Policy with 'validate.cel', and ValidatingPolicy, are read"
        ),
        PolicyFault(
            name: "a function that the API server has only where objects are changed",
            text: """
                apiVersion: admissionregistration.k8s.io/v1
                kind: ValidatingAdmissionPolicy
                metadata: {name: k}
                spec:
                  matchConstraints: {resourceRules: [{apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}]}
                  validations:
                  - expression: jsonpatch.escapeKey('a/b') == 'x'
                """,
            expected: "policy.yaml:7:17: error: undeclared reference to 'jsonpatch' (in container '')"),
        PolicyFault(
            name: "Kyverno's patterns",
            text: """
                apiVersion: kyverno.io/v1
                kind: ClusterPolicy
                metadata: {name: k}
                spec:
                  rules:
                  - name: r
                    match: {any: [{resources: {kinds: [Pod]}}]}
                    validate: {pattern: {}}
                """,
            expected: "policy.yaml:8:15: error: only 'validate.cel' is read; write the condition as a CEL expression"),
    ]

    @Test("Each fault is told with its place, its reason and what to write instead", arguments: Self.faults)
    func fault(_ fault: PolicyFault) {
        let files = PolicyFiles([RuleFile(name: "policy.yaml", path: "policy.yaml", text: fault.text)])
        #expect(files.diagnostics.map(\.description).first == fault.expected)
    }

    @Test("A faulty document does not take the others with it")
    func others() {
        let text =
            policy("validations:\n- {expression: \"true\"}") + "\n---\nfoo: [\n---\n"
            + policy("validations:\n- {expression: \"1\"}", name: "q")
        let files = PolicyFiles([RuleFile(name: "policy.yaml", path: "policy.yaml", text: text)])
        #expect(files.policies.map(\.name) == ["p"])
        #expect(files.diagnostics.count == 2)
    }

    @Test(
        "Hostile files end in diagnostics",
        arguments: [
            String(repeating: "[", count: 100_000), String(repeating: "- ", count: 50_000),
            "a: &a [x]\nb: [*a, *a]", "apiVersion: v1", "kind: Pod\napiVersion: 3\nmetadata: []",
            "\u{0}\u{1}", "---\n---\n---", "{\"apiVersion\": \"v1\", \"kind\": \"List\", \"items\": 3}",
        ])
    func hostile(_ text: String) {
        _ = PolicyFiles([RuleFile(name: "policy.yaml", path: "policy.yaml", text: text)])
    }
}
