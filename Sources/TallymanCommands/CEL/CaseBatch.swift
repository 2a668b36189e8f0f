import CEL
import JSONView

/// Runs cases of expressions, one JSON object a line, and prints one result a line.
enum CaseBatch {
    /// Runs all cases of a file; a line that is no case gives a result with an error.
    ///
    /// - Parameters:
    ///   - bytes: The file.
    ///   - print: Takes a line of the output; false ends the run.
    static func run(_ bytes: [UInt8], print: (String) -> Bool = { Terminal.standardOutput.write($0) }) {
        let evaluator = Evaluator()
        let parser = JSONParser()
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false).enumerated()
        where line.contains(where: { $0 > 0x20 }) {
            let text: String
            do throws(JSONError) {
                let document = try parser.parse(Array(line))
                text = withExtendedLifetime(document) { object(result(ExpressionCase(document.root), evaluator)) }
            } catch {
                text = object([("id", "null"), ("error", TypedValue.quote("line \(number + 1): \(error)"))])
            }
            guard print(text + "\n") else { return }
        }
    }

    private static func result(_ expressionCase: ExpressionCase, _ evaluator: Evaluator) -> [(String, String)] {
        var fields = [("id", TypedValue.quote(expressionCase.id))]
        if expressionCase.input["expr"] == nil, expressionCase.input["schema"] != nil {
            return fields + rules(expressionCase, evaluator)
        }
        guard expressionCase.input.string("expr") != nil else {
            return fields + [("error", TypedValue.quote("the case has no expression (input.expr)"))]
        }
        let outcome = expressionCase.run(using: evaluator)
        if let error = outcome.error {
            fields.append(("error", TypedValue.quote(error)))
        } else if let value = outcome.value {
            fields += result(value)
        }
        if let type = outcome.type { fields.append(("type", TypedValue.quote("\(type)"))) }
        // Where nothing was run, the cost is what a run may cost.
        if let cost = outcome.cost ?? outcome.estimate?.max { fields.append(("cost", "\(cost)")) }
        if let estimate = outcome.estimate { fields.append(("estimated_cost", json(estimate))) }
        return fields
    }

    private static func rules(_ expressionCase: ExpressionCase, _ evaluator: Evaluator) -> [(String, String)] {
        func list(_ texts: [String]) -> String { "[\(texts.map(TypedValue.quote).joined(separator: ","))]" }
        guard let report = expressionCase.validate(using: evaluator) else {
            let rules = expressionCase.rules.map { rule -> String in
                var fields = [("transition_rule", "\(rule.isTransitionRule)"), ("max_cost", "\(rule.maxCost)")]
                if let fault = rule.fault { fields = [("error", TypedValue.quote(fault))] }
                if let fault = rule.messageFault { fields.append(("message_error", TypedValue.quote(fault))) }
                return object(fields)
            }
            return [("rules", "[\(rules.joined(separator: ","))]")]
        }
        return [
            ("valid", "\(report.errors.isEmpty)"), ("errors", list(report.errors)), ("warnings", list(report.warnings)),
        ]
    }

    /// A value, or the error that it is.
    static func result(_ value: Value) -> [(String, String)] {
        if case .error(let error) = value { return [("error", TypedValue.quote(error.message))] }
        return [("value", TypedValue.json(value)), ("json", TypedValue.plain(value))]
    }

    static func json(_ range: CostRange) -> String { #"{"min":\#(range.min),"max":\#(range.max)}"# }

    static func object(_ fields: [(String, String)]) -> String {
        "{\(fields.map { "\(TypedValue.quote($0)):\($1)" }.joined(separator: ","))}"
    }
}
