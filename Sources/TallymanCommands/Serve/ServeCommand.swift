import Agent
import ArgumentParser
import Detection
import EventSources
import HTTPListener
import Ledger
import Logging
import PlatformAPIs
import Reports
import Rules
import SecurityEvents

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `tallyman serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Follow Docker, Kubernetes and growing logs; print findings as they come.",
        discussion: """
            Follows what the configuration names, or finds for itself: the Docker engine of DOCKER_HOST or of
            /var/run/docker.sock (its events, and an inspection of every container; those that run already are judged first),
            and where no log, cluster or webhook is named, the cluster of the kubeconfig or of the Pod's service account and an
            audit log in its usual places. What was found and what was not is said at the start.

            With a ledger, a later start goes on where the last one ended. SIGTERM and SIGINT end the sources, then what waits
            is judged and kept; SIGHUP reads rules and lists again. Every option is a key of the configuration file as well:
            tallyman config schema --format markdown.

            Examples:
              tallyman serve
              tallyman serve --config /etc/tallyman/tallyman.yaml
              tallyman serve --ledger /var/lib/tallyman/ledger.db /var/log/kubernetes/audit.log
              tallyman serve --no-docker --from-start audit.log
              tallyman serve --no-docker --containerd --ledger ledger.db
              tallyman serve --no-docker --kubernetes --kubeconfig admin.conf --listen 127.0.0.1:9464
              tallyman serve --no-docker --audit-webhook 0.0.0.0:9443 --tls-certificate tls.crt --tls-key tls.key \
                --client-ca apiserver-ca.crt --ledger ledger.db
            """)

    @OptionGroup var config: ConfigOptions

    @OptionGroup var arguments: ServeArguments

    func run() async throws {
        let signals = SignalListener()
        // It would be let go of, and hear nothing, after its last use.
        defer { withExtendedLifetime(signals) {} }
        let (effective, file) = try config.load(arguments.all)
        let values = effective.values
        let redactor = try Self.explaining {
            try RedactionKey.redactor(
                file: values.redaction.keyFile ?? values.ledger.file.map { $0 + ".redaction-key" })
        }
        let logger = values.log.logger(redactor: redactor) { Terminal.standardError.write($0) }
        if let file { logger.info("configuration read", metadata: ["file": "\(file)"]) }
        let daemon = Daemon(
            effective, redactor: redactor, logger: logger, surroundings: Self.surroundings(values.findings.output))
        let summary = try await Self.explaining {
            try await daemon.run(until: signals.stop, reloads: signals.reloads)
        }
        if values.log.form == .text {
            Terminal.standardError.write(SummaryReport(styling: Styling(Terminal.standardError)).text(of: summary))
        } else {
            logger.notice(
                "stopped",
                metadata: [
                    "events": "\(summary.eventCount)", "findings": "\(summary.findingCount)", "gaps": "\(summary.gaps)",
                ])
        }
    }

    private static func surroundings(_ form: FindingsSection.Form) -> Daemon.Surroundings {
        let output: FindingOutput? =
            switch form {
            case .text: FindingOutput(format: .text)
            case .json: FindingOutput(format: .json)
            case .none: nil
            }
        return Daemon.Surroundings(
            environment: { ProcessEnvironment.value($0) }, exists: { access($0, R_OK) == 0 },
            print: { _ = output?.print($0) },
            abort: {
                Terminal.standardError.write("tallyman: stopping took too long; what waits is lost\n")
                _exit(ExitStatus.couldNotWork.rawValue)
            }, version: Version.current)
    }

    /// Does something that a person is told about when it fails.
    private static func explaining<Outcome>(_ work: () async throws -> Outcome) async throws -> Outcome {
        do { return try await work() } catch { throw explain(error) }
    }

    private static func explaining<Outcome>(_ work: () throws -> Outcome) throws -> Outcome {
        do { return try work() } catch { throw explain(error) }
    }

    private static func explain(_ error: any Error) -> any Error {
        switch error {
        case is RuleFaults:
            for diagnostic in (error as? RuleFaults)?.diagnostics ?? [] {
                Terminal.standardError.write("\(visible("\(diagnostic)"))\n")
            }
            Terminal.standardError.write(
                "tallyman: rules or lists are faulty; mend them, or go on without them with --keep-sound\n")
        case is LedgerError, is DockerError, is ListenerError, is AuditWebhook.Anonymous, is WatchedFile.Failure,
            is ContainerdError, is RunningProgram.Failure, is SourceUnusable, is NothingToFollow,
            is RedactionKey.Failure, is PositionFile.Unreadable:
            for line in "\(error)".split(separator: "\n") {
                Terminal.standardError.write("tallyman: \(visible(String(line)))\n")
            }
        default: return error
        }
        return ExitStatus.couldNotWork
    }
}
