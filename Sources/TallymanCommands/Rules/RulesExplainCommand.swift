import Agent
import ArgumentParser
import Detection
import JSONView
import LogLines
import Reports
import Rules
import SecurityEvents

/// `tallyman rules explain RULE FILE[:LINE]`.
struct RulesExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract:
            "Show why a rule speaks of an event, or does not: its condition as a tree with the value of each part.",
        discussion: """
            The events before the line are read too, so that the rule knows of them what it would in a hunt. Without a line,
            the events of the whole file are explained, up to --limit.

            Examples:
              tallyman rules explain privileged-container audit.log:1204
              tallyman rules explain --rules our-rules/ our-rule events.jsonl --format json
            """)

    @OptionGroup var options: RuleOptions

    @Argument(help: "The rule's name or id.")
    var rule: String

    @Argument(help: "A log, and with :LINE a line of it; - for standard input.", completion: .file())
    var event: String

    @Option(help: "How many events are explained at most.")
    var limit = 10

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func run() throws {
        let library = try options.library()
        guard let found = library.rules.first(where: { $0.rule.name == rule || $0.rule.id == rule }) else {
            let hint = Spelling.hint(for: rule, among: library.rules.map(\.rule.name))
            Terminal.standardError.write("tallyman: no rule \(visible(rule))\(visible(hint))\n")
            throw ExitStatus.couldNotWork
        }
        let (path, line) = Self.place(event)
        let lines: LineReader
        do throws(LogOpenError) {
            lines = try HuntInput(argument: path).open()
        } catch {
            Terminal.standardError.write("tallyman: \(visible(path)): \(visible(error.reason.explanation))\n")
            throw ExitStatus.couldNotWork
        }
        var explainer = RuleExplainer(found, library: library, line: line, limit: limit)
        while let item = lines.next() {
            guard case .line(let line) = item else { continue }
            explainer.read(line.bytes, at: SourcePosition(name: path, line: line.number)) { show($0) }
        }
        explainer.finish { show($0) }
        for diagnostic in explainer.diagnostics { Terminal.standardError.write("\(visible("\(diagnostic)"))\n") }
        guard explainer.shown > 0 else {
            Terminal.standardError.write(
                "tallyman: no event \(line.map { "in line \($0)" } ?? "") of \(visible(path)) could be read\n")
            throw ExitStatus.couldNotWork
        }
    }

    /// A path and the line behind its last colon.
    static func place(_ text: String) -> (path: String, line: Int?) {
        guard let colon = text.lastIndex(of: ":"), let line = Int(text[text.index(after: colon)...]), line > 0 else {
            return (text, nil)
        }
        return (String(text[..<colon]), line)
    }

    private func show(_ explained: RuleExplainer.Explained) {
        if format == .json { return show(json: explained) }
        var text = "\(visible("\(explained.position)"))  \(explained.source.rawValue)  \(explained.action.rawValue)\n"
        if let note = explained.note { text += "  \(note)\n" }
        for part in explained.parts {
            let about = [part.input.map { "rule \($0)" }, part.container.map { "container \($0)" }].compactMap { $0 }
            let truth = part.truth.map { $0 ? "true" : "false" } ?? "no answer: \(part.reason ?? "")"
            text += "  \(visible((about.isEmpty ? "the event" : about.joined(separator: ", ")) + ": " + truth))\n"
            for line in part.tree { text += "    \(visible(line))\n" }
        }
        Terminal.standardOutput.write(text + "\n")
    }

    private func show(json explained: RuleExplainer.Explained) {
        var writer = JSONWriter()
        writer.object { object in
            object.member("rule", rule)
            object.member("event", "\(explained.position)")
            object.member("source", explained.source.rawValue)
            object.member("note", explained.note)
            object.key("explanations")
            object.array { array in
                for part in explained.parts {
                    array.object { entry in
                        entry.member("container", part.container)
                        entry.member("input", part.input)
                        entry.key("true")
                        if let truth = part.truth { entry.value(truth) } else { entry.null() }
                        entry.member("reason", part.reason)
                        entry.member("tree", part.tree)
                    }
                }
            }
        }
        Terminal.standardOutput.write(writer.text + "\n")
    }
}
