internal import JSONView
internal import SecurityEvents

/// Tells whether a container is an agent of the nodes, as storage, networks and GPUs need one.
///
/// Such an agent has much of its host and is at its place all the same: one on each node, a program of its own, and something
/// of the host that it works on. Full privileges, or sight of all processes, with nothing of the host to use them for are what
/// somebody wants who brings the use later.
enum NodeAgent {
    static func isOne(_ record: ContainerRecord) -> Bool {
        record.context.workload.isOfDaemonSet && ProgramOfItsOwn.isRun(by: record)
            && (record.shown?.pointee.role == .`init` || worksOnHost(record))
    }

    private static func worksOnHost(_ record: ContainerRecord) -> Bool {
        let seesProcesses = record.context.event.workload?.hostPID.value == true
        guard seesProcesses || record.shown?.pointee.privileged?.bool == true else { return true }
        if !seesProcesses, record.context.event.workload?.hostNetwork.value == true { return true }
        return record.mountRecords.contains { $0.mount.kind == .host }
    }
}

/// Tells whether a container is a service with a program of its own that wants privileges and not its host's files.
///
/// The half of a storage driver that runs once, a builder of images. What an operator makes under its own custom object, in
/// its own namespace, may have more: the daemons of a storage cluster live on the host's disks.
enum DedicatedService {
    static func isOne(_ record: ContainerRecord) -> Bool {
        let context = record.context
        guard context.event.workload?.platform == .kubernetes else { return false }
        let isOperators = isOfOperator(context)
        guard isOperators || isOfService(context.workload) && leavesHostAlone(record) else { return false }
        return ProgramOfItsOwn.isRun(by: record)
    }

    private static func isOfService(_ workload: WorkloadRecord) -> Bool {
        let kind = workload.workload?.kindText ?? ""
        if kind == "Deployment" || kind == "StatefulSet" || kind == "ReplicaSet" { return true }
        return kind == "Pod"
            && (workload.owner?["kind"]?.text.map { $0 == "ReplicaSet" || $0 == "StatefulSet" } ?? false)
    }

    /// Whether a service account made it in its own namespace, under an object of a kind that is none of Kubernetes' own.
    private static func isOfOperator(_ context: EventContext) -> Bool {
        guard let user = context.event.actor.user?.dropping(prefix: "system:serviceaccount:"),
            let namespace = context.workload.namespace, !namespace.isEmpty,
            user.count > namespace.count, user.prefix(namespace.count) == namespace,
            user[byte: namespace.count] == UInt8(ascii: ":"),
            let version = context.workload.owner?["apiVersion"]?.text
        else { return false }
        let kind = context.workload.workload?.kindText ?? ""
        return kind != "Pod" && version.contains(".") && !version.contains(".k8s.io/")
    }

    /// Whether it has nothing of its host but what plug-ins of a node are meant to write.
    private static func leavesHostAlone(_ record: ContainerRecord) -> Bool {
        let context = record.context
        if context.event.workload?.hostPID.value == true { return false }
        return record.mountRecords.allSatisfy { made in
            guard made.mount.kind == .host, let path = made.mount.source else { return true }
            if HostPath.isRuntimeSocket(path) { return false }
            return made.mount.isReadOnly && !HostPath.isRoot(path)
                || context.lists.contains(path, in: "node_plugin_paths")
                || !context.lists.isSensitiveHostPath(path)
        }
    }
}

/// Marks of a container that runs a program of its own, and is no open door.
///
/// A service account of its own, an image of a fixed version whose registry has a name, a program of the image (no code in the
/// command, no shell but one that only starts it), no way into the host; made by nobody's account and by no workload's.
enum ProgramOfItsOwn {
    /// Numbers of ``EventContext/commandJudgements``.
    private static let programJudgement = 1
    private static let preparationJudgement = 2

    static func isRun(by record: ContainerRecord) -> Bool {
        let context = record.context
        guard let account = context.workload.workload?.serviceAccount, !account.isEmpty, account != "default",
            !record.image.isTagMutable
        else { return false }
        if let user = context.event.actor.user, user == "system:anonymous" || isDefaultAccount(user) { return false }
        if record.image.isRegistryNumber { return false }
        let line = record.commandLine
        let isPreparation = record.shown?.pointee.role == .`init`
        let runsOwn = context.commandJudgements.judge(
            line, by: isPreparation ? preparationJudgement : programJudgement
        ) { isOwn($0, isPreparation: isPreparation) }
        return runsOwn && (isPreparation || !runsMountedScript(record, line))
    }

    /// Whether a user is the account that every Pod of a namespace has unless it is given another: nobody deploys with it.
    private static func isDefaultAccount(_ user: JSONText) -> Bool {
        guard user.hasPrefix("system:serviceaccount:"), let colon = user.bytes.lastIndex(of: UInt8(ascii: ":")) else {
            return false
        }
        return user.dropFirst(colon + 1) == "default"
    }

    private static func isOwn(_ line: JSONText, isPreparation: Bool) -> Bool {
        if WaitsToBeEntered.judge(line) || AssembledCommand.judge(line, EntersHost.judge) { return false }
        if isPreparation { return true }
        if RunsShell.judge(line) { return OwnProgram.judge(line) }
        // Code in the command is no more the image's own than a script is.
        return !ShellScript(line).allCommands.contains(where: Interpreters.isGivenCode)
    }

    /// Whether what runs does not come with the image: a script or program on a mount, or a shell that names one.
    private static func runsMountedScript(_ record: ContainerRecord, _ line: JSONText) -> Bool {
        let mounts = record.mountRecords.compactMap { made -> String? in
            guard made.mount.kind == .host || made.mount.kind == .configMap || made.mount.kind == .secret,
                let target = made.mount.target, target.count > 1
            else { return nil }
            return String(target)
        }
        if mounts.isEmpty { return false }
        let text = String(line)
        if RunsShell.judge(line) { return mounts.contains { text.contains($0) } }
        let files = ShellScript(line).allCommands.compactMap { Interpreters.scriptFile($0) }
        return files.contains { file in mounts.contains { file.hasPrefix($0.hasSuffix("/") ? $0 : $0 + "/") } }
    }
}
