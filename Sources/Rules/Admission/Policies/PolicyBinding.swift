/// Where a policy is in force and what its refusals do (`admissionregistration.k8s.io` ValidatingAdmissionPolicyBinding).
public struct PolicyBinding: Sendable, Equatable {
    /// What becomes of a request that violates the policy.
    public enum Action: String, CaseIterable, Sendable { case deny = "Deny", warn = "Warn", audit = "Audit" }

    public var name: String
    /// The policy that is bound.
    public var policyName: String
    public var actions: [Action]
    /// The file and line that it was read from.
    public var file: String
    public var line: Int
    /// Whether it was made because nothing binds the policy.
    public var isAssumed = false

    var matchResources: MatchResources?
    var paramRef: ParamRef?

    /// Binds a policy everywhere.
    public init(name: String, policyName: String, actions: [Action], file: String = "", line: Int = 0) {
        self.name = name
        self.policyName = policyName
        self.actions = actions
        self.file = file
        self.line = line
    }

    /// Which objects are the parameters.
    struct ParamRef: Sendable, Equatable {
        var name = ""
        var namespace = ""
        var selector: LabelSelector?
        /// Whether a request is refused when there is no parameter.
        var deniesWhenNotFound = false
    }
}
