internal import CEL

/// A policy that is ready to judge requests, whatever it was written as.
public struct AdmissionPolicy: Sendable {
    /// What the policy was written as; it decides how a refusal is worded.
    public enum Origin: String, Sendable {
        case validatingAdmissionPolicy = "ValidatingAdmissionPolicy"
        case kyvernoClusterPolicy = "ClusterPolicy"
        case kyvernoPolicy = "Policy"
        case kyvernoValidatingPolicy = "ValidatingPolicy"
        case constraintTemplate = "ConstraintTemplate"
        /// Pod Security admission, which is no policy that anybody wrote.
        case podSecurity = "PodSecurity"
    }

    /// What becomes of a request that cannot be judged.
    public enum FailurePolicy: String, CaseIterable, Sendable { case fail = "Fail", ignore = "Ignore" }

    public var name: String
    public var origin: Origin
    /// The file and line that it was read from.
    public var file: String
    public var line: Int
    public var failurePolicy: FailurePolicy
    /// What the policy says about itself, for a person.
    public var title = ""
    public var explanation = ""
    /// The rule of a policy that has several; empty otherwise.
    public var rule = ""

    var selection: any RequestSelection
    var paramKind: GroupVersionKind?
    var matchConditions: [MatchCondition] = []
    var variables: PolicyVariables
    var validations: [Validation] = []
    var auditAnnotations: [AuditAnnotation] = []
    /// What the policy can be told to do without a binding, where its language knows none.
    var ownBinding: PolicyBinding?
    /// The parameter of a policy that brings its own.
    var ownParameter: InventoryObject?
    /// What makes the value of Kyverno's `exceptions`, where there are any that name images or values.
    var allowances: Program?
    /// Kubernetes' conditions have this cost all together.
    var budget: UInt64 = Kubernetes.requestBudget

    struct MatchCondition: Sendable {
        var name: String
        var text: String
        var program: Program
    }

    struct Validation: Sendable {
        var text: String
        var program: Program
        var message: String
        var messageProgram: Program?
        var reason: String?
    }

    struct AuditAnnotation: Sendable {
        var key: String
        var text: String
        var program: Program
    }
}

/// Decides which requests a policy is about.
protocol RequestSelection: Sendable {
    func match(_ request: AdmissionRequest, _ inventory: PolicyInventory) -> RequestMatch
    /// The resources that it may be about; nil for any.
    var resources: Set<String>? { get }
}

extension MatchResources: RequestSelection {
    var resources: Set<String>? {
        guard !resourceRules.isEmpty else { return nil }
        var named: Set<String> = []
        for written in resourceRules.flatMap(\.resources) {
            let name = String(written.prefix { $0 != "/" })
            if name == "*" { return nil }
            named.insert(name)
        }
        return named
    }
}
