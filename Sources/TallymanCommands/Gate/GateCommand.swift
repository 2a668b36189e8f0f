import ArgumentParser

/// `tallyman gate`.
struct GateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "gate",
        abstract: "Decide what may start, before it starts.",
        subcommands: [
            GateServeCommand.self, GateManifestsCommand.self, GateDockerCommand.self, GateExemptCommand.self,
        ])
}
