import JSONView

/// A container as containerd keeps it, with its OCI runtime specification, normalized.
///
/// The specification is what runs: settings have no names of their own there, so what Docker and Kubernetes call
/// privileged, or the host's namespace, is told from what is missing.
/// <https://github.com/opencontainers/runtime-spec/blob/main/config.md>
struct ContainerdObject {
    var workload = Workload(platform: .containerd)
    var container: Container
    var faults: [FieldFault] = []

    /// Reads what `ctr containers info` prints.
    ///
    /// - Parameters:
    ///   - object: `ID`, `Labels`, `Image`, `Spec`, and `Sandbox`, the namespaces of the Pod that it belongs to.
    ///   - namespace: containerd's namespace.
    ///   - parser: makes values that stand nowhere in the record.
    init(_ object: JSONValue, in namespace: JSONText?, parser: JSONParser) {
        container = Container(platform: .containerd, role: .main, object: object)
        var fields = FieldReader()
        let labels = fields.object(object["Labels"])
        container.id = fields.text(object["ID"])
        container.image = object["Image"].flatMap { fields.text($0) == nil ? nil : $0 }
        workload.labels = labels
        workload.object = object
        workload.engineNamespace = namespace
        identify(labels, in: namespace)
        if let spec = fields.object(object["Spec"]) {
            workload.spec = spec
            workload.annotations = fields.object(spec["annotations"])
            readProcess(spec["process"], &fields)
            container.readOnlyRootFilesystem = fields.bool(spec["root"]?["readonly"])
            container.madeMounts = fields.array(spec["mounts"])
            readLinux(spec["linux"], sandbox: object["Sandbox"], &fields)
        }
        faults = fields.faults
    }

    /// Whether the containers have what only full privileges bring; says so as a value.
    var isPrivileged: Bool {
        guard let added = container.capabilitiesAdded, container.object["Spec"]?["linux"]?["seccomp"] == nil,
            container.unmaskedPaths.value == true
        else { return false }
        let wanted = ["SYS_ADMIN", "SYS_MODULE", "SYS_RAWIO", "SYS_PTRACE", "NET_ADMIN", "DAC_READ_SEARCH"]
        return wanted.allSatisfy { name in
            added.elements.contains { $0.text.map { String($0) == "CAP_" + name } ?? false }
        }
    }

    /// Takes the names that kubelets and `nerdctl` give; anybody who may create a container may give them too.
    private mutating func identify(_ labels: JSONValue?, in namespace: JSONText?) {
        if let pod = labels?["io.kubernetes.pod.uid"]?.text, !pod.isEmpty {
            workload.kindName = "Pod"
            workload.uid = pod
            workload.name = labels?["io.kubernetes.pod.name"]?.text
            workload.namespace = labels?["io.kubernetes.pod.namespace"]?.text
            container.name = labels?["io.kubernetes.container.name"]?.text ?? labels?["io.cri-containerd.kind"]?.text
            return
        }
        workload.kindName = "Container"
        workload.uid = container.id
        workload.namespace = namespace
        workload.name = labels?["nerdctl/name"]?.text ?? container.id
        container.name = workload.name
    }

    private mutating func readProcess(_ process: JSONValue?, _ fields: inout FieldReader) {
        guard let process else { return }
        container.args = fields.words(process["args"])
        container.env = fields.array(process["env"])
        container.workingDirectory = fields.text(process["cwd"])
        container.runAsUser = process["user"]?["uid"]
        container.capabilitiesAdded = fields.array(process["capabilities"]?["bounding"])
        if let profile = fields.text(process["apparmorProfile"]) {
            container.apparmor = Setting(profile, from: process["apparmorProfile"])
        }
        if let label = fields.text(process["selinuxLabel"]), label.contains(":spc_t:") {
            container.selinuxDisabled = Setting(true, from: process["selinuxLabel"])
        }
    }

    private mutating func readLinux(_ linux: JSONValue?, sandbox: JSONValue?, _ fields: inout FieldReader) {
        guard let linux else { return }
        container.sysctls = fields.object(linux["sysctl"])
        container.devices = fields.array(linux["devices"])
        if linux["maskedPaths"].map({ $0.isNull || $0.count == 0 }) ?? true {
            container.unmaskedPaths = Setting(true, from: linux["maskedPaths"] ?? linux)
        }
        guard let namespaces = fields.array(linux["namespaces"]) else { return }
        workload.hostPID = Self.host("pid", namespaces, sandbox)
        workload.hostNetwork = Self.host("network", namespaces, sandbox)
        workload.hostIPC = Self.host("ipc", namespaces, sandbox)
        workload.hostUTS = Self.host("uts", namespaces, sandbox)
        if workload.runtimeClass == nil { workload.runtimeClass = fields.text(container.object["Runtime"]?["Name"]) }
    }

    /// Whether a namespace is the host's: not in the list, or entered through the host's first process, or that of a
    /// Pod which has none of its own.
    private static func host(_ type: StaticString, _ namespaces: JSONValue, _ sandbox: JSONValue?) -> Setting<Bool> {
        guard let own = namespace(type, namespaces) else { return Setting(true, from: namespaces) }
        guard let path = own["path"]?.text, !path.isEmpty else { return Setting(false, from: own) }
        if path.hasPrefix("/proc/1/ns/") { return Setting(true, from: own["path"]) }
        guard let pod = sandbox, pod.kind == .array else { return Setting(false, from: own) }
        return Setting(namespace(type, pod) == nil, from: own)
    }

    private static func namespace(_ type: StaticString, _ namespaces: JSONValue) -> JSONValue? {
        namespaces.elements.first { $0["type"]?.text.map { $0 == type } ?? false }
    }
}
