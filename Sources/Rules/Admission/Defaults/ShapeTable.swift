internal import JSONView

/// What the API server puts into which objects (`SetDefaults_…` of `k8s.io/kubernetes/pkg/apis`).
enum ShapeTable {
    static let shapes: [ShapeName: ObjectShape] = common.merging(pods) { $1 }.merging(workloads) { $1 }
        .merging(services) { $1 }.merging(cluster) { $1 }.merging(devices) { $1 }

    /// The shapes with their names looked up, each at the place of its name.
    static let compiled: [CompiledShape?] = ShapeName.allCases.map { name in shapes[name].map { CompiledShape($0) } }

    /// The shape of a kind; of a custom resource only the metadata have one.
    static func shape(of kind: GroupVersionKind) -> ShapeName {
        if let name = names["\(kind.group)/\(kind.kind)"] {
            return name == .autoscaler && kind.version == "v1" ? .targetAutoscaler : name
        }
        return APIResources.entry(of: kind)?.group == kind.group ? .other : .custom
    }

    private static let names: [String: ShapeName] = [
        "/Pod": .pod, "/PodTemplate": .podTemplate, "/ReplicationController": .replicationController,
        "apps/Deployment": .deployment, "apps/StatefulSet": .statefulSet, "apps/DaemonSet": .daemonSet,
        "apps/ReplicaSet": .replicaSet, "apps/ControllerRevision": .controllerRevision,
        "batch/Job": .job, "batch/CronJob": .cronJob,
        "/Service": .service, "/Secret": .secret, "/PersistentVolumeClaim": .claim, "/Namespace": .namespace,
        "/PersistentVolume": .persistentVolume, "/LimitRange": .limitRange, "/ResourceQuota": .quota,
        "/Endpoints": .endpoints, "discovery.k8s.io/EndpointSlice": .endpointSlice,
        "networking.k8s.io/NetworkPolicy": .networkPolicy, "networking.k8s.io/IngressClass": .ingressClass,
        "rbac.authorization.k8s.io/RoleBinding": .roleBinding,
        "rbac.authorization.k8s.io/ClusterRoleBinding": .roleBinding,
        "autoscaling/HorizontalPodAutoscaler": .autoscaler,
        "resource.k8s.io/ResourceClaim": .resourceClaim,
        "resource.k8s.io/ResourceClaimTemplate": .resourceClaimTemplate,
        "storage.k8s.io/StorageClass": .storageClass, "storage.k8s.io/CSIDriver": .storageDriver,
        "scheduling.k8s.io/PriorityClass": .priorityClass,
        "apiextensions.k8s.io/CustomResourceDefinition": .definition,
        "admissionregistration.k8s.io/ValidatingWebhookConfiguration": .webhooks,
        "admissionregistration.k8s.io/MutatingWebhookConfiguration": .mutatingWebhooks,
    ]

    private static let common: [ShapeName: ObjectShape] = [
        .plain: ObjectShape(), .other: ObjectShape(fields: ["metadata": .metadata]),
        .custom: ObjectShape(fields: ["metadata": .metadata], keepsOthers: true),
        .metadata: ObjectShape(plainNumbers: ["generation"], dropsEmptyTexts: true),
        .namespaceMetadata: ObjectShape(
            replaced: { metadata in
                // A Namespace without a name of its own yet has none for a label either.
                guard let name = metadata["name"]?.string, !name.isEmpty else { return [] }
                let label = "kubernetes.io/metadata.name"
                let others = texts(metadata["labels"]).filter { $0.0 != label }
                return [("labels", .object(others + [(label, .text(name))]))]
            }, plainNumbers: ["generation"], dropsEmptyTexts: true),
    ]

    /// The members of a map of texts.
    static func texts(_ map: JSONValue?) -> [(String, DefaultValue)] {
        guard let map, map.kind == .object else { return [] }
        return map.members.map { (String($0.key), .text($0.value.string ?? "")) }
    }
}
