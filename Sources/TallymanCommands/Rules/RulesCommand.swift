import ArgumentParser

/// `tallyman rules …`.
struct RulesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rules",
        abstract: "List, show, check, test, explain and convert rules, and say what they cover.",
        subcommands: [
            RulesListCommand.self, RulesShowCommand.self, RulesLintCommand.self, RulesTestCommand.self,
            RulesExplainCommand.self, RulesConvertCommand.self, RulesCoverageCommand.self,
        ])
}
