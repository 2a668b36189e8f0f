import JSONView
import Rules
import TestSupport
import Testing

/// A resource rule or more, what is asked for, and whether it is meant.
struct MatchCase: CustomTestStringConvertible {
    let name: String
    let constraints: String
    var change: @Sendable (inout AdmissionRequest) -> Void = { _ in }
    let matches: Bool
    var testDescription: String { name }
}

@Suite("Which requests a policy is about")
struct PolicyMatchingTests {
    private func verdicts(
        _ constraints: String, inventory: String = "", isComplete: Bool = true,
        change: (inout AdmissionRequest) -> Void = { _ in }
    ) throws -> [PolicyVerdict] {
        let fixture = PolicyFixture(
            """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicy
            metadata: {name: p}
            spec:
              matchConstraints:
                \(constraints)
              validations: [{expression: "false"}]
            ---
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingAdmissionPolicyBinding
            metadata: {name: b}
            spec: {policyName: p, validationActions: [Deny]}
            \(inventory)
            """, isComplete: isComplete)
        return try fixture.verdicts(AdmissionPolicyTests.pod, change: change)
    }

    private static func rule(
        groups: String = "''", versions: String = "v1", resources: String = "pods", operations: String = "CREATE",
        rest: String = ""
    ) -> String {
        "resourceRules: [{apiGroups: [\(groups)], apiVersions: [\(versions)], resources: [\(resources)], operations: [\(operations)]\(rest)}]"
    }

    private static let cases: [MatchCase] = [
        MatchCase(name: "the resource", constraints: rule(), matches: true),
        MatchCase(
            name: "everything", constraints: rule(groups: "'*'", versions: "'*'", resources: "'*'", operations: "'*'"),
            matches: true),
        MatchCase(name: "another group", constraints: rule(groups: "apps"), matches: false),
        MatchCase(name: "another operation", constraints: rule(operations: "UPDATE"), matches: false),
        MatchCase(
            name: "a part is not the whole", constraints: rule(), change: { $0.subresource = "status" }, matches: false),
        MatchCase(
            name: "* has no parts", constraints: rule(resources: "'*'"), change: { $0.subresource = "status" },
            matches: false),
        MatchCase(
            name: "*/* has all", constraints: rule(resources: "'*/*'"), change: { $0.subresource = "status" },
            matches: true),
        MatchCase(name: "*/* has the whole too", constraints: rule(resources: "'*/*'"), matches: true),
        MatchCase(
            name: "pods/*", constraints: rule(resources: "pods/*"), change: { $0.subresource = "ephemeralcontainers" },
            matches: true),
        MatchCase(
            name: "*/scale", constraints: rule(resources: "'*/scale'"), change: { $0.subresource = "scale" },
            matches: true),
        MatchCase(name: "its name", constraints: rule(rest: ", resourceNames: [p1]"), matches: true),
        MatchCase(name: "another name", constraints: rule(rest: ", resourceNames: [p2]"), matches: false),
        MatchCase(name: "in a namespace", constraints: rule(rest: ", scope: Namespaced"), matches: true),
        MatchCase(name: "of the cluster", constraints: rule(rest: ", scope: Cluster"), matches: false),
        MatchCase(
            name: "a Namespace is of the cluster", constraints: rule(resources: "namespaces", rest: ", scope: Cluster"),
            change: {
                $0.resource.resource = "namespaces"
                $0.kind.kind = "Namespace"
            }, matches: true),
        MatchCase(
            name: "left out",
            constraints: rule()
                + "\n    excludeResourceRules: [{apiGroups: [''], apiVersions: [v1], resources: [pods], operations: ['*'], resourceNames: [p1]}]",
            matches: false),
        MatchCase(
            name: "labels", constraints: rule() + "\n    objectSelector: {matchLabels: {app: x}}", matches: true),
        MatchCase(
            name: "other labels",
            constraints: rule()
                + "\n    objectSelector: {matchExpressions: [{key: app, operator: NotIn, values: [x]}]}",
            matches: false),
        MatchCase(
            name: "no such label",
            constraints: rule() + "\n    objectSelector: {matchExpressions: [{key: tier, operator: DoesNotExist}]}",
            matches: true),
        MatchCase(
            name: "the namespace's own name is a label",
            constraints: rule() + "\n    namespaceSelector: {matchLabels: {kubernetes.io/metadata.name: shop}}",
            matches: true),
        MatchCase(
            name: "another namespace's name",
            constraints: rule()
                + "\n    namespaceSelector: {matchExpressions: [{key: kubernetes.io/metadata.name, operator: NotIn, values: [shop]}]}",
            matches: false),
        MatchCase(
            name: "an earlier version of the same resource",
            constraints: rule(groups: "apps", resources: "deployments"),
            change: {
                $0.resource = GroupVersionResource(group: "extensions", version: "v1beta1", resource: "deployments")
                $0.kind = GroupVersionKind(group: "extensions", version: "v1beta1", kind: "Deployment")
            }, matches: true),
        MatchCase(
            name: "an earlier version, where only the exact one counts",
            constraints: rule(groups: "apps", resources: "deployments") + "\n    matchPolicy: Exact",
            change: {
                $0.resource = GroupVersionResource(group: "extensions", version: "v1beta1", resource: "deployments")
            },
            matches: false),
        MatchCase(
            name: "policies are not asked about policies", constraints: rule(groups: "'*'", resources: "'*'"),
            change: {
                $0.resource = GroupVersionResource(
                    group: "admissionregistration.k8s.io", version: "v1", resource: "validatingadmissionpolicies")
            }, matches: false),
    ]

