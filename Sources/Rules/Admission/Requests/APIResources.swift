/// The resources that every API server has, and how they are served.
public enum APIResources {
    /// A resource.
    public struct Entry: Sendable {
        public var group: String
        /// The versions of today's API servers, the preferred one first.
        public var versions: [String]
        public var kind: String
        public var resource: String
        public var isNamespaced: Bool
        /// Whether all versions have one shape, so that an object of one is an object of another.
        public var hasOneShape: Bool
        /// Versions that earlier API servers had, of the same shape as today's: group and version.
        public var earlier: [String]
    }

    /// All of them.
    public static let all: [Entry] = [
        core("Pod", "pods"), core("Namespace", "namespaces", namespaced: false), core("Service", "services"),
        core("ConfigMap", "configmaps"), core("Secret", "secrets"), core("ServiceAccount", "serviceaccounts"),
        core("ReplicationController", "replicationcontrollers"), core("PodTemplate", "podtemplates"),
        core("Node", "nodes", namespaced: false), core("PersistentVolume", "persistentvolumes", namespaced: false),
        core("PersistentVolumeClaim", "persistentvolumeclaims"), core("LimitRange", "limitranges"),
        core("ResourceQuota", "resourcequotas"), core("Endpoints", "endpoints"),
        Entry(
            group: "", versions: ["v1"], kind: "Event", resource: "events", isNamespaced: true, hasOneShape: false,
            earlier: []),
        Entry(
            group: "events.k8s.io", versions: ["v1"], kind: "Event", resource: "events", isNamespaced: true,
            hasOneShape: false, earlier: []),
        entry(
            "apps", "Deployment", "deployments",
            earlier: ["apps/v1beta2", "apps/v1beta1", "extensions/v1beta1"]),
        entry("apps", "StatefulSet", "statefulsets", earlier: ["apps/v1beta2", "apps/v1beta1"]),
        entry("apps", "DaemonSet", "daemonsets", earlier: ["apps/v1beta2", "extensions/v1beta1"]),
        entry("apps", "ReplicaSet", "replicasets", earlier: ["apps/v1beta2", "extensions/v1beta1"]),
        entry("apps", "ControllerRevision", "controllerrevisions"),
        entry("batch", "Job", "jobs"), entry("batch", "CronJob", "cronjobs", earlier: ["batch/v1beta1"]),
        Entry(
            group: "autoscaling", versions: ["v2", "v1"], kind: "HorizontalPodAutoscaler",
            resource: "horizontalpodautoscalers", isNamespaced: true, hasOneShape: false, earlier: []),
        entry("networking.k8s.io", "Ingress", "ingresses"),
        entry("networking.k8s.io", "IngressClass", "ingressclasses", namespaced: false),
        entry("networking.k8s.io", "NetworkPolicy", "networkpolicies", earlier: ["extensions/v1beta1"]),
        entry("policy", "PodDisruptionBudget", "poddisruptionbudgets", earlier: ["policy/v1beta1"]),
        entry("rbac.authorization.k8s.io", "Role", "roles", earlier: rbac),
        entry("rbac.authorization.k8s.io", "RoleBinding", "rolebindings", earlier: rbac),
        entry("rbac.authorization.k8s.io", "ClusterRole", "clusterroles", namespaced: false, earlier: rbac),
        entry(
            "rbac.authorization.k8s.io", "ClusterRoleBinding", "clusterrolebindings", namespaced: false, earlier: rbac),
        entry("storage.k8s.io", "StorageClass", "storageclasses", namespaced: false),
        entry("storage.k8s.io", "VolumeAttachment", "volumeattachments", namespaced: false),
        entry("storage.k8s.io", "CSIDriver", "csidrivers", namespaced: false),
        entry("storage.k8s.io", "CSINode", "csinodes", namespaced: false),
        entry("storage.k8s.io", "CSIStorageCapacity", "csistoragecapacities"),
        entry("storage.k8s.io", "VolumeAttributesClass", "volumeattributesclasses", namespaced: false),
        entry("networking.k8s.io", "IPAddress", "ipaddresses", namespaced: false),
        entry("networking.k8s.io", "ServiceCIDR", "servicecidrs", namespaced: false),
        entry("flowcontrol.apiserver.k8s.io", "FlowSchema", "flowschemas", namespaced: false),
        entry(
            "flowcontrol.apiserver.k8s.io", "PriorityLevelConfiguration", "prioritylevelconfigurations",
            namespaced: false),
        entry("resource.k8s.io", "DeviceClass", "deviceclasses", namespaced: false),
        entry("resource.k8s.io", "ResourceSlice", "resourceslices", namespaced: false),
        entry("resource.k8s.io", "ResourceClaim", "resourceclaims"),
        entry("resource.k8s.io", "ResourceClaimTemplate", "resourceclaimtemplates"),
        entry("scheduling.k8s.io", "PriorityClass", "priorityclasses", namespaced: false),
        entry("node.k8s.io", "RuntimeClass", "runtimeclasses", namespaced: false),
        entry("coordination.k8s.io", "Lease", "leases"),
        entry("discovery.k8s.io", "EndpointSlice", "endpointslices"),
        entry("certificates.k8s.io", "CertificateSigningRequest", "certificatesigningrequests", namespaced: false),
        entry(
            "apiextensions.k8s.io", "CustomResourceDefinition", "customresourcedefinitions", namespaced: false),
        entry("apiregistration.k8s.io", "APIService", "apiservices", namespaced: false),
        entry(
            "admissionregistration.k8s.io", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations",
            namespaced: false),
        entry(
            "admissionregistration.k8s.io", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations",
            namespaced: false),
        entry(
            "admissionregistration.k8s.io", "ValidatingAdmissionPolicy", "validatingadmissionpolicies",
            namespaced: false),
        entry(
            "admissionregistration.k8s.io", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings",
            namespaced: false),
        entry(
            "admissionregistration.k8s.io", "MutatingAdmissionPolicy", "mutatingadmissionpolicies", namespaced: false),
        entry(
            "admissionregistration.k8s.io", "MutatingAdmissionPolicyBinding", "mutatingadmissionpolicybindings",
            namespaced: false),
    ]

