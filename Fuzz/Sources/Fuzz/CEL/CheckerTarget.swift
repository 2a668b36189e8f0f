import CEL

/// Compiles in environments of all kinds and estimates what an evaluation costs.
enum CheckerTarget {
    static func run(_ text: String) {
        for environment in Fixture.environments + Fixture.typed {
            do {
                let checked = try environment.compile(text)
                precondition(checked.type != .error, "checked without a type")
                let cost = checked.estimatedCost()
                precondition(cost.min <= cost.max, "an estimate whose least is more than its most")
            } catch {
                ParserTarget.look(error, text)
            }
        }
    }
}
