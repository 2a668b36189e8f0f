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

    /// Whether a group is none of Kubernetes' own; the community's projects have groups under `k8s.io` too.
    private static func isCustom(_ group: JSONText) -> Bool {
        guard group.hasSuffix(".k8s.io") else { return group.firstIndex(of: UInt8(ascii: ".")) != nil }
        return !ownGroups.contains { group == $0 }
    }

    /// The groups that the API server and its extensions serve themselves, whose objects run nothing.
    private static let ownGroups: [StaticString] = [
        "coordination.k8s.io", "events.k8s.io", "discovery.k8s.io", "authorization.k8s.io", "authentication.k8s.io",
        "rbac.authorization.k8s.io", "networking.k8s.io", "storage.k8s.io", "metrics.k8s.io", "node.k8s.io",
        "certificates.k8s.io", "scheduling.k8s.io", "apiregistration.k8s.io", "apiextensions.k8s.io",
        "admissionregistration.k8s.io", "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "resource.k8s.io",
        "storagemigration.k8s.io", "imagepolicy.k8s.io", "snapshot.storage.k8s.io", "gateway.networking.k8s.io",
        "custom.metrics.k8s.io", "external.metrics.k8s.io", "policy.networking.k8s.io",
    ]

    /// Whether a patch, in the shape of the object, changes what is run and not only what is said about it.
    func isTouched(by patch: JSONValue) -> Bool {
        guard case .custom = self else { return runningPart(of: patch) != nil }
        var reading = PodReading()
        reading.read(patch, as: .custom)
        return !reading.containers.isEmpty
    }

    /// Whether two states of an object run the same.
    func isSame(_ old: JSONValue, _ new: JSONValue) -> Bool {
        guard let before = runningPart(of: old), let after = runningPart(of: new) else { return false }
        return before.isWritten(like: after)
    }

    func runningPart(of object: JSONValue) -> JSONValue? {
        switch self {
        case .pod, .custom: object["spec"]
        case .podTemplate: object["template"]
        case .templated: object["spec"]?["template"]
        case .cronJob: object["spec"]?["jobTemplate"]
        }
    }
}

extension JSONValue {
    /// Whether two values are equal member by member in the same order.
    ///
    /// The API server writes both states of an object in one order. Equality without regard to order takes time that
    /// grows with the square of an object's size, which a hostile object could make use of.
    fileprivate func isWritten(like other: JSONValue) -> Bool {
        switch (kind, other.kind) {
        case (.object, .object):
            guard count == other.count else { return false }
            return zip(members, other.members).allSatisfy { $0.key == $1.key && $0.value.isWritten(like: $1.value) }
        case (.array, .array):
            guard count == other.count else { return false }
            return zip(elements, other.elements).allSatisfy { $0.isWritten(like: $1) }
        default: return self == other
        }
    }
}
