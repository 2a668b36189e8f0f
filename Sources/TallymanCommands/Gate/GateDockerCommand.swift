import ArgumentParser
import DockerGate
import HTTPListener
import PlatformAPIs
import Reports

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

    @Flag var enforce = false

    func run() async throws {
        let engine = try DockerEngine(socket: DockerSocket(host: docker ?? ProcessEnvironment.value("DOCKER_HOST")))
        let authorizer = DockerAuthorizer(judge: ObjectionJudge(enforces: enforce), facts: AskedEngine(engine))
        let server = PluginServer(socket: UnixSocket(path: socket), authorizer: authorizer)
        try await untilSignalled {
            try await server.run { Terminal.standardError.write("tallyman: the engine can ask at \(visible(socket))\n") }
        }
    }
}
