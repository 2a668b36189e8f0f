import JSONView

/// A Swarm service's specification, normalized.
struct DockerServiceObject {
    var workload = Workload(platform: .docker)
    var container: Container
    var faults: [FieldFault] = []

    /// Reads the body of a service's creation or update, or the `Spec` of its inspection.
    init(specification: JSONValue, id: JSONText?) {
        var fields = FieldReader()
        let task = specification["TaskTemplate"]
        let spec = task?["ContainerSpec"]
        container = Container(platform: .docker, role: .main, object: spec ?? specification)
        workload.kindName = "Service"
        workload.name = fields.text(specification["Name"])
        workload.uid = id
        workload.labels = fields.object(specification["Labels"])
        workload.templateLabels = fields.object(spec?["Labels"])
        workload.object = specification
        workload.spec = task
        workload.replicas = specification["Mode"]?["Replicated"]?["Replicas"]
        workload.restartPolicy = fields.text(task?["RestartPolicy"]?["Condition"])
        workload.runtimeClass = fields.text(task?["Runtime"])
        workload.hostNetwork = Self.hostNetwork(specification, &fields)
        if let spec { read(spec, &fields) }
        container.name = workload.name
        container.resources = fields.object(task?["Resources"])
        container.ports = fields.array(specification["EndpointSpec"]?["Ports"])
        faults = fields.faults
    }

    private mutating func read(_ spec: JSONValue, _ fields: inout FieldReader) {
        container.image = spec["Image"].flatMap { fields.text($0) == nil ? nil : $0 }
        container.command = fields.words(spec["Command"])
        container.args = fields.words(spec["Args"])
        container.env = fields.array(spec["Env"])
        container.workingDirectory = fields.text(spec["Dir"])
        container.user = spec["User"].flatMap { fields.text($0) == nil ? nil : $0 }
        container.readOnlyRootFilesystem = fields.bool(spec["ReadOnly"])
        container.capabilitiesAdded = fields.array(spec["CapabilityAdd"])
        container.capabilitiesDropped = fields.array(spec["CapabilityDrop"])
        container.sysctls = fields.object(spec["Sysctls"])
        container.volumeMounts = fields.array(spec["Mounts"])
        if let check = fields.object(spec["Healthcheck"]) { container.probes.append(check) }
        readPrivileges(spec["Privileges"], &fields)
    }

    private mutating func readPrivileges(_ privileges: JSONValue?, _ fields: inout FieldReader) {
        guard let privileges = fields.object(privileges) else { return }
        if let mode = fields.text(privileges["Seccomp"]?["Mode"]) {
            // A profile of one's own stands there as Go writes bytes.
            let profile = privileges["Seccomp"]?["Profile"]
            let bytes = profile?.text.flatMap { Base64.decode($0) }
            let allowsAll = bytes.map { SeccompProfile.allowsAll($0) } ?? false
            container.seccomp =
                allowsAll
                ? Setting(JSONText("unconfined"), from: profile)
                : Setting(mode, from: privileges["Seccomp"]?["Mode"])
        }
        if let mode = fields.text(privileges["AppArmor"]?["Mode"]) {
            // Swarm says `disabled` for what the engine calls `unconfined`.
            let profile = mode == "disabled" ? JSONText("unconfined") : mode
            container.apparmor = Setting(profile, from: privileges["AppArmor"]?["Mode"])
        }
        let context = privileges["SELinuxContext"]
        if let disable = fields.bool(context?["Disable"]) {
            container.selinuxDisabled = Setting(disable.bool, from: disable)
        }
        if let type = fields.text(context?["Type"]), DockerSecurityOptions.isUnconfined(type: type) {
            container.selinuxDisabled = Setting(true, from: context?["Type"])
        }
    }

    private static func hostNetwork(_ specification: JSONValue, _ fields: inout FieldReader) -> Setting<Bool> {
        for target in networkTargets(specification) where fields.text(target).map({ $0 == "host" }) == true {
            return Setting(true, from: target)
        }
        return Setting()
    }

    /// What a specification names as its networks: names, identifiers, or beginnings of identifiers.
    static func networkTargets(_ specification: JSONValue?) -> [JSONValue] {
        var found: [JSONValue] = []
        for networks in [specification?["TaskTemplate"]?["Networks"], specification?["Networks"]] {
            guard let networks, networks.kind == .array else { continue }
            for network in networks.elements.prefix(64) {
                if let target = network["Target"] { found.append(target) }
            }
        }
        return found
    }
}
