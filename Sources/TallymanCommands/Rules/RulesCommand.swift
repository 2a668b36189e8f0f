import ArgumentParser

/// `tallyman rules …`.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List the rules and show what each is about.",
        subcommands: [RulesListCommand.self, RulesShowCommand.self])
}
