/// What an API server asks the gate about; the webhook configuration and its documentation are made of this.
package enum GateScope {
    /// Some resources and what is done with them.
    package struct Entry: Sendable, Equatable {
        /// The webhook's name before the domain.
        package var name: String
        package var groups: [String]
        package var operations: [String]
        package var resources: [String]
        /// What these are, for a person.
        package var comment: String
        /// Whether the webhook may be out of reach without stopping the request.
        package var mayFail = false
        /// Whether the operators' own coordination and the cluster's components must never wait for it.
        package var excludesComponents = false
    }

    /// The API groups whose custom resources embed Pods, where nobody names others.
    package static let customGroups = [
        "agents.x-k8s.io", "argoproj.io", "batch.volcano.sh", "jobset.x-k8s.io", "kubeflow.org", "ray.io",
        "serving.knative.dev", "sparkoperator.k8s.io", "tekton.dev", "apps.kruise.io", "leaderworkerset.x-k8s.io",
    ]

    /// What is asked about.
    ///
    /// - Parameters:
    ///   - custom: the API groups of custom resources that embed Pods.
    ///   - isStatic: whether the configuration stands in a static manifest, where it may also be about admission
    ///     configurations.
    /// - Returns: an entry for each webhook.
    package static func entries(custom: [String] = customGroups, isStatic: Bool = false) -> [Entry] {
        var entries = [
            Entry(
                name: "workloads", groups: [""], operations: ["CREATE", "UPDATE"],
                resources: ["pods", "pods/ephemeralcontainers", "replicationcontrollers", "podtemplates"],
                comment: "what runs containers"),
            Entry(
                name: "apps", groups: ["apps", "batch", "extensions"], operations: ["CREATE", "UPDATE"],
                resources: [
                    "deployments", "replicasets", "statefulsets", "daemonsets", "jobs", "cronjobs",
                ], comment: "what makes Pods"),
            Entry(
                name: "volumes", groups: [""], operations: ["CREATE", "UPDATE"], resources: ["persistentvolumes"],
                comment: "volumes that can be folders of a node"),
            Entry(
                name: "connects", groups: [""], operations: ["CONNECT"],
                resources: [
                    "pods/exec", "pods/attach", "pods/portforward", "pods/proxy", "services/proxy", "nodes/proxy",
                ], comment: "ways into what runs"),
            Entry(
                name: "access", groups: ["rbac.authorization.k8s.io"], operations: ["CREATE", "UPDATE"],
                resources: ["roles", "rolebindings", "clusterroles", "clusterrolebindings"],
                comment: "who may deploy", excludesComponents: true),
            Entry(
                name: "tokens", groups: [""], operations: ["CREATE"], resources: ["serviceaccounts/token"],
                comment: "as whom it runs", excludesComponents: true),
            Entry(
                name: "namespaces", groups: [""], operations: ["CREATE", "UPDATE"], resources: ["namespaces"],
                comment: "labels that exempt from policies and Pod Security", excludesComponents: true),
            Entry(
                name: "recorded", groups: ["", "apps"], operations: ["CREATE", "UPDATE"],
                resources: ["bindings", "pods/binding", "pods/resize", "*/scale"],
                comment: "written down; out of reach, it stops nothing", mayFail: true, excludesComponents: true),
            Entry(
                name: "runtimeclasses", groups: ["node.k8s.io"], operations: ["CREATE", "UPDATE", "DELETE"],
                resources: ["runtimeclasses"], comment: "what runs containers, and how far it is from the host",
                mayFail: true, excludesComponents: true),
            Entry(
                name: "admission", groups: ["admissionregistration.k8s.io"],
                operations: ["CREATE", "UPDATE", "DELETE"],
                resources: ["*"],
                comment: isStatic
                    ? "who stands at the gate, the gate itself included"
                    : "an API server asks about these only in a static manifest; harmless elsewhere",
                mayFail: !isStatic, excludesComponents: true),
        ]
        if !custom.isEmpty {
            entries.append(
                Entry(
                    name: "custom", groups: custom, operations: ["CREATE", "UPDATE"], resources: ["*"],
                    comment: "custom resources that embed Pods", excludesComponents: true))
        }
        return entries
    }
}
