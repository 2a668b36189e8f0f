import Detection
import Manifests
import Reports
import Rules
import SecurityEvents
import Testing

@testable import Agent

@Suite("Policies before deployment")
struct PolicyCheckTests {
    private static let policy = """
        apiVersion: admissionregistration.k8s.io/v1
        kind: ValidatingAdmissionPolicy
        metadata: {name: few-replicas}
        spec:
          matchConstraints:
            resourceRules:
              - {apiGroups: [apps], apiVersions: [v1], operations: [CREATE], resources: [deployments]}
          validations:
            - {expression: object.spec.replicas <= 5, message: too many}
        """

    private func run(_ replicas: Int, _ policy: String = policy) throws -> CheckRun {
        let read = PolicyFiles([RuleFile(name: "p.yaml", path: "p.yaml", text: policy)])
        #expect(read.diagnostics.isEmpty)
        let policies = PolicyDetector(policies: AdmissionPolicySet(read.policies, bindings: [], unbound: .deny))
        var run = CheckRun(library: try CheckRunTests.library.get(), policies: policies)
        let text =
            "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: w}\nspec:\n  replicas: \(replicas)\n  template: {spec: {containers: [{name: a, image: registry.k8s.io/a:v1.2.3}]}}\n"
        run.take(ManifestFiles.File(name: "a.yaml", text: text, isNamed: true))
        return run
    }

    @Test("A refusal stands at the field that the policy looked at")
    func refusal() throws {
        let issue = try #require(try run(6).issues.first { $0.ruleName == "few-replicas" })
        #expect(issue.line == 5 && issue.level == .medium && issue.message.contains("too many"))
        #expect(try !run(5).issues.contains { $0.ruleName == "few-replicas" })
    }

    // The condition is the example of kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy, "Matching
    // requests: matchConditions".
    @Test("Who deploys is in the group of all who are logged in, and in no other")
    func asker() throws {
        let text = Self.policy.replacing(
            "  validations:",
            with:
                "  matchConditions: [{name: exclude-kubelet-requests, expression: '!(\"system:nodes\" in request.userInfo.groups)'}]\n  validations:"
        )
        #expect(text != Self.policy)
        #expect(try run(5, text).issues.allSatisfy { $0.ruleName != "few-replicas" })
        #expect(try run(6, text).issues.contains { $0.ruleName == "few-replicas" && $0.message.contains("too many") })
    }

    @Test("What a policy cannot say is a warning with the reason")
    func undecided() throws {
        let text = Self.policy.replacing("object.spec.replicas <= 5", with: "namespaceObject.metadata.labels.a == 'b'")
        #expect(text != Self.policy)
        let said = try run(1, text).diagnostics.map(\.description)
        #expect(
            said == [
                "a.yaml:1:1: warning: ValidatingAdmissionPolicy 'few-replicas' is not judged: namespaceObject: the namespace 'default' is not in the inventory"
            ])
    }
}