    private static let rbac = ["rbac.authorization.k8s.io/v1beta1", "rbac.authorization.k8s.io/v1alpha1"]

    private static func core(_ kind: String, _ resource: String, namespaced: Bool = true) -> Entry {
        entry("", kind, resource, namespaced: namespaced)
    }

    private static func entry(
        _ group: String, _ kind: String, _ resource: String, namespaced: Bool = true, earlier: [String] = []
    ) -> Entry {
        Entry(
            group: group, versions: ["v1"], kind: kind, resource: resource, isNamespaced: namespaced, hasOneShape: true,
            earlier: earlier)
    }

    private static let byKind = Dictionary(grouping: all, by: \.kind)
    private static let byResource = Dictionary(grouping: all, by: \.resource)

    /// The resource with a kind; nil for what only some API servers have.
    public static func entry(of kind: GroupVersionKind) -> Entry? {
        byKind[kind.kind]?.first { $0.group == kind.group || $0.earlier.contains(kind.apiVersion) }
    }

    /// The resource with a plural name in a group; nil for what only some API servers have.
    public static func entry(of resource: String, group: String) -> Entry? {
        byResource[resource]?.first { entry in
            entry.group == group || entry.earlier.contains { $0.hasPrefix(group + "/") }
        }
    }

    /// The entries with a kind of whatever group.
    static func entries(named kind: String) -> [Entry] { byKind[kind] ?? [] }

    /// The plural name of a kind: that of the API, or what it would be called by convention.
    public static func resource(of kind: GroupVersionKind) -> String {
        entry(of: kind)?.resource ?? plural(kind.kind)
    }

    /// The plural as `UnsafeGuessKindToResource` makes it.
    static func plural(_ kind: String) -> String {
        let singular = kind.lowercased()
        if singular.hasSuffix("endpoints") { return singular }
        if singular.hasSuffix("s") { return singular + "es" }
        if singular.hasSuffix("y") { return singular.dropLast() + "ies" }
        return singular + "s"
    }
}
