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
        let rules = try options.library().rules.filter { compiled in
            compiled.rule.level >= level && tag.map { compiled.rule.tags.contains($0) } ?? true
        }
        var columns: [Table.Column] = [
            .init("name"), .init("level"), .init("title", canShrink: true), .init("tags", canShrink: true),
        ]
        let showsWaiting = rules.contains { !$0.waitsFor.isEmpty }
        if format == .text {
            if showsWaiting { columns.append(.init("waits for", canShrink: true)) }
        } else {
            columns = ["name", "level", "title", "tags", "id", "waitsFor"].map { .init($0) }
        }
        var table = Table(columns: columns)
        for compiled in rules {
            let rule = compiled.rule
            var cells: [Table.Cell] = [
                .text(rule.name), .level(rule.level), .text(rule.title), .texts(rule.tags),
            ]
            if format != .text { cells.append(.text(rule.id)) }
            if showsWaiting || format != .text { cells.append(.texts(compiled.waitsFor)) }
            table.add(cells)
        }
        Terminal.standardOutput.print(table, format)
    }
}
