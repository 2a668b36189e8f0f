import ArgumentParser
import CEL
import JSONView

/// `tallyman cel eval 'EXPRESSION'`.
struct CELEvalCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "eval",
        abstract: "Evaluate an expression over JSON.",
        discussion: """
            Examples:
              tallyman cel eval 'object.spec.replicas <= 5' --input deployment.json
              tallyman cel eval --explain 'object.metadata.name in names' --input pod.json --var names=names.json
              kubectl get deploy web -o json | tallyman cel eval --cost 'has(object.spec.paused)' --input -
              tallyman cel eval --batch cases.jsonl
            """)

    @Argument(help: "The expression.")
    var expression: String?

    @OptionGroup var options: ExpressionOptions

    @Flag(help: "Print what the evaluation cost, and what it may cost at most.")
    var cost = false

    @Flag(help: "Print the value of each part of the expression.")
    var explain = false

    @Option(help: "A file of cases, one JSON object a line: print one result a line.")
    var batch: String?

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func validate() throws {
        if (expression == nil) == (batch == nil) { throw ValidationError("Give an expression, or --batch FILE.") }
    }

    func run() throws {
        if let batch {
            CaseBatch.run(try ExpressionOptions.bytes(batch))
            return
        }
        let surroundings = try options.surroundings()
        let checked = try Self.compile(expression ?? "", surroundings.environment, format)
        try withExtendedLifetime(surroundings.documents) { try evaluate(checked, surroundings) }
    }

    private func evaluate(_ checked: CheckedExpression, _ surroundings: ExpressionOptions.Surroundings) throws {
        let evaluator = Evaluator()
        let program = surroundings.environment.program(checked, metering: .kubernetes)
        let value = program.evaluate(surroundings.activation, using: evaluator)
        let spent = evaluator.cost
        let estimate = surroundings.estimate(checked)
        var explanation: String?
        if explain {
            let trace = EvaluationTrace()
            _ = program.explain(surroundings.activation, to: trace)
            explanation = checked.explanation(trace)
        }
        switch format {
        case .text:
            if let explanation { Terminal.standardOutput.write(visible(explanation, keepsLines: true) + "\n") }
            if case .error(let error) = value {
                Terminal.standardError.write(visible(checked.describe(error), keepsLines: true) + "\n")
            } else if !explain {
                Terminal.standardOutput.write(visible(TypedValue.display(value), keepsLines: true) + "\n")
            }
            if cost {
                Terminal.standardOutput.write("cost \(spent), estimated \(Self.words(estimate))\n")
            }
        case .json:
            var fields = CaseBatch.result(value)
            fields.append(("cost", "\(spent)"))
            if cost { fields.append(("estimated_cost", CaseBatch.json(estimate))) }
            if let explanation {
                let lines = explanation.split(separator: "\n").map { TypedValue.quote(String($0)) }
                fields.append(("explanation", "[\(lines.joined(separator: ","))]"))
            }
            Terminal.standardOutput.write(CaseBatch.object(fields) + "\n")
        }
        if case .error = value { throw ExitStatus.couldNotWork }
    }

    /// Between what and what a cost lies.
    static func words(_ range: CostRange) -> String {
        "\(range.min) to \(range.max == .max ? "no bound" : "\(range.max)")"
    }

    /// Compiles an expression, or says what is wrong with it and ends.
    static func compile(
        _ text: String, _ environment: Environment, _ format: OutputFormat
    ) throws -> CheckedExpression {
        do {
            return try environment.compile(text)
        } catch {
            throw refuse(error.description, error.issues, format)
        }
    }

    /// Says why an expression is no use.
    static func refuse(_ description: String, _ issues: [CompileIssue], _ format: OutputFormat) -> ExitStatus {
        switch format {
        case .text: Terminal.standardError.write(visible(description, keepsLines: true) + "\n")
        case .json:
            let list = issues.map {
                CaseBatch.object([
                    ("line", "\($0.location.line)"), ("column", "\($0.location.column)"),
                    ("message", TypedValue.quote($0.message)),
                ])
            }
            Terminal.standardOutput.write(
                CaseBatch.object([
                    ("error", TypedValue.quote(description)), ("issues", "[\(list.joined(separator: ","))]"),
                ]) + "\n")
        }
        return .couldNotWork
    }
}

/// A text without the characters that a terminal would obey.
private func visible(_ text: String, keepsLines: Bool) -> String {
    var shown = ""
    for scalar in text.unicodeScalars {
        let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
        shown.unicodeScalars.append(isControl && !(keepsLines && scalar == "\n") ? "�" : scalar)
    }
    return shown
}
