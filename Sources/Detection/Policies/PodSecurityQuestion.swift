public import Rules

/// How Pod Security admission is asked about the requests of a log.
public enum PodSecurityQuestion: Sendable {
    /// As if every namespace enforced one policy.
    case enforcing(PodSecurity.Policy, exemptions: PodSecurity.Exemptions = .init())
    /// As the labels of the namespaces say.
    case labels(exemptions: PodSecurity.Exemptions = .init())

    /// What Pod Security admission says, as a verdict; none where the request makes no Pods.
    package func verdicts(_ request: AdmissionRequest, _ inventory: PolicyInventory) -> [PolicyVerdict] {
        guard request.operation == .create || request.operation == .update, !request.namespace.isEmpty,
            Self.resources.contains(request.resource.resource),
            request.resource.group.isEmpty || request.resource.group == "apps" || request.resource.group == "batch"
        else { return [] }
        var verdict = PolicyVerdict.podSecurity(named: name)
        guard let object = request.object.value else {
            if case .unknown(let reason) = request.object { verdict.unknowns = ["object: \(reason)"] }
            verdict.outcome = .unknown
            return [verdict]
        }
        var labels: [String: String] = [:]
        var exemptions: PodSecurity.Exemptions
        switch self {
        case .enforcing(let policy, let exempt):
            labels["pod-security.kubernetes.io/enforce"] = policy.level.rawValue
            labels["pod-security.kubernetes.io/enforce-version"] = policy.version.description
            exemptions = exempt
        case .labels(let exempt):
            exemptions = exempt
            guard let namespace = inventory.namespace(request.namespace) else {
                verdict.outcome = .unknown
                verdict.unknowns = ["the labels of the namespace '\(request.namespace)' are not known"]
                return [verdict]
            }
            labels = namespace.labels
        }
        let review = PodSecurity.review(
            PodSecurity.Request(
                resource: request.resource.resource,
                subresource: request.subresource.isEmpty ? nil : request.subresource,
                isUpdate: request.operation == .update, name: request.name, namespace: request.namespace,
                user: request.user?.username, object: object, oldObject: request.oldObject.value),
            labels: labels, exemptions: exemptions)
        verdict.take(review)
        return [verdict]
    }

    private var name: String {
        switch self {
        case .enforcing(let policy, _): policy.description
        case .labels: "namespace labels"
        }
    }

    static let resources: Set<String> = [
        "pods", "replicationcontrollers", "podtemplates", "replicasets", "deployments", "statefulsets", "daemonsets",
        "jobs", "cronjobs",
    ]
}
