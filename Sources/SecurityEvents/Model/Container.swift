public import JSONView

/// One container of a workload, normalized.
///
/// Cheap leaves are read when the event is made; lists that must be put together (mounts with their volumes, ports with
/// their bindings) are made when asked for.
public struct Container {
    /// What part a container plays in its workload.
    public enum Role: String, CaseIterable, Sendable {
        /// An ordinary container.
        case main
        /// Runs before the others (an init container without `restartPolicy: Always`).
        case `init`
        /// An init container that keeps running beside the others.
        case sidecar
        /// Put into a running Pod.
        case ephemeral
    }

    public var platform: Platform
    public var role: Role
    /// The container as JSON: an element of `spec.containers`, a Docker create body or inspection.
    public var object: JSONValue
    public var name: JSONText?
    /// The platform's identifier (Docker's 64 hexadecimal digits).
    public var id: JSONText?
    /// The image reference as it was written.
    public var image: JSONValue?
    /// The identifier or digest that the platform resolved the image to, where the record has it.
    public var imageID: JSONText?
    /// What replaces the image's entrypoint: Kubernetes' `command`, Docker's `Entrypoint`.
    public var command: JSONValue?
    /// The arguments: Kubernetes' `args`, Docker's `Cmd`.
    public var args: JSONValue?
    public var workingDirectory: JSONText?
    /// Kubernetes' array of `{name, value, valueFrom}`, or Docker's array of `NAME=value`.
    public var env: JSONValue?
    public var user: JSONValue?
    public var privileged: JSONValue?
    /// Whether it runs on a Windows host itself instead of in a container (Kubernetes' `windowsOptions.hostProcess`).
    public var hostProcess: JSONValue?
    public var allowPrivilegeEscalation: JSONValue?
    public var readOnlyRootFilesystem: JSONValue?
    public var runAsUser: JSONValue?
    public var runAsNonRoot: JSONValue?
    /// Arrays of capability names as written, with or without `CAP_`.
    public var capabilitiesAdded: JSONValue?
    public var capabilitiesDropped: JSONValue?
    /// The profile as written: `Unconfined`, `RuntimeDefault`, `Localhost`, `unconfined`, `builtin`, or a JSON profile.
    public var seccomp = Setting<JSONText>()
    /// The profile as written: `unconfined`, `runtime/default`, `Unconfined`, a profile's name.
    public var apparmor = Setting<JSONText>()
    /// SELinux separation is off (`label=disable`, type `spc_t`).
    public var selinuxDisabled = Setting<Bool>()
    /// Kubernetes' `procMount`.
    public var procMount: JSONText?
    /// `/proc` paths that are normally hidden are shown: `procMount: Unmasked`, empty `MaskedPaths`,
    /// `systempaths=unconfined`.
    public var unmaskedPaths = Setting<Bool>()
    /// Docker's `Devices`, an array; Kubernetes' `volumeDevices`, an array.
    public var devices: JSONValue?
    public var deviceCgroupRules: JSONValue?
    /// Docker's GPUs and the like.
    public var deviceRequests: JSONValue?
    public var resources: JSONValue?
    public var sysctls: JSONValue?
    /// The container whose processes an ephemeral container shares.
    public var targetContainer: JSONText?
    /// The container's own mounts: Kubernetes' `volumeMounts`, Docker's `HostConfig.Mounts`.
    public var volumeMounts: JSONValue?
    /// Docker's `HostConfig.Binds`.
    public var binds: JSONValue?
    /// Mounts as the engine made them (`Mounts` of an inspection).
    public var madeMounts: JSONValue?
    /// Docker's `VolumesFrom`.
    public var volumesFrom: JSONValue?
    /// What is known of the containers in ``volumesFrom``: `[{"Name": …, "Mounts": […]}]`.
    public var lenders: JSONValue?
    /// Docker's `HostConfig.Tmpfs`.
    public var tmpfs: JSONValue?
    /// Kubernetes' `ports`, or Docker's `HostConfig.PortBindings`, or Swarm's `EndpointSpec.Ports`.
    public var ports: JSONValue?
    public var publishAllPorts: JSONValue?
    /// Probes, lifecycle hooks, Docker's health check and the words of the shell that runs it: where further commands stand.
    public var probes: [JSONValue] = []
    /// The volumes of the Pod, for joining mounts.
    public var volumes: JSONValue?

    /// Makes a container of a role.
    public init(platform: Platform, role: Role, object: JSONValue) {
        self.platform = platform
        self.role = role
        self.object = object
    }
}
