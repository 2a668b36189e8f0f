/// The structs that the engine decodes the bodies of its API into.
enum GoSchemas {
    /// `POST /containers/create`: the configuration, its host part and, for old clients, host fields beside them.
    static let create = GoStruct(
        config + [
            ("HostConfig", .pointer(hostConfig)), ("NetworkingConfig", .pointer(networkingConfig)), ("Cpuset", .scalar),
        ], embedding: [hostConfig])

    static let hostConfig = GoStruct(
        [
            ("Binds", .replaced), ("ContainerIDFile", .scalar),
            ("LogConfig", .structure(GoStruct([("Type", .scalar), ("Config", .map(.scalar))]))),
            ("NetworkMode", .scalar),
            ("PortBindings", .mapOfLists(GoStruct([("HostIp", .scalar), ("HostPort", .scalar)]))),
            ("RestartPolicy", .structure(restartPolicy)), ("AutoRemove", .scalar), ("VolumeDriver", .scalar),
            ("VolumesFrom", .replaced), ("ConsoleSize", .replaced), ("Annotations", .map(.scalar)),
            ("CapAdd", .replaced), ("CapDrop", .replaced), ("Capabilities", .replaced), ("CgroupnsMode", .scalar),
            ("Dns", .replaced), ("DnsOptions", .replaced), ("DnsSearch", .replaced), ("ExtraHosts", .replaced),
            ("GroupAdd", .replaced), ("IpcMode", .scalar), ("Cgroup", .scalar), ("Links", .replaced),
            ("OomScoreAdj", .scalar), ("PidMode", .scalar), ("Privileged", .scalar), ("PublishAllPorts", .scalar),
            ("ReadonlyRootfs", .scalar), ("SecurityOpt", .replaced), ("StorageOpt", .map(.scalar)),
            ("Tmpfs", .map(.scalar)), ("UTSMode", .scalar), ("UsernsMode", .scalar), ("ShmSize", .scalar),
            ("Sysctls", .map(.scalar)), ("Runtime", .scalar), ("Isolation", .scalar), ("Mounts", .list(mount)),
            ("MaskedPaths", .replaced), ("ReadonlyPaths", .replaced), ("Init", .replaced),
        ], embedding: [resources])

    static let resources = GoStruct([
        ("CpuShares", .scalar), ("Memory", .scalar), ("NanoCpus", .scalar), ("CgroupParent", .scalar),
        ("BlkioWeight", .scalar), ("CpuPeriod", .scalar), ("CpuQuota", .scalar), ("CpusetCpus", .scalar),
        ("CpusetMems", .scalar), ("DeviceCgroupRules", .replaced),
        (
            "Devices",
            .list(GoStruct([("PathOnHost", .scalar), ("PathInContainer", .scalar), ("CgroupPermissions", .scalar)]))
        ),
        (
            "DeviceRequests",
            .list(
                GoStruct([
                    ("Driver", .scalar), ("Count", .scalar), ("DeviceIDs", .replaced), ("Capabilities", .replaced),
                    ("Options", .map(.scalar)),
                ]))
        ),
        ("KernelMemory", .scalar), ("MemoryReservation", .scalar), ("MemorySwap", .scalar),
        ("MemorySwappiness", .replaced), ("OomKillDisable", .replaced), ("PidsLimit", .replaced),
        ("Ulimits", .list(GoStruct([("Name", .scalar), ("Hard", .scalar), ("Soft", .scalar)]))),
    ])

    /// `POST /containers/{id}/update`.
    static let update = GoStruct([("RestartPolicy", .structure(restartPolicy))], embedding: [resources])

    /// `POST /containers/{id}/exec`.
    static let exec = GoStruct([
        ("User", .scalar), ("Privileged", .scalar), ("Tty", .scalar), ("ConsoleSize", .replaced),
        ("AttachStdin", .scalar), ("AttachStderr", .scalar), ("AttachStdout", .scalar), ("Detach", .scalar),
        ("DetachKeys", .scalar), ("Env", .replaced), ("WorkingDir", .scalar), ("Cmd", .replaced),
    ])

    /// `POST /exec/{id}/start`.
    static let execStart = GoStruct([("Detach", .scalar), ("Tty", .scalar), ("ConsoleSize", .replaced)])

    /// `POST /commit`, whose body is a configuration.
    static let commit = GoStruct(config)

    /// `POST /volumes/create`.
    static let volume = GoStruct([
        ("Driver", .scalar), ("DriverOpts", .map(.scalar)), ("Labels", .map(.scalar)), ("Name", .scalar),
        ("ClusterVolumeSpec", .replaced),
    ])

    /// `POST /networks/create`, `/networks/{id}/connect` and `/disconnect`.
    static let network = GoStruct([
        ("Name", .scalar), ("Driver", .scalar), ("Scope", .scalar), ("Internal", .scalar), ("Attachable", .scalar),
        ("Ingress", .scalar), ("Options", .map(.scalar)), ("Labels", .map(.scalar)), ("Container", .scalar),
        ("Force", .scalar),
    ])

