import ArgumentParser
import JSONView
import Reports
import Rules
import SecurityEvents

/// `tallyman rules lint [PATH…]`.
struct RulesLintCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "lint",
        abstract: "Say which rules cannot do what they are meant to, and why.",
        discussion: """
            Looks for fields that no record has, values that a field cannot have, verbs and resources that do not exist,
            conditions that are never or always true, selections without use, ids that are there twice and pages that are
            missing. Without a path, the shipped rules are looked at.

            Examples:
              tallyman rules lint our-rules/
              tallyman rules lint --format json sigma/rules/application/kubernetes | jq -r .message
              tallyman rules lint --source kubernetes:audit --fail-on error our-rules/

            Exit status: 0 nothing at or above --fail-on, 1 something, 2 could not do the work.
            """)

    @Argument(help: "Rule files and folders.", completion: .file())
    var paths: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Lists that the rules name: a folder or a file. May be given again.", valueName: "path"))
    var lists: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "A source that there is; rules that need another are named. May be given again. Default: all.",
            valueName: "source"))
    var source: [String] = []

    @Option(help: "Leave out what matters less: notice, warning, error.")
    var severity = LintFinding.Severity.notice

    @Option(help: "Exit with 1 when something matters at least as much.")
    var failOn = LintFinding.Severity.warning

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func validate() throws {
        for name in source where SourceType(rawValue: name) == nil {
            throw ValidationError(
                "there is no source '\(name)'; there are \(SourceType.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
    }

    func run() throws {
        var unread: [Diagnostic] = []
        var files: [RuleFile] = paths.isEmpty ? RuleFile.embedded : []
        for path in paths { files += RuleFolder.files(at: path, diagnostics: &unread) }
        for diagnostic in unread where diagnostic.severity == .error {
            Terminal.standardError.write("tallyman: \(visible("\(diagnostic)"))\n")
        }
        if files.isEmpty || unread.contains(where: { $0.severity == .error }) { throw ExitStatus.couldNotWork }
        let library: RuleLibrary
        do throws(RuleFaults) {
            library = try RuleLibrary.load(rules: paths, lists: lists, embedded: paths.isEmpty, keepSound: true)
        } catch {
            Terminal.standardError.write("tallyman: \(visible(error.description))\n")
            throw ExitStatus.couldNotWork
        }
        let sources = source.isEmpty ? SourceType.allCases : source.compactMap(SourceType.init(rawValue:))
        let found = RuleLint(library, files: files, sources: Set(sources)).run().filter { $0.severity >= severity }
        for finding in found {
            Terminal.standardOutput.write(format == .json ? LintText.json(finding) : LintText.text(finding))
        }
        if format == .text { Terminal.standardError.write(LintText.summary(found, rules: library.rules.count)) }
        if found.contains(where: { $0.severity >= failOn }) { throw ExitStatus.findings }
    }
}

extension LintFinding.Severity: ExpressibleByArgument {}

/// Writes what lint found.
enum LintText {
    /// `file:line:column: severity: message [check]`, the form that editors follow.
    static func text(_ finding: LintFinding) -> String {
        var place = visible(finding.file)
        if finding.line > 0 { place += ":\(finding.line)" }
        if finding.column > 0 { place += ":\(finding.column)" }
        return "\(place): \(finding.severity.rawValue): \(visible(finding.message)) [\(finding.check.rawValue)]\n"
    }

    /// One object a line.
    static func json(_ finding: LintFinding) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("check", finding.check.rawValue)
            object.member("severity", finding.severity.rawValue)
            object.member("rule", finding.rule)
            object.member("file", finding.file)
            object.member("line", finding.line)
            object.member("column", finding.column)
            object.member("message", finding.message)
        }
        return String(decoding: writer.bytes, as: UTF8.self) + "\n"
    }

    static func summary(_ findings: [LintFinding], rules: Int) -> String {
        let counts = LintFinding.Severity.allCases.reversed().compactMap { severity -> String? in
            let count = findings.count { $0.severity == severity }
            return count == 0 ? nil : "\(count) \(severity.rawValue)\(count == 1 ? "" : "s")"
        }
        return "\(rules) rules, \(counts.isEmpty ? "nothing to say" : counts.joined(separator: ", "))\n"
    }
}
