import ArgumentParser
import Detection
import Foundation
import JSONView
import Reports
import Rules
import SecurityEvents

/// `tallyman rules test`.
struct RulesTestCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "test",
        abstract: "Run the events beside each rule: those that must make it speak, and those that must not.",
        discussion: """
            Beside a rule.yml may stand, a record a line: fires.jsonl (each line must make the rule speak; for a rule that
            counts, all lines together), silent.jsonl (no line may), before.jsonl (what happened before) and lists.jsonl
            (lists in the place of those of the same name).

            Examples:
              tallyman rules test --rules our-rules/
              tallyman rules test --rules our-rules/ privileged-container --format json
              tallyman rules test --rules rules/ --no-shipped-rules --require-events

            Exit status: 0 all rules do as they must, 1 some do not, 2 could not do the work.
            """)

    @OptionGroup var options: RuleOptions

    @Argument(help: "Names or ids of rules; all of --rules unless given.")
    var names: [String] = []

    @Flag(help: "A rule without events fails.")
    var requireEvents = false

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func validate() throws {
        if options.rules.isEmpty {
            throw ValidationError("name your rules with --rules: events stand beside rule files")
        }
    }

    func run() throws {
        let library = try options.library()
        var counts = (passed: 0, failed: 0, without: 0)
        for rule in try wanted(library) {
            let folder = URL(fileURLWithPath: rule.rule.file).deletingLastPathComponent()
            let events = RuleTrial.Events(
                before: Self.lines("before.jsonl", in: folder), fires: Self.lines("fires.jsonl", in: folder),
                silent: Self.lines("silent.jsonl", in: folder))
            let hasEvents = !events.fires.isEmpty && !events.silent.isEmpty
            let failures = RuleTrial.run(rule, in: try self.library(beside: folder, library), events: events)
            if !hasEvents { counts.without += 1 }
            if failures.isEmpty, hasEvents || !requireEvents {
                counts.passed += hasEvents ? 1 : 0
            } else {
                counts.failed += 1
            }
            print(rule, failures, events, hasEvents: hasEvents, folder: folder.relativePath)
        }
        if format == .text {
            Terminal.standardError.write(
                "\(counts.passed) rules as they must be, \(counts.failed) not, \(counts.without) without events of both kinds\n"
            )
        }
        if counts.failed > 0 { throw ExitStatus.findings }
    }

    private func wanted(_ library: RuleLibrary) throws -> [CompiledRule] {
        for name in names where !library.rules.contains(where: { $0.rule.name == name || $0.rule.id == name }) {
            let hint = Spelling.hint(for: name, among: library.rules.map(\.rule.name))
            Terminal.standardError.write("tallyman: no rule \(visible(name))\(visible(hint))\n")
            throw ExitStatus.couldNotWork
        }
        return library.rules.filter { rule in
            guard !rule.rule.file.hasPrefix("embedded:") else { return false }
            return names.isEmpty || names.contains(rule.rule.name) || names.contains(rule.rule.id)
        }
    }

    /// The rules with the lists of `lists.jsonl`, where there is one.
    private func library(beside folder: URL, _ library: RuleLibrary) throws -> RuleLibrary {
        let lists = Self.lines("lists.jsonl", in: folder)
        guard !lists.isEmpty else { return library }
        let files = lists.enumerated().map { number, line in
            RuleFile(name: "\(folder.relativePath)/lists.jsonl:\(number + 1)", path: "lists/\(number).yml", text: line)
        }
        do throws(RuleFaults) {
            return try RuleLibrary.load(
                rules: options.rules, lists: options.lists, embedded: !options.noShippedRules,
                keepSound: options.keepSound, adding: files)
        } catch {
            for diagnostic in error.diagnostics { Terminal.standardError.write("\(visible("\(diagnostic)"))\n") }
            throw ExitStatus.couldNotWork
        }
    }

    private static func lines(_ name: String, in folder: URL) -> [String] {
        let text = try? String(contentsOf: folder.appendingPathComponent(name), encoding: .utf8)
        return text?.split(separator: "\n").map(String.init) ?? []
    }

    private func print(
        _ rule: CompiledRule, _ failures: [RuleTrial.Failure], _ events: RuleTrial.Events, hasEvents: Bool,
        folder: String
    ) {
        if format == .json {
            var writer = JSONWriter()
            writer.object { object in
                object.member("name", rule.rule.name)
                object.member("id", rule.rule.id)
                object.key("passed")
                object.value(failures.isEmpty && (hasEvents || !requireEvents))
                object.member("fires", events.fires.count)
                object.member("silent", events.silent.count)
                object.key("failures")
                object.array { array in
                    for failure in failures {
                        array.object { entry in
                            entry.member("file", "\(folder)/\(failure.file)")
                            entry.member("line", failure.line)
                            entry.member("reason", failure.reason)
                        }
                    }
                }
            }
            Terminal.standardOutput.write(writer.text + "\n")
            return
        }
        let word = failures.isEmpty ? (hasEvents ? "ok" : requireEvents ? "FAILED" : "no events") : "FAILED"
        Terminal.standardOutput.write(
            "\(word)  \(visible(rule.rule.name))  \(events.fires.count) fire, \(events.silent.count) silent\n")
        for failure in failures {
            let place = failure.line > 0 ? "\(failure.file):\(failure.line)" : failure.file
            Terminal.standardOutput.write("  \(visible(folder))/\(place): \(visible(failure.reason))\n")
        }
    }
}
