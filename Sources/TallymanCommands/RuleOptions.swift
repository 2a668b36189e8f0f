import ArgumentParser
import Reports
import Rules
import SecurityEvents

/// Which rules and lists are used.
struct RuleOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Rules to add, or to replace shipped ones of the same id: a folder or a rule.yml. May be given again.",
            valueName: "path"))
    var rules: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Lists to add, or to replace shipped ones of the same name: a folder or a file. May be given again.",
            valueName: "path"))
    var lists: [String] = []

    @Flag(name: .long, help: "Leave out the shipped rules; shipped lists stay.")
    var noShippedRules = false

    @Flag(name: .long, help: "Go on with the sound rules when others are faulty; the faults are still printed.")
    var keepSound = false

    /// The rules and lists inside the binary.
    static func shipped() throws -> RuleLibrary { try RuleOptions.parse([]).library() }

    /// Loads everything, saying on standard error what is wrong.
    ///
    /// - Returns: the rules and lists.
    /// - Throws: ``ExitStatus/couldNotWork`` where something is wrong and `--keep-sound` was not given.
    func library() throws -> RuleLibrary {
        do throws(RuleFaults) {
            let library = try RuleLibrary.load(
                rules: rules, lists: lists, embedded: !noShippedRules, keepSound: keepSound)
            Self.explain(library.diagnostics)
            return library
        } catch {
            Self.explain(error.diagnostics)
            Terminal.standardError.write(
                "tallyman: rules or lists are faulty; mend them, or go on without them with --keep-sound\n")
            throw ExitStatus.couldNotWork
        }
    }

    private static func explain(_ diagnostics: [Diagnostic]) {
        for diagnostic in diagnostics { Terminal.standardError.write("\(visible("\(diagnostic)"))\n") }
    }
}
