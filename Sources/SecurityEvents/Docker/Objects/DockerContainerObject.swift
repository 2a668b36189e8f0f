import JSONView

/// A container as the engine's API describes it, normalized.
///
/// The same for a create body, for the fields of an old start body, and for an inspection; the three differ in where
/// the parts stand and in what the engine has filled in.
struct DockerContainerObject {
    var workload = Workload(platform: .docker)
    var container: Container
    var faults: [FieldFault] = []
    /// Host settings stand beside the configuration, where only old clients put them.
    var readsOutsideHostConfig = false

    /// Reads a create body.
    ///
    /// - Parameters:
    ///   - body: the body with the engine's names.
    ///   - name: the name that was asked for in the query.
    ///   - id: the identifier that the engine answered.
    init(create body: JSONValue, name: JSONText?, id: JSONText?) {
        // Old engines take host settings that stand beside the configuration when there is no HostConfig.
        let host = body["HostConfig"].flatMap { $0.isNull ? nil : $0 }
        self.init(object: body, config: body, host: host ?? body, isInspection: false)
        identify(name: name, id: id)
        workload.spec = body
        let outside: [StaticString] = [
            "Privileged", "Binds", "Mounts", "CapAdd", "SecurityOpt", "PidMode", "Devices",
        ]
        readsOutsideHostConfig = host == nil && outside.contains { body[$0].map { !$0.isNull } ?? false }
    }

    /// Reads the host settings that old engines take when a container is started.
    init(start body: JSONValue, name: JSONText?, id: JSONText?) {
        let host = body["HostConfig"].flatMap { $0.isNull ? nil : $0 }
        self.init(object: body, config: nil, host: host ?? body, isInspection: false)
        identify(name: name, id: id)
        workload.spec = body
    }

    /// Reads an inspection.
    init(inspection: JSONValue) {
        self.init(
            object: inspection, config: inspection["Config"], host: inspection["HostConfig"], isInspection: true)
        var fields = FieldReader(faults: faults)
        var name = fields.text(inspection["Name"])
        if let given = name, given.hasPrefix("/") { name = given.dropFirst(1) }
        identify(name: name, id: fields.text(inspection["Id"]))
        workload.spec = inspection["Config"]
        container.imageID = fields.text(inspection["Image"])
        container.madeMounts = fields.array(inspection["Mounts"])
        if container.command == nil, container.args == nil {
            container.command = fields.words(inspection["Path"])
            container.args = fields.words(inspection["Args"])
        }
        if container.apparmor.value == nil, let profile = fields.text(inspection["AppArmorProfile"]) {
            container.apparmor = Setting(profile, from: inspection["AppArmorProfile"])
        }
        faults = fields.faults
    }

    private init(object: JSONValue, config: JSONValue?, host: JSONValue?, isInspection: Bool) {
        container = Container(platform: .docker, role: .main, object: object)
        var fields = FieldReader()
        workload.kindName = "Container"
        workload.object = object
        workload.labels = fields.object(config?["Labels"])
        Self.readConfiguration(config, into: &container, &fields)
        Self.readHost(host, into: &container, &fields)
        Self.readHost(host, into: &workload, &fields)
        DockerSecurityOptions.read(host?["SecurityOpt"], into: &container, &fields)
        if isInspection { Self.forgetDefaults(&workload, &container) }
        faults = fields.faults
    }

    private mutating func identify(name: JSONText?, id: JSONText?) {
        workload.name = name
        workload.uid = id
        container.name = name
        container.id = id
    }

