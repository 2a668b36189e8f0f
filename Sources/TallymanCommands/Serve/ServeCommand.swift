import Agent
import ArgumentParser
import Containerd
import Detection
import EventSources
import HTTPListener
import Ledger
import LogLines
import PlatformAPIs
import Reports
import SecurityEvents

/// `tallyman serve`.
struct ServeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "serve",
        abstract: "Follow the local Docker engine and growing logs; print findings as they come.",
        discussion: """
            Follows the engine of DOCKER_HOST, or of /var/run/docker.sock: its events, and an inspection of every container
            as it is created; containers that run already are found and judged first. Logs are followed from their end, across
            rotation; with a ledger, a later start goes on where the last one ended. Ends with SIGINT or SIGTERM; what was read is finished and kept first.

            Examples:
              tallyman serve
              tallyman serve --ledger /var/lib/tallyman/ledger.db /var/log/kubernetes/audit.log
              tallyman serve --no-docker --from-start audit.log
              tallyman serve --no-docker --kubernetes --kubeconfig admin.conf
              tallyman serve --no-docker --containerd --ledger ledger.db
              tallyman serve --no-docker --audit-webhook 0.0.0.0:9443 --tls-certificate tls.crt --tls-key tls.key \
                --client-ca apiserver-ca.crt --ledger ledger.db
            """)

    @Argument(help: "Logs to follow as they grow.", completion: .file())
    var files: [String] = []

    @OptionGroup var ruleOptions: RuleOptions

    @OptionGroup var memoryOptions: MemoryOptions

    @Option(
        help: ArgumentHelp(
            "The engine: unix:///path. Default: DOCKER_HOST, then /var/run/docker.sock.", valueName: "url"))
    var docker: String?

    @Flag(help: "Do not follow a Docker engine.")
    var noDocker = false

    @Flag(
        name: .customLong("containerd"),
        help: "Follow containerd, in all of its namespaces; what runs already is found and judged first.")
    var followsContainerd = false

    @Option(help: ArgumentHelp("containerd's socket.", valueName: "path"), completion: .file())
    var containerdSocket = "/run/containerd/containerd.sock"

    @Flag(help: "Follow the engine's log in the systemd journal (docker.service).")
    var journal = false

    @Flag(help: "Read followed logs from their start.")
    var fromStart = false

    @OptionGroup var webhook: WebhookOptions

    @Flag(help: "Follow the workloads and Events of a Kubernetes cluster; those that run already are judged first.")
    var kubernetes = false

    @OptionGroup var cluster: ClusterOptions

    @Option(help: "Leave out findings below: informational, low, medium, high, critical.")
    var level = Level.low

    @Option(help: "How to print findings: \(OutputFormat.list).")
    var format = OutputFormat.text

    @Option(
        help: ArgumentHelp(
            "Keep in this file how far logs and the engine were read, and go on there. Default: beside the ledger.",
            valueName: "file"),
        completion: .file())
    var positions: String?

    @Option(
        help: ArgumentHelp("Keep deployments, findings and gaps in this ledger.", valueName: "file"),
        completion: .file())
    var ledger: String?

    func validate() throws {
        if noDocker, files.isEmpty, webhook.auditWebhook == nil, !kubernetes, !journal, !followsContainerd {
            throw ValidationError("nothing to follow: name a log, or leave --no-docker out")
        }
    }

    func run() async throws {
        let library = try ruleOptions.library()
        let store = try ledger.map { try LedgerOptions.open($0, .append) }
        let engine = try noDocker ? nil : openEngine()
        let kept = try openPositions()
        var sources: [any EventSource] = files.map {
            FollowedFile(path: $0, from: fromStart ? .beginning : .end, positions: kept)
        }
        if let engine {
            var options = LiveDocker<DockerEngine>.Options()
            options.positions = kept
            sources.append(LiveDocker(engine: engine, options: options))
        }
        if journal { sources.append(EngineJournal(SystemJournal(), positions: kept)) }
        if let options = try webhook.options() { sources.append(AuditWebhook(options)) }
        let client = try kubernetes ? openCluster() : nil
        if let client { sources += [KubernetesObjects(of: client), KubernetesEvents(of: client)] as [any EventSource] }
        #if Containerd
            let containerd = try followsContainerd ? openContainerd() : nil
            if let containerd { sources.append(LiveContainerd(containerd)) }
        #else
            if followsContainerd {
                throw ValidationError("this tallyman was built without containerd (package trait Containerd)")
            }
        #endif
        let output = FindingOutput(format: format)
        let watch = Watch(
            judge: RuleJudge(Detector(library: library, options: memoryOptions.detector)), level: level,
            ledger: store.map { LedgerWriter(store: $0) })
        let names = sources.map { visible($0.name) }.joined(separator: ", ")
        Terminal.standardError.write("tallyman: following \(names); stop with Ctrl-C\n")
        do {
            let summary = try await untilSignalled {
                try await watch.run(sources) { Self.print($0, output) }
            }
            Terminal.standardError.write(SummaryReport(styling: Styling(Terminal.standardError)).text(of: summary))
        } catch let error as LedgerError {
            throw LedgerOptions.explain(error)
        } catch let error as any Error & CustomStringConvertible where Self.isSourceError(error) {
            Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
            throw ExitStatus.couldNotWork
        }
        await engine?.shutdown()
        #if Containerd
            await containerd?.shutdown()
        #endif
        await client?.shutdown()
    }

    /// Whether an error says, to a person, why a source is of no use.
    private static func isSourceError(_ error: any Error) -> Bool {
        error is DockerError || error is ListenerError || error is AuditWebhook.Anonymous
            || error is WatchedFile.Failure || error is RunningProgram.Failure || error is ContainerdError
    }

    #if Containerd
        private func openContainerd() throws -> ContainerdClient {
            do throws(ContainerdError) { return try ContainerdClient(path: containerdSocket) } catch {
                Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
                throw ExitStatus.couldNotWork
            }
        }
    #endif

    private func openCluster() throws -> KubernetesClient {
        do throws(KubernetesError) {
            guard let configuration = try cluster.configuration() else {
                throw .configuration("no kubeconfig and no service account found; name one with --kubeconfig")
            }
            return try KubernetesClient(configuration)
        } catch {
            Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
            throw ExitStatus.couldNotWork
        }
    }

    private func openPositions() throws -> PositionFile? {
        guard !files.isEmpty || !noDocker || journal, let path = positions ?? ledger.map({ $0 + ".positions" }) else {
            return nil
        }
        do { return try PositionFile(path: path) } catch {
            Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
            throw ExitStatus.couldNotWork
        }
    }

    private func openEngine() throws -> DockerEngine {
        do throws(DockerError) {
            let socket = try DockerSocket(host: docker ?? ProcessEnvironment.value("DOCKER_HOST"))
            if let obstacle = socket.obstacle() { throw obstacle }
            return DockerEngine(socket: socket)
        } catch {
            Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
            throw ExitStatus.couldNotWork
        }
    }

    private static func print(_ item: WatchOutput, _ output: FindingOutput) {
        switch item {
        case .finding(let finding): _ = output.print(finding)
        case .gap(let gap): Terminal.standardError.write("tallyman: gap: \(visible("\(gap.source): \(gap.reason)"))\n")
        case .fault(let fault): Terminal.standardError.write("tallyman: \(visible("\(fault)"))\n")
        case .notice(let notice): Terminal.standardError.write("tallyman: \(visible("\(notice)"))\n")
        }
    }
}
