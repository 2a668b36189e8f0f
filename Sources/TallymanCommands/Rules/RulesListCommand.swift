import ArgumentParser
import Reports
import Rules
import SecurityEvents

/// `tallyman rules list`.
struct RulesListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List the rules that a hunt would use.",
        discussion: """
            Examples:
              tallyman rules list
              tallyman rules list --level high --format json
              tallyman rules list --rules our-rules/ --no-shipped-rules
            """)

    @OptionGroup var options: RuleOptions

    @Option(help: "Only rules at or above a level.")
    var level = Level.informational

    @Option(help: "Only rules with a tag, such as attack.t1611.")
    var tag: String?

    @Option(help: "How to print: \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = TableFormat.text

    func run() throws {
        var table = Table(columns: [
            .init("name"), .init("level"), .init("title", canShrink: true), .init("tags", canShrink: true),
        ])
        if format != .text { table = Table(columns: ["name", "level", "title", "tags", "id"].map { .init($0) }) }
        for rule in try options.library().rules.map(\.rule) where rule.level >= level {
            if let tag, !rule.tags.contains(tag) { continue }
            table.add([.text(rule.name), .level(rule.level), .text(rule.title), .texts(rule.tags), .text(rule.id)])
        }
        Terminal.standardOutput.print(table, format)
    }
}
