import Rules
import SecurityEvents
import Testing

/// A policy or binding and what the API server would refuse of it; nothing where it is taken.
struct PolicyLimit: CustomTestStringConvertible {
    let name: String
    let text: String
    let expected: [String]
    var testDescription: String { name }

    init(_ name: String, _ text: String, _ expected: String...) {
        self.name = name
        self.text = text
        self.expected = expected
    }
}

/// What stands in `k8s.io/kubernetes/pkg/apis/admissionregistration/validation/validation.go`, function by function.
@Suite("What the API server refuses of policies and bindings")
struct PolicyLimitTests {
    private static func rules(_ rule: String, spec: String = "validations: [{expression: 'true'}]") -> String {
        """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: p}
        spec:
          matchConstraints:
            resourceRules:
            - \(rule)
          \(spec)
        """
    }

    private static func binding(_ spec: String) -> String {
        "apiVersion: admissionregistration.k8s.io/v1\nkind: ValidatingAdmissionPolicyBinding\nmetadata: {name: b}\n"
            + "spec: {\(spec)}\n"
    }

    private static let pods = "{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods]}"

    private static func annotations(_ count: Int) -> String {
        "auditAnnotations: ["
            + (0..<count).map { "{key: k\($0), valueExpression: \"'v'\"}" }.joined(separator: ", ") + "]"
    }

    private static func conditions(_ count: Int) -> String {
        "matchConditions: ["
            + (0..<count).map { "{name: c\($0), expression: 'true'}" }.joined(separator: ", ")
            + "]\n  validations: [{expression: 'true'}]"
    }

    /// A part of an RFC 1123 message, for tests of where it is said.
    private static let qualifiedName =
        "name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an "
        + "alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is "
        + "'([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')"

