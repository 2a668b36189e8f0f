import CEL

/// Runs an expression quickly, traced, metered and in a set; all must give one answer.
enum InterpreterTarget {
    static func run(_ text: String) {
        for environment in Fixture.environments { run(text, environment) }
    }

    static func run(_ text: String, _ environment: Environment) {
        guard let checked = try? environment.compile(text) else {
            // What does not check must still run or fail without falling over.
            if let parsed = try? environment.parse(text) { run(parsed, environment) }
            return
        }
        run(checked, environment)
    }

    private static func run(_ expression: CheckedExpression, _ environment: Environment) {
        let (activation, evaluator) = (Fixture.activation, Fixture.evaluator)
        let program = environment.program(expression)
        let quick = kind(program.evaluate(activation, using: evaluator))
        let traced = kind(program.explain(activation, to: EvaluationTrace(limit: 1000), using: evaluator))
        precondition(quick == traced, "quick and traced evaluation differ: \(quick) and \(traced)")
        for metering in [Environment.Metering.kubernetes, .unoptimized] {
            let metered = kind(
                environment.program(expression, metering: metering).evaluate(activation, using: evaluator))
            precondition(quick == metered, "quick and metered evaluation differ: \(quick) and \(metered)")
        }
        let truth: Bool? = quick == "bool true" ? true : quick == "bool false" ? false : nil
        ProgramSet([expression, expression]).evaluate(activation, using: evaluator) { _, found in
            precondition(found == truth, "alone and in a set differ: \(quick) and \(String(describing: found))")
        }
    }

    /// What a value is, as far as all ways of running must agree.
    private static func kind(_ value: Value) -> String {
        switch value {
        case .bool(let value): "bool \(value)"
        case .int(let value): "int \(value)"
        case .uint(let value): "uint \(value)"
        case .double(let value): "double \(value)"
        case .string(let value): "string \(value)"
        case .text(let value): "string \(value)"
        case .error: "error"
        case .null: "null"
        case .list, .json, .map: "container"
        default: "other"
        }
    }
}
