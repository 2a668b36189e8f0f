import JSONView

/// What the reason of a Kubernetes Event says was done.
struct KubernetesEventReason {
    private(set) var action = Action.other
    private(set) var isFailure = false
    /// The event comes from the kubelet of the Pod's node.
    private(set) var hasNode = false

    init(_ reason: JSONText?) {
        guard let reason else { return }
        switch reason.count {
        case 6 where reason == "Pulled": (action, hasNode) = (.image, true)
        case 7 where reason == "Started": (action, hasNode) = (.start, true)
        case 7 where reason == "Created": (action, hasNode) = (.create, true)
        case 7 where reason == "Killing": (action, hasNode) = (.stop, true)
        case 7 where reason == "Pulling": (action, hasNode) = (.image, true)
        case 7 where reason == "BackOff": (isFailure, hasNode) = (true, true)
        case 7 where reason == "Evicted": action = .delete
        case 6 where reason == "Failed": (isFailure, hasNode) = (true, true)
        case 9 where reason == "Preempted": action = .delete
        case 16 where reason == "SuccessfulCreate": action = .create
        case 12 where reason == "FailedCreate": (action, isFailure) = (.create, true)
        case 16 where reason == "SuccessfulDelete": action = .delete
        case 17 where reason == "ScalingReplicaSet": action = .modify
        case 18 where reason == "SuccessfulRescale": action = .modify
        default: isFailure = reason.hasPrefix("Failed") || reason.hasPrefix("Err")
        }
    }

    /// The resource of a kind that runs containers.
    static func resource(of kind: JSONText) -> StaticString? {
        switch kind.count {
        case 3 where kind == "Pod": "pods"
        case 3 where kind == "Job": "jobs"
        case 7 where kind == "CronJob": "cronjobs"
        case 9 where kind == "DaemonSet": "daemonsets"
        case 10 where kind == "Deployment": "deployments"
        case 10 where kind == "ReplicaSet": "replicasets"
        case 11 where kind == "StatefulSet": "statefulsets"
        case 21 where kind == "ReplicationController": "replicationcontrollers"
        default: nil
        }
    }

    /// The image that a message of the kubelet quotes, as a JSON string.
    ///
    /// `Successfully pulled image "x" in 2s`, `Container image "x" already present on machine`.
    static func quotedImage(in message: JSONText) -> [UInt8]? {
        guard message.contains("image \"") else { return nil }
        let bytes = message.bytes
        let marker = Array("image \"".utf8)
        var at = 0
        while at + marker.count < bytes.count {
            if bytes[at..<at + marker.count].elementsEqual(marker) {
                let rest = message.dropFirst(at + marker.count)
                guard let end = rest.firstIndex(of: UInt8(ascii: "\"")), end > 0 else { return nil }
                var text = CompactJSON()
                text.write(string: rest.prefix(end).bytes)
                return text.bytes
            }
            at += 1
        }
        return nil
    }
}
