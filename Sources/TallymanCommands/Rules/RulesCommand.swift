import ArgumentParser

/// `tallyman rules …`.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List the rules, show what each is about, and say which cannot work.",
        subcommands: [RulesListCommand.self, RulesShowCommand.self, RulesLintCommand.self])
}
