import ArgumentParser
import JSONView
import Rules

/// What this build is called.
enum Version {
    static let current = "0.1.0-dev"
}

/// `tallyman version`.
struct VersionCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "version",
        abstract: "Print the version, and with --format json what is built in.",
        discussion: """
            Examples:
              tallyman version
              tallyman version --format json
            """)

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func run() throws {
        let library = try RuleOptions.shipped()
        switch format {
        case .text:
            Terminal.standardOutput.write("tallyman \(Version.current)\n")
        case .json:
            var writer = JSONWriter()
            writer.object { object in
                object.member("version", Version.current)
                object.member("rules", library.rules.count)
                object.member("lists", library.lists.all.count)
            }
            Terminal.standardOutput.write(writer.text + "\n")
        }
    }
}
