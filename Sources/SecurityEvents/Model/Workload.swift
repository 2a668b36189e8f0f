public import JSONView

/// What is deployed: a container, a service, a Pod, or anything that makes Pods from a template.
///
/// The same fields for every platform; readers fill in what theirs has. A `Setting` knows the value and the place in the
/// record it was read from.
public struct Workload {
    public var platform: Platform
    /// The kind as the platform spells it: `Pod`, `Deployment`, `CronJob`, `Container`, `Service` (Swarm).
    public var kind: JSONText?
    /// The kind where no text in the record spells it.
    public var kindName: String = ""
    public var namespace: JSONText?
    /// The engine's own namespace that it runs in, as containerd has them: `k8s.io`, `moby`, `default`.
    public var engineNamespace: JSONText?
    public var name: JSONText?
    /// The prefix that the platform makes a name of (`generateName`).
    public var generateName: JSONText?
    public var uid: JSONText?
    /// Labels of the workload itself, an object of strings.
    public var labels: JSONValue?
    public var annotations: JSONValue?
    /// Labels and annotations of the pod template, where the workload has one.
    public var templateLabels: JSONValue?
    public var templateAnnotations: JSONValue?
    /// `metadata.ownerReferences`, an array.
    public var owners: JSONValue?
    /// The whole object as JSON: a Kubernetes object, a Docker create body or inspection.
    public var object: JSONValue?
    /// The part that describes the containers: a PodSpec, a Docker create body, a Swarm TaskSpec.
    public var spec: JSONValue?

    public var serviceAccount: JSONText?
    public var automountServiceAccountToken: JSONValue?
    public var node: JSONText?
    public var nodeSelector: JSONValue?
    public var tolerations: JSONValue?
    public var affinity: JSONValue?
    public var hostNetwork = Setting<Bool>()
    public var hostPID = Setting<Bool>()
    public var hostIPC = Setting<Bool>()
    /// Docker's `UTSMode: host`.
    public var hostUTS = Setting<Bool>()
    /// User namespace of the host: `UsernsMode: host`, or `hostUsers: true` written out.
    public var hostUsers = Setting<Bool>()
    /// Docker's cgroup namespace of the host.
    public var hostCgroup = Setting<Bool>()
    public var shareProcessNamespace: JSONValue?
    /// Another container whose namespaces are joined (`container:ID`).
    public var joinedContainer: JSONText?
    /// The volumes: `spec.volumes` of a PodSpec, an array.
    public var volumes: JSONValue?
    public var restartPolicy: JSONText?
    public var runtimeClass: JSONText?
    public var priorityClass: JSONText?
    /// The cron schedule of a CronJob.
    public var schedule: JSONText?
    public var replicas: JSONValue?
    public var activeDeadlineSeconds: JSONValue?
    public var ttlSecondsAfterFinished: JSONValue?
    /// Removed by the platform when it ends: `--rm`, `ttlSecondsAfterFinished`.
    public var removesItself = Setting<Bool>()
    /// A Pod that a kubelet made for a manifest on its own disk.
    public var isMirrorPod = false

    /// Makes a workload of a platform.
    public init(platform: Platform) { self.platform = platform }

    /// The kind, from the record or from what the reader knows.
    public var kindText: String { kind.map { String($0) } ?? kindName }
}

/// A normalized value and the place in the record that it was read from.
public struct Setting<Value: BitwiseCopyable>: BitwiseCopyable {
    /// The value; nil where the record does not say.
    public var value: Value?
    /// The value in the record that it was read from.
    public var origin: JSONValue?

    /// A setting that the record does not have.
    @inlinable
    public init() {}

    /// A setting read from a place.
    @inlinable
    public init(_ value: Value?, from origin: JSONValue?) {
        self.value = value
        self.origin = origin
    }
}
