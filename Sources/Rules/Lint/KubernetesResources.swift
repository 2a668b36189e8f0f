/// The resources of Kubernetes' own API groups, as paths and audit records spell them (1.36).
enum KubernetesResources {
    /// Resources by their group.
    static let byGroup: [String: [String]] = [
        "": [
            "bindings", "componentstatuses", "configmaps", "endpoints", "events", "limitranges", "namespaces", "nodes",
            "persistentvolumeclaims", "persistentvolumes", "pods", "podtemplates", "replicationcontrollers",
            "resourcequotas", "secrets", "serviceaccounts", "services",
        ],
        "admissionregistration.k8s.io": [
            "mutatingadmissionpolicies", "mutatingadmissionpolicybindings", "mutatingwebhookconfigurations",
            "validatingadmissionpolicies", "validatingadmissionpolicybindings", "validatingwebhookconfigurations",
        ],
        "apiextensions.k8s.io": ["customresourcedefinitions"],
        "apiregistration.k8s.io": ["apiservices"],
        "apps": ["controllerrevisions", "daemonsets", "deployments", "replicasets", "statefulsets"],
        "authentication.k8s.io": ["selfsubjectreviews", "tokenreviews", "tokenrequests"],
        "authorization.k8s.io": [
            "localsubjectaccessreviews", "selfsubjectaccessreviews", "selfsubjectrulesreviews", "subjectaccessreviews",
        ],
        "autoscaling": ["horizontalpodautoscalers"],
        "batch": ["cronjobs", "jobs"],
        "certificates.k8s.io": ["certificatesigningrequests", "clustertrustbundles", "podcertificaterequests"],
        "coordination.k8s.io": ["leases", "leasecandidates"],
        "discovery.k8s.io": ["endpointslices"],
        "events.k8s.io": ["events"],
        "flowcontrol.apiserver.k8s.io": ["flowschemas", "prioritylevelconfigurations"],
        "internal.apiserver.k8s.io": ["storageversions"],
        "metrics.k8s.io": ["nodes", "pods"],
        "networking.k8s.io": ["ingressclasses", "ingresses", "ipaddresses", "networkpolicies", "servicecidrs"],
        "node.k8s.io": ["runtimeclasses"],
        "policy": ["poddisruptionbudgets", "podsecuritypolicies"],
        "rbac.authorization.k8s.io": ["clusterrolebindings", "clusterroles", "rolebindings", "roles"],
        "resource.k8s.io": [
            "deviceclasses", "devicetaintrules", "resourceclaims", "resourceclaimtemplates", "resourceslices",
        ],
        "scheduling.k8s.io": ["priorityclasses", "workloads"],
        "storage.k8s.io": [
            "csidrivers", "csinodes", "csistoragecapacities", "storageclasses", "volumeattachments",
            "volumeattributesclasses",
        ],
        "storagemigration.k8s.io": ["storageversionmigrations"],
    ]

    /// All of them.
    static let all: Set<String> = Set(byGroup.values.flatMap { $0 }).union(["extensions"])

    /// Whether a group may be one of somebody's own, which all have a dot.
    static func isOthers(_ group: String) -> Bool { byGroup[group] == nil && group.contains(".") }
}