    @Test("Rules, selectors and equivalents", arguments: Self.cases)
    func matching(_ case: MatchCase) throws {
        let found = try verdicts(`case`.constraints) { `case`.change(&$0) }
        #expect((found.first?.outcome == .violated) == `case`.matches)
        if !`case`.matches { #expect(found.isEmpty) }
    }

    @Test("A selector of a namespace that nobody knows is unknown; one that is known decides")
    func namespaces() throws {
        let constraints = Self.rule() + "\n    namespaceSelector: {matchLabels: {env: prod}}"
        #expect(try verdicts(constraints).first?.outcome == .unknown)
        let known = "---\napiVersion: v1\nkind: Namespace\nmetadata: {name: shop, labels: {env: ENV}}"
        #expect(try verdicts(constraints, inventory: known.replacing("ENV", with: "prod")).first?.outcome == .violated)
        #expect(try verdicts(constraints, inventory: known.replacing("ENV", with: "test")).isEmpty)
    }

    @Test("A binding whose selector nobody can decide leaves what is refused unknown")
    func boundNamespaces() throws {
        let bindings = "  matchResources: {namespaceSelector: {matchLabels: {env: prod}}}"
        let fixture = PolicyFixture(policy("validations:\n- {expression: \"false\"}", bindings: bindings))
        let verdict = try fixture.verdicts(AdmissionPolicyTests.deployment)
        #expect(verdict.map(\.outcome) == [.unknown])
        #expect(verdict.first?.unknowns.first?.contains("is not in the inventory") == true)
    }

    @Test("The policy sees the version that it matched")
    func equivalentVersion() throws {
        let fixture = PolicyFixture(
            policy(
                "validations:\n- {expression: \"request.resource.group == 'apps' && request.requestResource.group == 'extensions'\"}"
            ))
        let verdict = try fixture.verdicts(AdmissionPolicyTests.deployment) {
            $0.resource = GroupVersionResource(group: "extensions", version: "v1beta1", resource: "deployments")
            $0.kind = GroupVersionKind(group: "extensions", version: "v1beta1", kind: "Deployment")
        }
        #expect(verdict.first?.outcome == .passed)
    }
}
