/// A resource of the Kubernetes API, as its paths spell it.
package struct KubernetesResource: Hashable, Sendable, CustomStringConvertible {
    /// The API group; empty for the core group.
    package let group: String
    /// The versions that are asked for, the best first.
    package let versions: [String]
    /// The plural name: `pods`.
    package let name: String
    /// The kind of its objects: `Pod`.
    package let kind: String

    /// Names a resource.
    ///
    /// - Parameters:
    ///   - group: the API group; empty for the core group.
    ///   - versions: the versions that are asked for, the best first.
    ///   - name: the plural name.
    ///   - kind: the kind of its objects.
    package init(_ group: String, _ versions: [String], _ name: String, _ kind: String) {
        self.group = group
        self.versions = versions
        self.name = name
        self.kind = kind
    }

    /// The path of all its objects in all namespaces.
    ///
    /// - Parameter version: one of the versions.
    /// - Returns: the path, `/apis/apps/v1/deployments`.
    package func path(version: String) -> String {
        group.isEmpty ? "/api/\(version)/\(name)" : "/apis/\(group)/\(version)/\(name)"
    }

    /// The group and version as objects spell them.
    ///
    /// - Parameter version: one of the versions.
    /// - Returns: `apps/v1`, or `v1` in the core group.
    package func apiVersion(_ version: String) -> String { group.isEmpty ? version : "\(group)/\(version)" }

    /// The name as Kubernetes prints it: `deployments.apps`.
    package var description: String { group.isEmpty ? name : "\(name).\(group)" }
}

// What is watched, by what it is for.
extension KubernetesResource {
    package static let pods = KubernetesResource("", ["v1"], "pods", "Pod")
    package static let namespaces = KubernetesResource("", ["v1"], "namespaces", "Namespace")
    package static let nodes = KubernetesResource("", ["v1"], "nodes", "Node")
    package static let events = KubernetesResource("", ["v1"], "events", "Event")
    package static let serviceAccounts = KubernetesResource("", ["v1"], "serviceaccounts", "ServiceAccount")

    /// Everything that makes Pods, besides Pods.
    package static let workloads = [
        KubernetesResource("apps", ["v1"], "deployments", "Deployment"),
        KubernetesResource("apps", ["v1"], "replicasets", "ReplicaSet"),
        KubernetesResource("apps", ["v1"], "statefulsets", "StatefulSet"),
        KubernetesResource("apps", ["v1"], "daemonsets", "DaemonSet"),
        KubernetesResource("batch", ["v1"], "jobs", "Job"),
        KubernetesResource("batch", ["v1", "v1beta1"], "cronjobs", "CronJob"),
        KubernetesResource("", ["v1"], "replicationcontrollers", "ReplicationController"),
        KubernetesResource("", ["v1"], "podtemplates", "PodTemplate"),
    ]

    /// Who may do what.
    package static let accessRights = [
        KubernetesResource("rbac.authorization.k8s.io", ["v1"], "roles", "Role"),
        KubernetesResource("rbac.authorization.k8s.io", ["v1"], "rolebindings", "RoleBinding"),
        KubernetesResource("rbac.authorization.k8s.io", ["v1"], "clusterroles", "ClusterRole"),
        KubernetesResource("rbac.authorization.k8s.io", ["v1"], "clusterrolebindings", "ClusterRoleBinding"),
    ]

    /// Who reaches whom.
    package static let networkPolicies = KubernetesResource(
        "networking.k8s.io", ["v1"], "networkpolicies", "NetworkPolicy")

    /// What stands at the gate.
    package static let admission: [KubernetesResource] = {
        let group = "admissionregistration.k8s.io"
        return [
            KubernetesResource(group, ["v1"], "validatingwebhookconfigurations", "ValidatingWebhookConfiguration"),
            KubernetesResource(group, ["v1"], "mutatingwebhookconfigurations", "MutatingWebhookConfiguration"),
            KubernetesResource(group, ["v1", "v1beta1"], "validatingadmissionpolicies", "ValidatingAdmissionPolicy"),
            KubernetesResource(
                group, ["v1", "v1beta1"], "validatingadmissionpolicybindings", "ValidatingAdmissionPolicyBinding"),
            KubernetesResource(group, ["v1", "v1beta1"], "mutatingadmissionpolicies", "MutatingAdmissionPolicy"),
            KubernetesResource(
                group, ["v1", "v1beta1"], "mutatingadmissionpolicybindings", "MutatingAdmissionPolicyBinding"),
        ]
    }()

    /// All that informers keep.
    package static let all =
        [pods] + workloads + [namespaces, nodes, events, serviceAccounts] + accessRights + [networkPolicies] + admission
}
