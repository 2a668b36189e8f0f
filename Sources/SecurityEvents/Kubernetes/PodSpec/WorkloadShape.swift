import JSONView

/// Where an API object keeps its containers.
enum WorkloadShape {
    /// `spec` is the PodSpec.
    case pod
    /// `template.spec` (PodTemplate).
    case podTemplate
    /// `spec.template.spec`.
    case templated
    /// `spec.jobTemplate.spec.template.spec`.
    case cronJob
    /// Somewhere: a custom resource that may embed a pod template.
    case custom

    /// The shape of a resource and the kind its API has for it; nil for resources that run nothing.
    ///
    /// Old logs write the group into the version or leave it out, so a missing group matches by name alone.
    static func of(resource: JSONText, group: JSONText?) -> (shape: WorkloadShape, kind: String)? {
        if let group, !group.isEmpty, group != "apps", group != "batch", group != "extensions" {
            return isCustom(group) ? (.custom, "") : nil
        }
        switch resource.count {
        case 4 where resource == "pods": return (.pod, "Pod")
        case 4 where resource == "jobs": return (.templated, "Job")
        case 8 where resource == "cronjobs": return (.cronJob, "CronJob")
        case 10 where resource == "daemonsets": return (.templated, "DaemonSet")
        case 11 where resource == "deployments": return (.templated, "Deployment")
        case 11 where resource == "replicasets": return (.templated, "ReplicaSet")
        case 12 where resource == "statefulsets": return (.templated, "StatefulSet")
        case 12 where resource == "podtemplates": return (.podTemplate, "PodTemplate")
        case 13 where resource == "scheduledjobs": return (.cronJob, "ScheduledJob")
        case 22 where resource == "replicationcontrollers": return (.templated, "ReplicationController")
        default: return nil
        }
    }

    /// Whether a group is none of Kubernetes' own (`….k8s.io`, without `….x-k8s.io`).
    private static func isCustom(_ group: JSONText) -> Bool {
        group.firstIndex(of: UInt8(ascii: ".")) != nil && !group.hasSuffix(".k8s.io")
    }
}