    private static let cases: [PolicyLimit] = [
        // validateMatchConditions, validateMatchCondition, validateMatchConditionsExpression
        PolicyLimit(
            "a match condition that uses a variable",
            rules(
                pods,
                spec:
                    "variables: [{name: n, expression: object.metadata.name}]\n  matchConditions: [{name: c, expression: variables.n == 'x'}]\n  validations: [{expression: 'true'}]"
            ),
            "policy.yaml:9:43: error: undeclared reference to 'variables' (in container ''): match conditions are judged before there are variables; write the variable's expression here"
        ),
        PolicyLimit(
            "a match condition that asks who may",
            rules(
                pods,
                spec:
                    "matchConditions: [{name: c, expression: \"authorizer.group('').resource('pods').check('get').allowed()\"}]\n  validations: [{expression: 'true'}]"
            )),
        PolicyLimit("64 match conditions", rules(pods, spec: conditions(64))),
        PolicyLimit(
            "65 match conditions", rules(pods, spec: conditions(65)),
            "policy.yaml:8:20: error: 65 match conditions; the API server takes 64: join some with '&&'"),
        PolicyLimit(
            "two match conditions with one name",
            rules(
                pods,
                spec:
                    "matchConditions: [{name: c, expression: 'true'}, {name: c, expression: 'true'}]\n  validations: [{expression: 'true'}]"
            ), "policy.yaml:8:59: error: there is a match condition 'c' already"),
        PolicyLimit(
            "a match condition's name",
            rules(
                pods,
                spec:
                    "matchConditions: [{name: 'no exec', expression: 'true'}]\n  validations: [{expression: 'true'}]"),
            "policy.yaml:8:28: error: the name 'no exec': \(qualifiedName)"),
        PolicyLimit(
            "a match condition's name with a domain",
            rules(
                pods,
                spec:
                    "matchConditions: [{name: example.com/no-exec, expression: 'true'}]\n  validations: [{expression: 'true'}]"
            )),
        // validateVariable, isCELIdentifier
        PolicyLimit(
            "a variable called as a word of the language",
            rules(
                pods,
                spec:
                    "variables: [{name: namespace, expression: object.metadata.namespace}]\n  validations: [{expression: 'true'}]"
            ),
            "policy.yaml:8:22: error: 'namespace' is a reserved word of CEL, which the API server takes for no variable; give it another name"
        ),
        // validateValidation
        PolicyLimit(
            "a message in lines",
            rules(pods, spec: "validations:\n  - expression: 'true'\n    message: |\n      one\n      two"),
            "policy.yaml:10:14: error: 'message' has line breaks, which the API server refuses; fold it with '>-' instead of '|'"
        ),
        PolicyLimit(
            "a message whose only line break ends it",
            rules(pods, spec: "validations:\n  - expression: 'true'\n    message: |\n      one")),
        PolicyLimit(
            "a message of spaces",
            rules(pods, spec: "validations: [{expression: 'true', message: ' '}]"),
            "policy.yaml:8:47: error: 'message' is white space; leave it out or say what must hold"),
        PolicyLimit(
            "a reason that is documented and not taken",
            rules(pods, spec: "validations: [{expression: 'true', reason: Unauthorized}]"),
            "policy.yaml:8:46: error: 'Unauthorized' is no reason; it is one of Forbidden, Invalid, RequestEntityTooLarge"
        ),
        PolicyLimit(
            "an expression without quotes that is no text",
            rules(pods, spec: "validations: [{expression: true}]"),
            "policy.yaml:8:30: error: 'expression' must be a text, and to YAML this is none: put it in quotes, '\"true\"'"
        ),
        // validateAuditAnnotation, maxAuditAnnotations
        PolicyLimit("20 audit annotations", rules(pods, spec: annotations(20))),
        PolicyLimit(
            "21 audit annotations", rules(pods, spec: annotations(21)),
            "policy.yaml:8:21: error: 21 audit annotations; the API server takes 20: write the others into a policy of their own"
        ),
        PolicyLimit(
            "two audit annotations with one key",
            rules(
                pods, spec: "auditAnnotations: [{key: k, valueExpression: \"'v'\"}, {key: k, valueExpression: \"'v'\"}]"
            ),
            "policy.yaml:8:62: error: there is an audit annotation 'k' already"),
        PolicyLimit(
            "an audit annotation's key with a domain, before which the policy's name is put",
            rules(pods, spec: "auditAnnotations: [{key: a.b/k, valueExpression: \"'v'\"}]"),
            "policy.yaml:8:28: error: the key 'p/a.b/k': a qualified name must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]') with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')"
        ),
        PolicyLimit(
            "an annotation's value of more than 5 KiB",
            rules(
                pods,
                spec: "auditAnnotations: [{key: k, valueExpression: \"'\(String(repeating: "v", count: 5119))'\"}]"),
            "policy.yaml:8:48: error: 'valueExpression' has 5121 bytes; the API server takes 5120: move parts of it to variables"
        ),
        // validateParamKind
        PolicyLimit(
            "a kind of parameter without a version",
            rules(pods, spec: "paramKind: {apiVersion: example.com/, kind: K}\n  validations: [{expression: 'true'}]"),
            "policy.yaml:8:27: error: 'example.com/': version must be specified"),
        // validateRule, validateRuleWithOperations, validateNamedRuleWithOperations
        PolicyLimit(
            "all operations and one of them",
            rules("{apiGroups: [''], apiVersions: [v1], operations: ['*', CREATE], resources: [pods]}"),
            "policy.yaml:7:56: error: beside '*' there may be no other operations: leave them out"),
        PolicyLimit(
            "all groups and one of them",
            rules("{apiGroups: ['*', apps], apiVersions: [v1], operations: [CREATE], resources: [pods]}"),
            "policy.yaml:7:19: error: beside '*' there may be no other API groups: leave them out"),
        PolicyLimit(
            "all versions and one of them",
            rules("{apiGroups: [''], apiVersions: ['*', v1], operations: [CREATE], resources: [pods]}"),
            "policy.yaml:7:38: error: beside '*' there may be no other API versions: leave them out"),
        PolicyLimit(
            "everything and Pods",
            rules("{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: ['*/*', pods]}"),
            "policy.yaml:7:77: error: beside '*/*' there may be no other resources: leave them out"),
        PolicyLimit(
            "all resources and Pods",
            rules("{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: ['*', pods]}"),
            "policy.yaml:7:77: error: beside '*' there may be no other resources without subresources: leave them out"),
        PolicyLimit(
            "all resources and a subresource",
            rules("{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: ['*', pods/exec]}")),
        PolicyLimit(
            "all of a Pod's parts and one of them",
            rules("{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods/*, pods/exec]}"),
            "policy.yaml:7:77: error: beside 'pods/*' there may be no 'pods/exec': leave it out"),
        PolicyLimit(
            "a name that stands twice",
            rules(
                "{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods], resourceNames: [a, a]}"),
            "policy.yaml:7:100: error: 'a' stands twice in 'resourceNames'"),
        PolicyLimit(
            "a name that is a path",
            rules(
                "{apiGroups: [''], apiVersions: [v1], operations: [CREATE], resources: [pods], resourceNames: [a/b]}"),
            "policy.yaml:7:100: error: the name 'a/b' may not contain '/'"),
        // ValidateLabelSelector
        PolicyLimit(
            "a label that is no text",
            binding(
                "policyName: p, validationActions: [Deny], matchResources: {objectSelector: {matchLabels: {a: true}}}"),
            "policy.yaml:4:101: error: the value of a label must be a text: put it in quotes"),
        PolicyLimit(
            "a selector with a pattern",
            binding(
                "policyName: p, validationActions: [Deny], matchResources: {namespaceSelector: {matchLabels: {team: 'a*'}}}"
            ),
            "policy.yaml:4:107: error: the value 'a*': a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyValue',  or 'my_value',  or '12345', regex used for validation is '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?')"
        ),
        // validateValidatingAdmissionPolicyBindingSpec, validateValidationActions
        PolicyLimit(
            "an action that stands twice", binding("policyName: p, validationActions: [Audit, Audit]"),
            "policy.yaml:4:42: error: 'Audit' stands twice in 'validationActions'"),
        PolicyLimit(
            "a policy that can have no such name", binding("policyName: P_1, validationActions: [Audit]"),
            "policy.yaml:4:20: error: 'policyName' 'P_1': a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')"
        ),
        // validateParamRef
        PolicyLimit(
            "a parameter's name and a selector",
            binding(
                "policyName: p, validationActions: [Deny], paramRef: {name: n, selector: {}, parameterNotFoundAction: Deny}"
            ), "policy.yaml:4:60: error: 'paramRef' needs either 'name' or 'selector'"),
        PolicyLimit(
            "a parameter's name that is a path",
            binding("policyName: p, validationActions: [Deny], paramRef: {name: a%b, parameterNotFoundAction: Deny}"),
            "policy.yaml:4:67: error: the name 'a%b' may not contain '%'"),
    ]

    @Test("Each is told with its place and what to write instead; what is taken has no faults", arguments: Self.cases)
    func limit(_ limit: PolicyLimit) {
        let files = PolicyFiles([RuleFile(name: "policy.yaml", path: "policy.yaml", text: limit.text)])
        #expect(files.diagnostics.map(\.description) == limit.expected)
    }
}
