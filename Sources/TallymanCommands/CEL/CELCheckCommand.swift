import ArgumentParser
import CEL

/// `tallyman cel check 'EXPRESSION'`.
struct CELCheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Check an expression without evaluating it.",
        discussion: """
            Prints the type of the result; with --cost also what an evaluation may cost.

            Examples:
              tallyman cel check 'object.spec.replicas <= 5'
              tallyman cel check --schema widget-schema.json --cost 'self.names.all(n, n.startsWith("a"))'
            """)

    @Argument(help: "The expression.")
    var expression: String

    @OptionGroup var options: ExpressionOptions

    @Flag(help: "Print what an evaluation may cost.")
    var cost = false

    func run() throws {
        let surroundings = try options.surroundings()
        let checked = try CELEvalCommand.compile(expression, surroundings.environment)
        if let fault = checked.programFault {
            Terminal.standardError.write("\(fault)\n")
            throw ExitStatus.couldNotWork
        }
        Terminal.standardOutput.write("\(checked.type)\n")
        guard cost else { return }
        let estimate = surroundings.estimate(checked)
        let most = estimate.max == .max ? "no bound" : "\(estimate.max)"
        Terminal.standardOutput.write("cost \(estimate.min) to \(most)\n")
    }
}
