import Agent
import ArgumentParser
import Reports
import Rules
import SecurityEvents

/// `tallyman rules show RULE`.
struct RulesShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show a rule: what it is about, its condition, what to do.",
        discussion: """
            Examples:
              tallyman rules show privileged-container
              tallyman rules show log-cut
              tallyman rules show --format json privileged-container
            """)

    @OptionGroup var options: RuleOptions

    @Argument(help: "The rule's name, title or id.")
    var rule: String

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func run() throws {
        let rules = try options.library().rules
        let found =
            rules.first { $0.rule.name == rule || $0.rule.id == rule } ?? rules.first { $0.rule.title == rule }
        guard let found else {
            if let builtin = BuiltinFinding.all.first(where: { [$0.name, $0.id, $0.title].contains(rule) }) {
                Terminal.standardOutput.write(
                    format == .json ? BuiltinText.json(builtin) : BuiltinText.text(builtin))
                return
            }
            let hint = Spelling.hint(for: rule, among: rules.map(\.rule.name) + BuiltinFinding.all.map(\.name))
            Terminal.standardError.write(
                "tallyman: no rule \(visible(rule))\(visible(hint))\n`tallyman rules list` shows all rules\n")
            throw ExitStatus.couldNotWork
        }
        Terminal.standardOutput.write(format == .json ? RuleText.json(found) : RuleText.text(found))
    }
}
