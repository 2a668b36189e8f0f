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

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func run() throws {
        let surroundings = try options.surroundings()
        let checked = try CELEvalCommand.compile(expression, surroundings.environment, format)
        if let fault = checked.programFault { throw CELEvalCommand.refuse(fault, [], format) }
        let estimate = surroundings.estimate(checked)
        switch format {
        case .text:
            Terminal.standardOutput.write("\(checked.type)\n")
            if cost { Terminal.standardOutput.write("cost \(CELEvalCommand.words(estimate))\n") }
        case .json:
            var fields = [("type", TypedValue.quote("\(checked.type)"))]
            if cost { fields.append(("estimated_cost", CaseBatch.json(estimate))) }
            Terminal.standardOutput.write(CaseBatch.object(fields) + "\n")
        }
    }
}
