import JSONView

/// A kind of object that runs containers, by what the object itself says.
struct KubernetesObjectKind {
    /// The resource as the API's paths spell it.
    let resource: StaticString
    let shape: WorkloadShape

    /// Nil for an object that runs nothing, or whose group is another's.
    ///
    /// - Parameters:
    ///   - kind: `Deployment`.
    ///   - version: `apps/v1`.
    init?(_ kind: JSONText, version: JSONText) {
        guard let (resource, shape) = Self.known(kind) else { return nil }
        let slash = version.firstIndex(of: UInt8(ascii: "/"))
        let group = slash.map { version.prefix($0) } ?? version.prefix(0)
        let isOwn =
            switch resource.utf8CodeUnitCount {
            case 4 where shape == .pod, 12 where shape == .podTemplate, 22: group.isEmpty
            default: group == "apps" || group == "batch" || group == "extensions"
            }
        guard isOwn else { return nil }
        self.resource = resource
        self.shape = shape
    }

    private static func known(_ kind: JSONText) -> (StaticString, WorkloadShape)? {
        switch kind.count {
        case 3 where kind == "Pod": ("pods", .pod)
        case 3 where kind == "Job": ("jobs", .templated)
        case 7 where kind == "CronJob": ("cronjobs", .cronJob)
        case 9 where kind == "DaemonSet": ("daemonsets", .templated)
        case 10 where kind == "Deployment": ("deployments", .templated)
        case 10 where kind == "ReplicaSet": ("replicasets", .templated)
        case 11 where kind == "PodTemplate": ("podtemplates", .podTemplate)
        case 11 where kind == "StatefulSet": ("statefulsets", .templated)
        case 21 where kind == "ReplicationController": ("replicationcontrollers", .templated)
        default: nil
        }
    }
}
