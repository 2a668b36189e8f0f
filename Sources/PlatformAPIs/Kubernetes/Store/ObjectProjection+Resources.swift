extension ObjectProjection {
    private static let identity = ["name", "namespace", "uid", "labels", "creationTimestamp"].map { "metadata." + $0 }
    private static let owners = ["apiVersion", "kind", "name", "uid", "controller"].map {
        "metadata.ownerReferences." + $0
    }
    private static let podSpec =
        ["nodeName", "serviceAccountName", "hostNetwork", "hostPID", "hostIPC", "runtimeClassName"]
        + ["containers", "initContainers", "ephemeralContainers"].flatMap {
            ["\($0).name", "\($0).image", "\($0).securityContext.privileged"]
        }

    /// What is kept of a resource's objects: what says who they are, who made them, and what they may do or reach.
    ///
    /// - Parameter resource: one of `KubernetesResource.all`.
    /// - Returns: the projection; of other resources, the identity only.
    package static func of(_ resource: KubernetesResource) -> ObjectProjection {
        ObjectProjection(identity + owners + members(of: resource))
    }

    private static func members(of resource: KubernetesResource) -> [String] {
        switch resource.kind {
        case "Pod":
            podSpec.map { "spec." + $0 } + ["status.phase", "status.podIP"]
                + ["containerStatuses", "initContainerStatuses", "ephemeralContainerStatuses"].flatMap {
                    ["status.\($0).name", "status.\($0).containerID", "status.\($0).imageID"]
                }
        case "CronJob": podSpec.map { "spec.jobTemplate.spec.template.spec." + $0 } + ["spec.schedule"]
        case "PodTemplate": podSpec.map { "template.spec." + $0 }
        case "Deployment", "ReplicaSet", "StatefulSet", "DaemonSet", "Job", "ReplicationController":
            podSpec.map { "spec.template.spec." + $0 } + ["spec.replicas", "spec.selector"]
        case "Node": ["status.nodeInfo.kubeletVersion", "status.nodeInfo.containerRuntimeVersion", "status.addresses"]
        case "Event":
            ["involvedObject.kind", "involvedObject.namespace", "involvedObject.name", "involvedObject.uid"]
                + ["reason", "type", "count", "lastTimestamp", "eventTime"]
        case "ServiceAccount": ["automountServiceAccountToken", "imagePullSecrets"]
        case "Role", "ClusterRole": ["rules", "aggregationRule"]
        case "RoleBinding", "ClusterRoleBinding": ["subjects", "roleRef"]
        case "NetworkPolicy": ["spec"]
        case "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration":
            [
                "name", "clientConfig.url", "clientConfig.service", "rules", "failurePolicy", "matchPolicy",
                "namespaceSelector", "objectSelector", "sideEffects", "timeoutSeconds", "matchConditions",
                "reinvocationPolicy",
            ].map { "webhooks." + $0 }
        case "ValidatingAdmissionPolicy", "ValidatingAdmissionPolicyBinding", "MutatingAdmissionPolicy",
            "MutatingAdmissionPolicyBinding":
            ["spec"]
        default: []
        }
    }
}
