import Admission
import ArgumentParser
import DockerGate
import HTTPListener
import Ledger
import PlatformAPIs
import Reports
import SecurityEvents

/// `tallyman gate docker`.
struct GateDockerCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "docker",
        abstract: "Decide what a Docker engine may do, as its authorization plugin.")

    @Option(
        help: ArgumentHelp("Where the engine asks: its name for the plugin is the file's.", valueName: "path"),
        completion: .file())
    var socket = PluginServer.standardSocket

    @Option(
        help: ArgumentHelp(
            "The engine: unix:///path. Default: DOCKER_HOST, then /var/run/docker.sock.", valueName: "url"))
    var docker: String?

    @OptionGroup var ruleOptions: RuleOptions

    @Flag var enforce = false

    @Option var ledger: String?

    func run() async throws {
        let store = try ledger.map { try LedgerOptions.open($0, .append) }
        let journal = LedgerJournal(writer: store.map { LedgerWriter(store: $0) }) { text in
            Terminal.standardError.write("tallyman: \(visible(text))\n")
        }
        var settings = GateSettings()
        settings.modes.ceiling = enforce ? .enforce : .warn
        let rules = GateRules(library: try ruleOptions.library(), settings: settings)
        let engine = try DockerEngine(socket: DockerSocket(host: docker ?? ProcessEnvironment.value("DOCKER_HOST")))
        let judge = ReviewerJudge(rules: rules, host: "host", journal: journal)
        let authorizer = DockerAuthorizer(judge: judge, facts: AskedEngine(engine), journal: journal)
        let server = PluginServer(socket: UnixSocket(path: socket), authorizer: authorizer)
        let writing = Task { await journal.run() }
        try? await untilSignalled {
            try await server.run {
                Terminal.standardError.write("tallyman: the engine can ask at \(visible(socket))\n")
            }
        }
        journal.finish()
        await writing.value
    }
}
