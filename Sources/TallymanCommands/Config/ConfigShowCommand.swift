import Agent
import ArgumentParser
import Detection
import JSONView
import Reports

/// `tallyman config show`.
struct ConfigShowCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Print the configuration that is in force, and where each value comes from.",
        discussion: """
            The file, then the environment: each comes before the one named before it. Secrets that somebody wrote into a
            value are not shown.

            Examples:
              tallyman config show
              tallyman config show tallyman.yaml --set
              tallyman config show --format json | jq '."ledger.file"'
            """)

    @Argument(
        help: "The configuration file; the same as --config, as `config check` takes it.",
        completion: .file())
    var file: String?

    @OptionGroup var options: ConfigOptions

    @Flag(help: "Only what somebody set.")
    var set = false

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func validate() throws {
        guard file == nil || options.config == nil else {
            throw ValidationError("name the configuration file once, with or without --config")
        }
    }

    func run() throws {
        var options = options
        options.config = file ?? options.config
        let (effective, _) = try options.load()
        let entries = AgentConfiguration.entries.filter { !set || effective.origin(of: $0.path) != .usual }
        switch format {
        case .json: Terminal.standardOutput.write(json(entries, effective))
        case .text: Terminal.standardOutput.write(text(entries, effective))
        }
    }

    private func text(_ entries: [ConfigEntry], _ effective: EffectiveConfiguration) -> String {
        let lines = entries.map { entry in
            let value = Redactor().redact(entry.read(effective.values).text)
            return (left: "\(entry.path): \(value)", origin: effective.origin(of: entry.path))
        }
        let width = min(lines.map(\.left.count).max() ?? 0, 72)
        return lines.map { line in
            let left = visible(line.left)
            return left + String(repeating: " ", count: max(width - left.count, 0))
                + "  # \(visible("\(line.origin)"))\n"
        }.joined()
    }

    private func json(_ entries: [ConfigEntry], _ effective: EffectiveConfiguration) -> String {
        var writer = JSONWriter()
        writer.object { object in
            for entry in entries {
                object.key(entry.path)
                object.object { member in
                    write(entry.read(effective.values), to: &member)
                    member.member("origin", "\(effective.origin(of: entry.path))")
                }
            }
        }
        return writer.text + "\n"
    }

    private func write(_ value: ConfigValue, to member: inout JSONWriter) {
        let redactor = Redactor()
        switch value {
        case .none: member.member("value", nil as String?)
        case .texts(let texts): member.member("value", texts.map(redactor.redact))
        case .flag(let flag):
            member.key("value")
            member.value(flag)
        case .number(let number), .size(let number): member.member("value", number)
        case .text(let text): member.member("value", redactor.redact(text))
        case .duration: member.member("value", value.text)
        }
    }
}
