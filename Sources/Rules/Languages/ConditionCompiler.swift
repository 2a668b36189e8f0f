internal import CEL
internal import Synchronization

/// Checks the expressions of rules against the event schema and the lists.
package struct ConditionCompiler: Sendable {
    package let lists: RuleLists
    let environment: Environment
    private let known = CheckedExpressions()
    /// The policies that conditions may name.
    let policies = PolicyRegistry()

    /// Makes a compiler for expressions that may use some lists.
    package init(lists: RuleLists) {
        self.lists = lists
        var limits = Limits()
        // A condition is asked of every event: none of the shipped ones comes near these.
        limits.iterations = 1_000_000
        // Conditions that are lowered from other languages name thousands of values.
        limits.sourceSize = 2_000_000
        limits.memory = 16 << 20
        environment = EventSchema.environment(lists: lists, libraries: [policies.library()], limits: limits)
    }

    /// A fault of an expression: its place in the expression, both numbers from 1.
    package struct Fault: Error, Equatable {
        package var line: Int
        package var column: Int
        package var message: String
    }

    /// All faults of an expression.
    struct Faults: Error, Equatable {
        var all: [Fault]
    }

    /// Checks an expression.
    ///
    /// Rules say the same of their workloads: equal texts are checked once.
    func compile(_ text: String) throws(Faults) -> CheckedExpression {
        if let known = known.expression(text) { return known }
        let checked = try check(text)
        known.keep(checked, of: text)
        return checked
    }

    private func check(_ text: String) throws(Faults) -> CheckedExpression {
        let checked: CheckedExpression
        do { checked = try environment.compile(text, name: "condition") } catch {
            throw Faults(
                all: error.issues.map {
                    Fault(line: $0.location.line, column: $0.location.column, message: $0.message)
                })
        }
        let unknown = unknownLists(in: checked)
        if !unknown.isEmpty { throw Faults(all: unknown) }
        return checked
    }

    /// Checks an expression that must be true or false.
    func compileCondition(_ text: String) throws(Faults) -> CheckedExpression {
        let checked = try compile(text)
        guard checked.type == .bool || checked.type == .dyn else {
            throw Faults(all: [Fault(line: 1, column: 1, message: "a condition must be bool, this is \(checked.type)")])
        }
        return checked
    }

    /// Whether `matches` understands an expression.
    func isRegularExpression(_ pattern: String) -> Bool {
        guard let checked = try? environment.compile("''.matches(\(SearchLowering.literal(pattern)))") else {
            return false
        }
        if case .bool = environment.program(checked).evaluate(SlotActivation([])) { return true }
        return false
    }

    private static let listFunctions: [String: Int] = ["inList": 1, "listIsEmpty": 0]

    /// Names of lists that do not exist: CEL cannot know, and such a condition would only never be true.
    private func unknownLists(in checked: CheckedExpression) -> [Fault] {
        var faults: [Fault] = []
        func look(_ node: Expression) {
            if case .call(let function, nil, let arguments) = node.kind, let position = Self.listFunctions[function],
                arguments.indices.contains(position), case .literal(.string(let name)) = arguments[position].kind,
                lists[name] == nil
            {
                let place = checked.location(of: arguments[position].id)
                faults.append(
                    Fault(
                        line: place?.line ?? 1, column: place?.column ?? 1,
                        message: "there is no list '\(name)'" + Spelling.hint(for: name, among: lists.names)))
            }
            for child in node.kind.children { look(child) }
        }
        look(checked.root)
        return faults
    }
}

/// Expressions that were checked before, by their texts.
private final class CheckedExpressions: Sendable {
    private let known = Mutex<[String: CheckedExpression]>([:])

    /// Rules that are lowered from other languages bring any number of texts, and the large ones only once.
    private static let (limit, textLimit) = (4096, 1024)

    func expression(_ text: String) -> CheckedExpression? { known.withLock { $0[text] } }

    func keep(_ expression: CheckedExpression, of text: String) {
        guard text.utf8.count <= Self.textLimit else { return }
        known.withLock { known in
            if known.count >= Self.limit { known = [:] }
            known[text] = expression
        }
    }
}
