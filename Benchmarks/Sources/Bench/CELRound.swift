import CEL
import JSONView

/// A way to evaluate all conditions over one Deployment.
enum CELRound: String, CaseIterable {
    case programs, metered, set, bytes

    /// What the round does, in words.
    var title: String {
        switch self {
        case .programs: "programs, parsed object"
        case .metered: "programs with cost limits, parsed object"
        case .set: "as one set, parsed object"
        case .bytes: "from JSON bytes, as one set"
        }
    }

    /// How many microseconds a round may take at most.
    var limit: Int {
        switch self {
        case .programs, .set: 44
        case .metered: 66
        case .bytes: 100
        }
    }

    /// Runs rounds.
    ///
    /// - Parameters:
    ///   - count: How many.
    ///   - workload: The conditions and the Deployment.
    ///   - after: Called after each.
    /// - Throws: A condition that gives no answer.
    func run(_ count: Int, _ workload: CELWorkload, after: () -> Void = {}) throws {
        let checked = try workload.checked()
        let environment = Environment(variables: [Variable("object", .dyn)])
        let programs = checked.map { environment.program($0, metering: self == .metered ? .kubernetes : .none) }
        let set = ProgramSet(checked)
        let parser = JSONParser()
        let document = try JSONParser().parse(workload.document)
        let activation = JSONActivation(document.root)
        let evaluator = Evaluator()
        for (position, program) in programs.enumerated()
        where program.matches(activation, using: evaluator) == nil {
            throw BenchmarkError("condition \(position): \(evaluator.failure?.message ?? "no answer")")
        }
        try withExtendedLifetime(document) {
            for _ in 0..<count {
                switch self {
                case .programs, .metered:
                    for program in programs { _ = program.matches(activation, using: evaluator) }
                case .set: set.evaluate(activation, using: evaluator) { _, _ in }
                case .bytes:
                    let parsed = try parser.parse(workload.document)
                    set.evaluate(JSONActivation(parsed.root), using: evaluator) { _, _ in }
                }
                after()
            }
        }
    }
}
