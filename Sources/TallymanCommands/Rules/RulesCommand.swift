import ArgumentParser

/// `tallyman rules …`.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List, show, test, explain and convert rules, say which cannot work and what they cover.",
        subcommands: [
            RulesListCommand.self, RulesShowCommand.self, RulesLintCommand.self, RulesTestCommand.self,
            RulesExplainCommand.self, RulesConvertCommand.self, RulesCoverageCommand.self,
        ])
}
