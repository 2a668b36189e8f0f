internal import JSONView
internal import SecurityEvents

/// Tells whether a container is an agent of the nodes, as storage, networks and GPUs need one.
///
/// Such an agent has much of its host and is at its place all the same: one on each node, under an account and in a
/// namespace of its own, from an image of a fixed version, whose program is no shell, which does not enter the host and
/// does not write to the host's root.
enum NodeAgent {
    /// Numbers of ``EventContext/commandJudgements``.
    private static let programJudgement = 1
    private static let preparationJudgement = 2

    static func isOne(_ record: ContainerRecord) -> Bool {
        let context = record.context
        let workload = context.workload
        guard workload.isOfDaemonSet, !isShared(workload.namespace), !isShared(workload.workload?.serviceAccount),
            !record.image.isTagMutable
        else { return false }
        if let user = context.event.actor.user, user == "system:anonymous" { return false }
        if record.mountRecords.contains(where: { writesRoot($0.mount) }) { return false }
        let line = record.commandLine
        let isPreparation = record.shown?.pointee.role == .`init`
        return context.commandJudgements.judge(line, by: isPreparation ? preparationJudgement : programJudgement) {
            isOfAgent($0, isPreparation: isPreparation)
        }
    }

    /// Whether everybody deploys there, and nobody in particular: no name, or `default`.
    private static func isShared(_ name: JSONText?) -> Bool {
        guard let name else { return true }
        return name.isEmpty || name == "default"
    }

    private static func writesRoot(_ mount: Mount) -> Bool {
        mount.kind == .host && !mount.isReadOnly && (mount.source.map(HostPath.isRoot) ?? false)
    }

    private static func isOfAgent(_ line: JSONText, isPreparation: Bool) -> Bool {
        if WaitsToBeEntered.judge(line) || AssembledCommand.judge(line, EntersHost.judge) { return false }
        return isPreparation || startsOneProgram(line) || !RunsShell.judge(line)
    }

    /// `/bin/sh -c /usr/bin/agent --option`: the shell hands over to one program, named by its whole path.
    private static func startsOneProgram(_ line: JSONText) -> Bool {
        var rest = line
        rest = rest.dropping(prefix: "/bin/") ?? rest
        guard let options = rest.dropping(prefix: "sh ") ?? rest.dropping(prefix: "bash "),
            var program = options.dropping(prefix: "-c ") ?? options.dropping(prefix: "-ec ")
        else { return false }
        program = program.dropping(prefix: "exec ") ?? program
        return program.hasPrefix("/") && !program.bytes.contains(where: joining.contains)
    }

    /// Signs with which a shell does more than start one program.
    private static let joining = Set(";|&$`<>()\n".utf8)
}
