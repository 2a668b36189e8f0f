import ArgumentParser

/// `tallyman cel …`.
struct CELCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "cel",
        abstract: "Check and evaluate expressions of the Common Expression Language.",
        subcommands: [CELEvalCommand.self, CELCheckCommand.self])
}
