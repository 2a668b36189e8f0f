import ArgumentParser
import JSONView
import Reports
import Rules
import SecurityEvents

/// `tallyman rules convert --to LANGUAGE RULE…`.
struct RulesConvertCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "convert",
        abstract: "Write a rule in another language: a detection as a policy that refuses it beforehand.",
        discussion: """
            vap writes a ValidatingAdmissionPolicy and its binding, for Pods and everything that makes them. What the policy
            does not look at stands in comments; a rule of which something else cannot be said is refused.

            Examples:
              tallyman rules convert --to vap privileged-container | kubectl apply --dry-run=server -f -
              tallyman rules convert --to cel --rules our-rules/ our-rule
              tallyman rules convert --to vap --all > policies.yaml

            Exit status: 0 all were converted, 1 some were not (with --all), 2 could not do the work.
            """)

    enum Language: String, CaseIterable, ExpressibleByArgument {
        case cel, vap, sigma
    }

    @OptionGroup var options: RuleOptions

    @Argument(help: "Names or ids of rules.")
    var names: [String] = []

    @Option(help: "The language: \(Language.allCases.map(\.rawValue).joined(separator: ", ")).")
    var to: Language

    @Flag(help: "All rules that can be converted; the others are named with the reason.")
    var all = false

    @Option(help: "How to print: text (the converted rules) or json (a line a rule, with what is lost or why not).")
    var format = OutputFormat.text

    func validate() throws {
        if names.isEmpty, !all { throw ValidationError("name a rule, or say --all") }
    }

    func run() throws {
        let library = try options.library()
        var (converted, refused) = (0, 0)
        for rule in try wanted(library) {
            do throws(PolicyConversion.Refusal) {
                let text = try convert(rule, library)
                if format == .json {
                    print(rule, text: text, refusal: nil)
                } else {
                    Terminal.standardOutput.write((converted > 0 ? "---\n" : "") + text)
                }
                converted += 1
            } catch {
                refused += 1
                if format == .json { print(rule, text: nil, refusal: error.reason) }
                Terminal.standardError.write("\(visible(rule.rule.name)): not converted: \(visible(error.reason))\n")
            }
        }
        if all { Terminal.standardError.write("\(converted) rules converted, \(refused) not\n") }
        if refused > 0 { throw all ? ExitStatus.findings : ExitStatus.couldNotWork }
    }

    private func convert(_ rule: CompiledRule, _ library: RuleLibrary) throws(PolicyConversion.Refusal) -> String {
        switch to {
        case .cel: try RuleConversion.expression(rule)
        case .vap: try RuleConversion.policy(rule, lists: library.lists)
        case .sigma: try RuleConversion.sigma(rule, lists: library.lists)
        }
    }

    private func wanted(_ library: RuleLibrary) throws -> [CompiledRule] {
        if all { return library.rules }
        var found: [CompiledRule] = []
        for name in names {
            guard let rule = library.rules.first(where: { $0.rule.name == name || $0.rule.id == name }) else {
                let hint = Spelling.hint(for: name, among: library.rules.map(\.rule.name))
                Terminal.standardError.write("tallyman: no rule \(visible(name))\(visible(hint))\n")
                throw ExitStatus.couldNotWork
            }
            found.append(rule)
        }
        return found
    }

    private func print(_ rule: CompiledRule, text: String?, refusal: String?) {
        var writer = JSONWriter()
        writer.object { object in
            object.member("name", rule.rule.name)
            object.member("id", rule.rule.id)
            object.member("to", to.rawValue)
            object.member("text", text)
            object.member("refused", refusal)
        }
        Terminal.standardOutput.write(writer.text + "\n")
    }
}