    private static func readConfiguration(
        _ config: JSONValue?, into container: inout Container, _ fields: inout FieldReader
    ) {
        guard let config else { return }
        container.image = config["Image"].flatMap { fields.text($0) == nil ? nil : $0 }
        container.command = fields.words(config["Entrypoint"])
        container.args = fields.words(config["Cmd"])
        container.workingDirectory = fields.text(config["WorkingDir"])
        container.env = fields.array(config["Env"])
        container.user = config["User"].flatMap { fields.text($0) == nil ? nil : $0 }
        if let check = fields.object(config["Healthcheck"]) { container.probes.append(check) }
        // The engine runs a health check that is one line (CMD-SHELL), perhaps the image's, with these words before it.
        if let shell = fields.words(config["Shell"]) { container.probes.append(shell) }
    }

    private static func readHost(
        _ host: JSONValue?, into container: inout Container, _ fields: inout FieldReader
    ) {
        guard let host else { return }
        container.privileged = fields.bool(host["Privileged"])
        container.readOnlyRootFilesystem = fields.bool(host["ReadonlyRootfs"])
        container.capabilitiesAdded = fields.words(host["CapAdd"])
        container.capabilitiesDropped = fields.words(host["CapDrop"])
        container.devices = fields.array(host["Devices"])
        container.deviceCgroupRules = fields.array(host["DeviceCgroupRules"])
        container.deviceRequests = fields.array(host["DeviceRequests"])
        container.sysctls = fields.object(host["Sysctls"])
        container.volumeMounts = fields.array(host["Mounts"])
        container.binds = fields.array(host["Binds"])
        container.volumesFrom = fields.array(host["VolumesFrom"])
        container.tmpfs = fields.object(host["Tmpfs"])
        container.ports = fields.object(host["PortBindings"])
        container.publishAllPorts = fields.bool(host["PublishAllPorts"])
        if host["Memory"] != nil || host["NanoCpus"] != nil { container.resources = host }
        for (name, needed) in hidingPaths {
            // A list takes the place of the engine's own, whatever is in it; null or none asks for the engine's.
            guard let paths = host[name], paths.kind == .array,
                !needed.allSatisfy({ path in paths.elements.contains { $0.text.map { $0 == path } ?? false } })
            else { continue }
            container.unmaskedPaths = Setting(true, from: paths)
        }
    }

    /// What every engine hides or keeps from being written, of which the lack opens a way to the host.
    private static let hidingPaths: [(StaticString, [StaticString])] = [
        ("MaskedPaths", ["/proc/kcore", "/sys/firmware"]), ("ReadonlyPaths", ["/proc/sys", "/proc/sysrq-trigger"]),
    ]

    private static func readHost(_ host: JSONValue?, into workload: inout Workload, _ fields: inout FieldReader) {
        guard let host else { return }
        workload.annotations = fields.object(host["Annotations"])
        workload.hostNetwork = fields.isHost(host["NetworkMode"])
        workload.hostPID = fields.isHost(host["PidMode"])
        workload.hostIPC = fields.isHost(host["IpcMode"])
        workload.hostUTS = fields.isHost(host["UTSMode"])
        workload.hostUsers = fields.isHost(host["UsernsMode"])
        workload.hostCgroup = fields.isHost(host["CgroupnsMode"])
        for name in ["PidMode", "IpcMode", "NetworkMode"] as [StaticString] {
            guard let mode = host[name]?.text, mode.hasPrefix("container:") else { continue }
            workload.joinedContainer = mode.dropFirst(10)
            break
        }
        workload.restartPolicy = fields.text(host["RestartPolicy"]?["Name"])
        workload.runtimeClass = fields.text(host["Runtime"])
        if let removes = fields.bool(host["AutoRemove"]) {
            workload.removesItself = Setting(removes.bool, from: removes)
        }
    }

    /// Takes back what an engine writes into every inspection without having been asked.
    private static func forgetDefaults(_ workload: inout Workload, _ container: inout Container) {
        // With version 1 of cgroups every container is in the host's cgroup namespace.
        workload.hostCgroup.value = nil
        // The engine adds label=disable itself where processes are shared with the host.
        if workload.hostPID.value == true || workload.hostIPC.value == true || container.privileged?.bool == true {
            container.selinuxDisabled.value = nil
        }
    }
}
