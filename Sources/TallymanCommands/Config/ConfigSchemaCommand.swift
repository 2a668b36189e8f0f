import Agent
import ArgumentParser

/// `tallyman config schema`.
struct ConfigSchemaCommand: ParsableCommand {
    /// The forms of the description of all keys.
    enum Form: String, CaseIterable, ExpressibleByArgument {
        case json, markdown
    }

    static let configuration = CommandConfiguration(
        commandName: "schema",
        abstract: "Print what a configuration file may hold: a JSON Schema, or a page.",
        discussion: """
            Examples:
              tallyman config schema > tallyman.schema.json
              tallyman config schema --format markdown
            """)

    @Option(help: "How to print: \(Form.allCases.map(\.rawValue).joined(separator: " or ")).")
    var format = Form.json

    func run() {
        Terminal.standardOutput.write(format == .json ? ConfigSchema.text : ConfigReference.text)
    }
}
