import ArgumentParser

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The command line of Tallyman; the tree below this folder is the tree on the screen.
struct TallymanCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tallyman",
        abstract: "See, judge and explain container deployments on Docker and Kubernetes.",
        discussion: """
            Examples:
              tallyman hunt /var/log/kubernetes/audit.log
              tallyman hunt --format json --level high audit-*.log.gz | jq .actor.user
              docker events --format '{{json .}}' --since 24h --until 0s | tallyman hunt -
              helm template chart/ | tallyman check -
              tallyman serve
              tallyman rules show privileged-container

            Exit status: \(ExitStatus.explanation)
            """,
        version: Version.current,
        subcommands: [
            HuntCommand.self,
            CheckCommand.self,
            ServeCommand.self,
            ConfigCommand.self,
            GateCommand.self,
            RulesCommand.self,
            LedgerCommand.self,
            ClusterCommand.self,
            CELCommand.self,
            CompletionCommand.self,
            VersionCommand.self,
        ])
}

/// Runs the process: parses the arguments, runs the command, exits with a status of ``ExitStatus``.
package func runTallyman() async -> Never {
    // A reader that went away (`| head`) ends the work through a write error, not through a signal.
    signal(SIGPIPE, SIG_IGN)
    do {
        var command = try TallymanCommand.parseAsRoot()
        if var asynchronous = command as? any AsyncParsableCommand {
            try await asynchronous.run()
        } else {
            try command.run()
        }
    } catch let status as ExitStatus {
        exit(status.rawValue)
    } catch {
        let failed = TallymanCommand.exitCode(for: error) != .success
        let text = TallymanCommand.fullMessage(for: error)
        if !text.isEmpty { (failed ? Terminal.standardError : Terminal.standardOutput).write(text + "\n") }
        exit(failed ? ExitStatus.couldNotWork.rawValue : ExitStatus.clean.rawValue)
    }
    exit(ExitStatus.clean.rawValue)
}
