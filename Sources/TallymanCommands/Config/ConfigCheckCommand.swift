import Agent
import ArgumentParser
import Reports
import Rules

/// `tallyman config check`.
struct ConfigCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Say what is wrong with a configuration file, and with the rules and lists that it names.",
        discussion: """
            Says every fault with its file, line and column, unknown keys with the nearest known one. The environment counts,
            as it does when serving. Exit status: 0 sound, 2 faulty.

            Examples:
              tallyman config check /etc/tallyman/tallyman.yaml
              TALLYMAN_JUDGING_LEVEL=high tallyman config check tallyman.yaml
            """)

    @Argument(
        help: "The configuration file. Default: as serve finds it.",
        completion: .file())
    var file: String?

    func run() throws {
        var options = try ConfigOptions.parse([])
        options.config = file
        let (effective, path) = try options.load()
        let rules = effective.values.rules
        do throws(RuleFaults) {
            let library = try RuleLibrary.load(
                rules: rules.paths, lists: rules.lists, embedded: rules.shipped, keepSound: rules.keepSound)
            ConfigOptions.explain(library.diagnostics.map { "\($0)" })
        } catch {
            ConfigOptions.explain(error.diagnostics.map { "\($0)" })
            throw ExitStatus.couldNotWork
        }
        Terminal.standardOutput.write("\(path.map(visible) ?? "the environment and the defaults"): sound\n")
    }
}