    /// `POST /services/create` and `/services/{id}/update`.
    static let service = GoStruct([
        ("Name", .scalar), ("Labels", .map(.scalar)), ("TaskTemplate", .structure(taskTemplate)),
        (
            "Mode",
            .structure(
                GoStruct([("Replicated", .pointer(GoStruct([("Replicas", .replaced)]))), ("Global", .replaced)]))
        ),
        ("Networks", .list(networkAttachment)),
        ("EndpointSpec", .pointer(GoStruct([("Mode", .scalar), ("Ports", .list(servicePort))]))),
    ])

    /// A body of which only the case of nothing is known.
    static let other = GoStruct([])

    private static let config: [(StaticString, GoType)] = [
        ("Hostname", .scalar), ("Domainname", .scalar), ("User", .scalar), ("AttachStdin", .scalar),
        ("AttachStdout", .scalar), ("AttachStderr", .scalar), ("ExposedPorts", .map(.replaced)), ("Tty", .scalar),
        ("OpenStdin", .scalar), ("StdinOnce", .scalar), ("Env", .replaced), ("Cmd", .replaced),
        ("Healthcheck", .pointer(healthcheck)), ("ArgsEscaped", .scalar), ("Image", .scalar),
        ("Volumes", .map(.replaced)), ("WorkingDir", .scalar), ("Entrypoint", .replaced), ("NetworkDisabled", .scalar),
        ("MacAddress", .scalar), ("OnBuild", .replaced), ("Labels", .map(.scalar)), ("StopSignal", .scalar),
        ("StopTimeout", .replaced), ("Shell", .replaced),
    ]

    private static let healthcheck = GoStruct([
        ("Test", .replaced), ("Interval", .scalar), ("Timeout", .scalar), ("StartPeriod", .scalar),
        ("Retries", .scalar),
    ])

    private static let restartPolicy = GoStruct([("Name", .scalar), ("MaximumRetryCount", .scalar)])

    private static let networkingConfig = GoStruct([("EndpointsConfig", .map(.replaced))])

    private static let driver = GoStruct([("Name", .scalar), ("Options", .map(.scalar))])

    private static let mount = GoStruct([
        ("Type", .scalar), ("Source", .scalar), ("Target", .scalar), ("ReadOnly", .scalar), ("Consistency", .scalar),
        (
            "BindOptions",
            .pointer(
                GoStruct([
                    ("Propagation", .scalar), ("NonRecursive", .scalar), ("CreateMountpoint", .scalar),
                    ("ReadOnlyNonRecursive", .scalar), ("ReadOnlyForceRecursive", .scalar),
                ]))
        ),
        (
            "VolumeOptions",
            .pointer(
                GoStruct([
                    ("NoCopy", .scalar), ("Labels", .map(.scalar)), ("Subpath", .scalar),
                    ("DriverConfig", .pointer(driver)),
                ]))
        ),
        ("TmpfsOptions", .pointer(GoStruct([("SizeBytes", .scalar), ("Mode", .scalar), ("Options", .replaced)]))),
        ("ImageOptions", .pointer(GoStruct([("Subpath", .scalar)]))),
    ])

    private static let networkAttachment = GoStruct([("Target", .scalar), ("Aliases", .replaced)])

    private static let servicePort = GoStruct([
        ("Name", .scalar), ("Protocol", .scalar), ("TargetPort", .scalar), ("PublishedPort", .scalar),
        ("PublishMode", .scalar),
    ])

    private static let taskTemplate = GoStruct([
        ("ContainerSpec", .pointer(containerSpec)), ("PluginSpec", .replaced), ("Resources", .replaced),
        ("RestartPolicy", .replaced), ("Placement", .replaced), ("Networks", .list(networkAttachment)),
        ("LogDriver", .replaced), ("ForceUpdate", .scalar), ("Runtime", .scalar),
    ])

    private static let containerSpec = GoStruct([
        ("Image", .scalar), ("Labels", .map(.scalar)), ("Command", .replaced), ("Args", .replaced),
        ("Hostname", .scalar), ("Env", .replaced), ("Dir", .scalar), ("User", .scalar), ("Groups", .replaced),
        (
            "Privileges",
            .pointer(
                GoStruct([
                    ("CredentialSpec", .replaced),
                    ("SELinuxContext", .pointer(GoStruct([("Disable", .scalar), ("Type", .scalar)]))),
                    ("Seccomp", .pointer(GoStruct([("Mode", .scalar), ("Profile", .scalar)]))),
                    ("AppArmor", .pointer(GoStruct([("Mode", .scalar)]))), ("NoNewPrivileges", .scalar),
                ]))
        ),
        ("Init", .replaced), ("StopSignal", .scalar), ("TTY", .scalar), ("OpenStdin", .scalar), ("ReadOnly", .scalar),
        ("Mounts", .list(mount)), ("StopGracePeriod", .replaced), ("Healthcheck", .pointer(healthcheck)),
        ("Hosts", .replaced), ("Secrets", .replaced), ("Configs", .replaced), ("Isolation", .scalar),
        ("Sysctls", .map(.scalar)), ("CapabilityAdd", .replaced), ("CapabilityDrop", .replaced),
        ("Ulimits", .replaced), ("OomScoreAdj", .scalar),
    ])
}
