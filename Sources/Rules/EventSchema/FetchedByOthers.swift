internal import JSONView
internal import SecurityEvents

/// Finds who fetches what a container runs: another container of its Pod, into a folder that both mount.
///
/// Taken apart so, neither command looks like a download that is run.
enum FetchedByOthers {
    /// Whether another container may fetch what this one runs; most Pods have none that may fetch anything.
    static func mayBe(_ record: ContainerRecord) -> Bool {
        let context = record.context
        guard context.containerCount > 1, context.event.workload?.platform == .kubernetes,
            let volumes = record.shown?.pointee.volumes, volumes.elements.contains(where: { $0["emptyDir"] != nil })
        else { return false }
        return context.mayFetch(besides: record)
    }

    /// The commands of the others that do so.
    static func commands(for record: ContainerRecord) -> [JSONText] {
        let context = record.context
        guard mayBe(record),
            record.mountRecords.contains(where: { $0.mount.kind == .emptyDirectory })
        else { return [] }
        let files = ShellScript(record.commandLine).allCommands.compactMap { Interpreters.scriptFile($0) }
        guard !files.isEmpty else { return [] }
        var found: [JSONText] = []
        for made in record.mountRecords where made.mount.kind == .emptyDirectory {
            guard let folder = made.mount.target.map({ String($0) }), let volume = made.mount.volume,
                files.contains(where: { isBelow($0, folder) })
            else { continue }
            for position in 0..<context.containerCount {
                let other = context.record(ofContainer: position)
                guard other !== record,
                    let place = other.mountRecords.first(where: { $0.mount.volume.map { $0 == volume } ?? false }),
                    let target = place.mount.target.map({ String($0) })
                else { continue }
                found += other.commandTexts.filter { fetches($0, into: target) }
            }
        }
        return found
    }

    private static let signs = SignSet(anywhere: DownloadAndRun.signs)

    /// Whether some command of a container may fetch something.
    fileprivate static func mayFetch(_ record: ContainerRecord) -> Bool {
        record.hasCommandText { signs.stands(in: $0) }
    }

    private static func fetches(_ text: JSONText, into folder: String) -> Bool {
        guard signs.stands(in: text) else { return false }
        let commands = ShellScript(text).allCommands
        let isThere = commands.contains { $0.program == "cd" && $0.operands.first.map { isBelow($0, folder) } ?? false }
        return commands.contains { command in
            guard DownloadAndRun.isFetch(command), command.program != "ssh" else { return false }
            return isThere
                || (command.operands + command.outputs).contains { word in
                    isBelow(word, folder) || word.contains("=" + folder) || word.hasPrefix("-o" + folder)
                        || word.hasPrefix("-O" + folder)
                }
        }
            // `curl … | tar -x -C /w`
            || commands.contains(where: DownloadAndRun.isFetch)
                && commands.contains {
                    ["tar", "mv", "cp", "unzip", "install"].contains($0.program)
                        && $0.operands.contains { isBelow($0, folder) }
                }
    }

    private static func isBelow(_ path: String, _ folder: String) -> Bool {
        folder.count > 1 && (path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : folder + "/"))
    }
}

extension EventContext {
    /// Whether a container other than this one may fetch something; looked at once an event.
    fileprivate func mayFetch(besides record: ContainerRecord) -> Bool {
        let fetching =
            fetchingContainers
            ?? (0..<containerCount).filter {
                FetchedByOthers.mayFetch(self.record(ofContainer: $0))
            }
        fetchingContainers = fetching
        return fetching.contains { self.record(ofContainer: $0) !== record }
    }
}
