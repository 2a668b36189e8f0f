internal import CEL
package import JSONView
internal import SecurityEvents

/// `workload`: what is deployed.
package final class WorkloadRecord: TabledRecord {
    /// Owns this record; counting it would cost more than reading a field.
    unowned(unsafe) let context: EventContext
    let kept = KeptValues(count: WorkloadRecord.table.fields.count)

    init(_ context: EventContext) { self.context = context }

    var workload: Workload? { _read { yield context.event.workload } }
    package var origin: JSONValue? { workload?.object }

    var namespace: JSONText? { workload?.namespace ?? context.event.target.namespace }

    /// The controlling owner, else the first.
    package var owner: JSONValue? {
        var first: JSONValue?
        guard let owners = workload?.owners else { return nil }
        for reference in owners.elements {
            if reference["controller"]?.bool == true { return reference }
            first = first ?? reference
        }
        return first
    }

    /// Whether it is a Pod as `kubectl debug node/…` makes one.
    ///
    /// It names its node, has the host's namespaces and its root, and a terminal; and neither privileges nor a command.
    var isNodeDebugger: Bool {
        guard let workload, workload.kindText == "Pod", owner == nil, context.event.containers.count == 1,
            workload.node.map({ !$0.isEmpty }) ?? false, workload.hostPID.value == true, workload.hostIPC.value == true,
            workload.hostNetwork.value == true, workload.restartPolicy.map({ $0 == "Never" }) ?? false
        else { return false }
        let record = context.record(ofContainer: 0)
        guard let container = record.shown?.pointee.object, container["tty"]?.bool == true,
            container["stdin"]?.bool == true, record.shown?.pointee.privileged?.bool != true,
            record.shown?.pointee.capabilitiesAdded == nil
        else { return false }
        let mounts = record.mountRecords.filter { $0.mount.kind == .host }
        let line = record.commandLine
        return mounts.allSatisfy { $0.mount.source.map(HostPath.isRoot) ?? false }
            && (line.isEmpty || Interpreters.isShell(ShellScript.Command.baseName(String(line))))
    }

    /// Whether a DaemonSet puts it on the nodes: it is one, or is owned by one.
    var isOfDaemonSet: Bool {
        guard let workload else { return false }
        if workload.kind.map({ $0 == "DaemonSet" }) ?? (workload.kindName == "DaemonSet") { return true }
        return owner?["kind"]?.text.map { $0 == "DaemonSet" } ?? false
    }

    fileprivate func containers() -> [ContainerRecord] {
        (0..<context.containerCount).map { context.record(ofContainer: $0) }
    }

    /// The mounts of all containers, and the Pod's volumes that none of them mounts.
    fileprivate func mounts() -> [Value] {
        var mounts: [MountRecord] = containers().flatMap(\.mountRecords)
        if let workload {
            mounts += workload.unmountedVolumes(by: context.event.containers).map { MountRecord($0) }
        }
        return mounts.map { mount -> Value in .object(mount) }
    }

    static let table = SchemaTable<WorkloadRecord>(
        "Workload", "What is deployed: a container, a service, a Pod, or anything that makes Pods from a template.",
        identity + settings + lists)

    private static let identity: [SchemaField<WorkloadRecord>] = [
        .word("platform", "docker, kubernetes or containerd.") { $0.context.event.source.platform.word },
        .built("kind", "Pod, Deployment, CronJob, Container, Service and so on.") { record in
            guard let workload = record.workload else { return .none }
            return workload.kind ?? record.context.arena.keep(workload.kindName)
        },
        .text("apiVersion", "The version of the object's API.") { $0.workload?.object?["apiVersion"]?.text },
        .text("namespace", "The namespace.") { $0.namespace },
        .text("engineNamespace", "The engine's own namespace, as containerd has them: k8s.io, moby, default.") {
            $0.workload?.engineNamespace
        },
        .text("name", "The name, or the prefix that the platform makes one of.") { record in
            record.workload?.name ?? record.workload?.generateName ?? record.context.event.target.name
        },
        .text("uid", "The object's identifier; Docker's container ID.") {
            $0.workload?.uid ?? $0.context.event.target.uid
        },
        .map("labels", "Labels of the workload itself.") { $0.workload?.labels },
        .map("annotations", "Annotations of the workload itself.") { $0.workload?.annotations },
        .map("templateLabels", "Labels of the pod template.") { $0.workload?.templateLabels },
        .map("templateAnnotations", "Annotations of the pod template.") { $0.workload?.templateAnnotations },
        .text("ownerKind", "The kind of the controlling owner.") { $0.owner?["kind"]?.text },
        .text("ownerName", "The name of the controlling owner.") { $0.owner?["name"]?.text },
        .text("ownerUID", "The identifier of the controlling owner.") { $0.owner?["uid"]?.text },
        .judged("owned", "Whether a controller owns it.", origins: { $0.owner.map { [$0] } ?? [] }) { $0.owner != nil },
        .text("serviceAccount", "The service account that its containers run as.") { $0.workload?.serviceAccount },
        .flag("automountToken", "Whether the service account's token is mounted, where the record says so.") {
            $0.workload?.automountServiceAccountToken
        },
        .text("node", "The node that it is bound to or asks for.") { $0.workload?.node },
        .judged(
            "nodeDebugger",
            "Whether it is a Pod as `kubectl debug node/…` makes one: the host's namespaces and root, a terminal, and "
                + "neither privileges nor a command."
        ) { $0.isNodeDebugger },
        .map("nodeSelector", "Labels that its node must have.") { $0.workload?.nodeSelector },
        SchemaField(
            "tolerations", .list(.dyn), "Taints that it tolerates.", isKnown: { $0.workload?.tolerations != nil },
            origins: { $0.workload?.tolerations.map { [$0] } ?? [] }
        ) { record in
            guard let tolerations = record.workload?.tolerations, tolerations.kind == .array else {
                return .list(SchemaValue.emptyList)
            }
            return .json(tolerations)
        },
        .judged(
            "controlPlanePinned",
            "Whether node name, selector, affinity or tolerations aim at nodes of the control plane.",
            origins: { NodePlacement.controlPlaneOrigins($0) }
        ) {
            !NodePlacement.controlPlaneOrigins($0).isEmpty
        },
        .judged(
            "toleratesEverything", "Whether it tolerates every taint.", origins: { NodePlacement.everythingOrigins($0) }
        ) {
            !NodePlacement.everythingOrigins($0).isEmpty
        },
    ]

    private static let settings: [SchemaField<WorkloadRecord>] = [
        .setting("hostNetwork", "Whether it is in the host's network.") { $0.workload?.hostNetwork ?? Setting() },
        .setting("hostPID", "Whether it sees the host's processes.") { $0.workload?.hostPID ?? Setting() },
        .setting("hostIPC", "Whether it shares the host's inter-process communication.") {
            $0.workload?.hostIPC ?? Setting()
        },
        .setting("hostUTS", "Whether it shares the host's name.") { $0.workload?.hostUTS ?? Setting() },
        .setting("hostUsers", "Whether it is told to share the host's user namespace.") {
            $0.workload?.hostUsers ?? Setting()
        },
        .setting("hostCgroup", "Whether it is told to share the host's cgroup namespace.") {
            $0.workload?.hostCgroup ?? Setting()
        },
        .flag("shareProcessNamespace", "Whether its containers see each other's processes.") {
            $0.workload?.shareProcessNamespace
        },
        .text("joinedContainer", "Another container whose namespaces it joins.") { $0.workload?.joinedContainer },
        .text("restartPolicy", "When it is started again.") { $0.workload?.restartPolicy },
        .text("runtimeClass", "The runtime class.") { $0.workload?.runtimeClass },
        .text("priorityClass", "The priority class.") { $0.workload?.priorityClass },
        .text("schedule", "The schedule of a CronJob.") { $0.workload?.schedule },
        .setting("removesItself", "Whether the platform removes it when it ends: --rm, ttlSecondsAfterFinished.") {
            $0.workload?.removesItself ?? Setting()
        },
        .judged("mirrorPod", "Whether a kubelet made it for a manifest on its own disk.") {
            $0.workload?.isMirrorPod ?? false
        },
        .judged("systemNamespace", "Whether the list system_namespaces has its namespace.") { record in
            record.namespace.map { record.context.lists.contains($0, in: "system_namespaces") } ?? false
        },
    ]

    private static let lists: [SchemaField<WorkloadRecord>] = [
        .json("spec", "The part that describes the containers: a PodSpec, a Docker create body, a Swarm TaskSpec.") {
            $0.workload?.spec
        },
        .json("object", "The whole object.") { $0.workload?.object },
        .list(
            "mounts", of: .object(MountRecord.table.type), "The mounts of all containers, and volumes that none mounts."
        ) {
            $0.mounts()
        },
        .list("ports", of: .object(PortRecord.table.type), "The ports of all containers.") {
            $0.containers().flatMap(\.portRecords).map { port -> Value in .object(port) }
        },
        .list(
            "pluginPaths", of: .string,
            "Folders that are told to plug-ins (CSI, FlexVolume) as the place of a volume, where no server is named with them.",
            origins: { PluginPaths.all(of: $0.workload).map(\.value) }
        ) {
            PluginPaths.all(of: $0.workload).map { path -> Value in .text(path.text) }
        },
        .list("images", of: .string, "The images of all containers and image volumes, as written.") { record in
            let images = record.context.event.containers.compactMap { $0.image?.text }
            return (images + record.context.event.volumeImages()).map { image -> Value in .text(image) }
        },
    ]
}
