internal import Synchronization

/// An expression planned for evaluation; immutable, usable from any thread.
public final class Program: Sendable {
    /// What was planned.
    public let expression: CheckedExpression
    /// What the program reads of each variable.
    public var reads: [VariableRead] { VariableRead.all(in: expression) }
    private let mode: Planner.Mode
    /// The plan, made when the program first runs: of many rules only a few ever do, for what they have in common runs as a set.
    private let plan = AtomicLazyReference<ProgramPlan>()
    /// The plan that ``explain(_:to:using:)`` runs, made when it is first asked for.
    private let traced = AtomicLazyReference<ProgramPlan>()

    init(_ expression: CheckedExpression, mode: Planner.Mode = .fast) {
        self.expression = expression
        self.mode = mode
    }

    private var planned: ProgramPlan { plan.load() ?? plan.storeIfNil(ProgramPlan(expression, mode: mode)) }

    /// Evaluates the expression.
    ///
    /// - Parameters:
    ///   - activation: The values of the variables.
    ///   - evaluator: Memory to run in; without one it is made for this call.
    /// - Returns: The value, or an error or unknown as a value.
    public func evaluate(_ activation: some Activation, using evaluator: Evaluator? = nil) -> Value {
        let plan = planned
        return (evaluator ?? Evaluator()).run(plan.tables, from: plan.entry, activation)
    }

    /// Evaluates the expression as a condition; nil when it has no boolean value (``Evaluator/failure`` tells why).
    @inline(never)
    public func matches(_ activation: some Activation, using evaluator: Evaluator) -> Bool? {
        let plan = planned
        return evaluator.condition(plan.tables, from: plan.entry, activation)
    }

    /// Evaluates the expression and tells an observer the value of each node.
    ///
    /// Much slower than ``evaluate(_:using:)``.
    public func explain(
        _ activation: some Activation, to observer: any EvaluationObserver, using evaluator: Evaluator? = nil
    ) -> Value {
        let plan = tracedPlan()
        return (evaluator ?? Evaluator()).run(plan.tables, from: plan.entry, activation, observer: observer)
    }

    /// Evaluates the expression, notes the value of each node, and lets somebody look at them.
    ///
    /// - Parameters:
    ///   - activation: the values of the variables.
    ///   - trace: where the values are noted; it can be asked while `body` runs.
    ///   - evaluator: memory to run in; it must not be used by `body`.
    ///   - body: looks at the trace.
    /// - Returns: what `body` returns.
    package func explain<Result>(
        _ activation: some Activation, noting trace: NodeTrace, using evaluator: Evaluator, _ body: () -> Result
    ) -> Result {
        let plan = tracedPlan()
        return evaluator.run(plan.tables, from: plan.entry, activation, noting: trace, body)
    }

    private func tracedPlan() -> ProgramPlan {
        traced.load() ?? traced.storeIfNil(ProgramPlan(expression, mode: .traced))
    }
}

/// The instructions of a program, and where it begins.
private final class ProgramPlan: Sendable {
    let tables: ProgramTables
    let entry: Int32

    init(_ expression: CheckedExpression, mode: Planner.Mode) {
        var planner = Planner(expression, mode: mode)
        entry = planner.plan(expression)
        tables = ProgramTables(planner)
    }
}

/// Several expressions of one environment planned together: what they have in common is evaluated once.
public final class ProgramSet: Sendable {
    /// What was planned.
    public let expressions: [CheckedExpression]
    private let tables: ProgramTables?
    private let entries: [Int32]

    /// Plans expressions; all must come from one environment.
    public init(_ expressions: [CheckedExpression]) {
        self.expressions = expressions
        guard let first = expressions.first else {
            (tables, entries) = (nil, [])
            return
        }
        // Each expression has its own limit, and nothing is shared where cost is counted.
        let isMetered = first.tables.limits.cost != nil
        var planner = Planner(first, mode: isMetered ? .metered(optimizes: true) : .fast)
        if !isMetered { planner.prepare(expressions) }
        entries = expressions.map { planner.plan($0) }
        tables = ProgramTables(planner)
    }

    /// How many expressions there are.
    public var count: Int { entries.count }

    /// For each expression the position of the first that is the same.
    package var firstEqual: [Int] {
        entries.map { entry in entries.firstIndex(of: entry) ?? 0 }
    }

    /// Evaluates the expressions as conditions over the same variables.
    ///
    /// - Parameters:
    ///   - activation: The values of the variables.
    ///   - evaluator: Memory to run in.
    ///   - isWanted: Whether an expression, by its position, is evaluated at all; all are without it. Asked just before
    ///     each one's turn.
    ///   - report: Told the position of each expression and its truth, nil when it failed. The evaluator must not be used
    ///     meanwhile.
    public func evaluate(
        _ activation: some Activation, using evaluator: Evaluator, where isWanted: (Int) -> Bool = { _ in true },
        report: (_ position: Int, _ truth: Bool?) -> Void
    ) {
        guard let tables else { return }
        evaluator.conditions(tables, entries, at: entries.indices, activation, where: isWanted, report)
    }

    /// Evaluates some of the expressions as conditions over the same variables.
    ///
    /// - Parameters:
    ///   - positions: the positions of the expressions.
    ///   - activation: the values of the variables.
    ///   - evaluator: memory to run in.
    ///   - report: told the position of each expression and its truth, nil when it failed. The evaluator must not be used
    ///     meanwhile.
    package func evaluate(
        at positions: [Int], _ activation: some Activation, using evaluator: Evaluator,
        report: (_ position: Int, _ truth: Bool?) -> Void
    ) {
        guard let tables, !positions.isEmpty else { return }
        evaluator.conditions(tables, entries, at: positions, activation, report)
    }
}
