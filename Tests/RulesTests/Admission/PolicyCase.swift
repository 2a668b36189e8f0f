import CEL
import JSONView
import Rules
import SecurityEvents
import TestSupport
import Testing

/// Policies in YAML, ready to be asked.
struct PolicyFixture {
    let files: PolicyFiles
    let set: AdmissionPolicySet
    let inventory: PolicyInventory

    init(_ text: String, unbound: AdmissionPolicySet.Unbound = .ignore, isComplete: Bool = true) {
        files = PolicyFiles([RuleFile(name: "policy.yaml", path: "policy.yaml", text: text)])
        set = AdmissionPolicySet(files.policies, bindings: files.bindings, unbound: unbound)
        inventory = files.inventory(isComplete: isComplete)
    }

    /// What the policies say about the creation of an object.
    func verdicts(
        _ object: String, completes: Bool = true, authorizer: (any AuthorizationProvider)? = nil,
        change: (inout AdmissionRequest) -> Void = { _ in }
    ) throws -> [PolicyVerdict] {
        #expect(files.diagnostics == [])
        let parsed = try JSONParser().parse(object)
        return try withExtendedLifetime(parsed) {
            let document = completes ? ObjectDefaults.complete(parsed.root) ?? parsed : parsed
            var request = try #require(AdmissionRequest.creation(of: document.root, in: document))
            request.user = AdmissionRequest.UserInfo(username: "alice", groups: ["dev"])
            change(&request)
            return set.evaluate(request, inventory: inventory, authorizer: authorizer)
        }
    }
}

/// The policy that most tests begin with.
func policy(_ spec: String, name: String = "p", bindings: String = "") -> String {
    """
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicy
    metadata: {name: \(name)}
    spec:
      matchConstraints:
        resourceRules:
        - {apiGroups: ["", apps], apiVersions: [v1], operations: [CREATE, UPDATE], resources: [pods, deployments]}
    \(spec.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }.joined(separator: "\n"))
    ---
    apiVersion: admissionregistration.k8s.io/v1
    kind: ValidatingAdmissionPolicyBinding
    metadata: {name: b}
    spec:
      policyName: \(name)
      validationActions: [Deny]
    \(bindings)
    """
}
