/// The variables that a policy defines by expressions: `variables.NAME`, made when they are first asked for.
public struct PolicyVariables: Sendable {
    /// What is wrong with a definition.
    public struct Fault: Error {
        /// The name of the variable.
        public let name: String
        /// The faults of its expression.
        public let errors: CompileErrors
    }

    /// The environment in which the policy's expressions are compiled; the slot of `variables` is the last.
    public let environment: Environment
    private let type: ObjectType
    /// The definitions, planned, in order.
    public let programs: [Program]
    private let slot: Int

    /// Compiles definitions; each may use those before it.
    ///
    /// - Parameters:
    ///   - definitions: Names and expressions, in order.
    ///   - hasParameters: Whether there is `params`.
    ///   - hasAuthorizer: Whether there is `authorizer`.
    ///   - more: Variables beside Kubernetes' own.
    ///   - libraries: Functions beside Kubernetes' own.
    ///   - limits: How much each expression may use.
    /// - Throws: The first definition that does not compile.
    public init(
        _ definitions: [(name: String, expression: String)], hasParameters: Bool = false, hasAuthorizer: Bool = false,
        more: [Variable] = [], libraries: [Library] = [], limits: Limits = .kubernetes
    ) throws(Fault) {
        var fields: [ObjectField] = []
        var programs: [Program] = []
        func environment() -> Environment {
            .admission(
                hasParameters: hasParameters, hasAuthorizer: hasAuthorizer,
                variables: more + [Variable("variables", .object(ObjectType("kubernetes.variables", fields: fields)))],
                libraries: libraries, limits: limits)
        }
        for (name, expression) in definitions {
            let environment = environment()
            do throws(CompileErrors) {
                let checked = try environment.compile(expression)
                programs.append(environment.program(checked))
                fields.append(ObjectField(name, checked.type))
            } catch {
                throw Fault(name: name, errors: error)
            }
        }
        self.environment = environment()
        self.programs = programs
        type = ObjectType("kubernetes.variables", fields: fields)
        slot = self.environment.variables.count - 1
    }

    /// The values for one evaluation, or for several about the same request.
    ///
    /// - Parameter base: The values of all variables but `variables`.
    /// - Returns: The values of all variables.
    public func activation(_ base: any Activation) -> PolicyActivation {
        PolicyActivation(base, type, programs, slot: slot)
    }
}

/// The values of a policy's variables for one request.
public final class PolicyActivation: Activation {
    private let base: any Activation
    private let slot: Int
    private let type: ObjectType
    private let programs: [Program]
    /// Made when an expression asks for it: most ask for none.
    private var record: Record?

    init(_ base: any Activation, _ type: ObjectType, _ programs: [Program], slot: Int) {
        self.base = base
        self.slot = slot
        self.type = type
        self.programs = programs
    }

    /// What making the variables has cost so far; each is made once.
    public var cost: UInt64 { record?.cost ?? 0 }

    /// The value at a slot.
    public func value(slot: Int) -> Value? { slot == self.slot ? .object(shownRecord) : base.value(slot: slot) }

    private var shownRecord: Record {
        if let record { return record }
        let made = Record(type, programs)
        made.activation = self
        record = made
        return made
    }

    /// `variables` itself.
    private final class Record: ObjectValue {
        let objectType: ObjectType
        private let programs: [Program]
        private var made: [Int: Value] = [:]
        // Each variable has memory of its own: what it made is used while others run.
        private var evaluators: [Evaluator] = []
        private(set) var cost: UInt64 = 0
        private var nesting = 0
        weak var activation: PolicyActivation?

        init(_ type: ObjectType, _ programs: [Program]) {
            objectType = type
            self.programs = programs
        }

        func hasField(_ index: Int) -> Bool { programs.indices.contains(index) }

        func field(_ index: Int) -> Value {
            if let known = made[index] { return known }
            guard let activation, programs.indices.contains(index) else { return .null }
            // Each variable that asks for another runs within it.
            guard nesting < 32 else { return .error(EvaluationError("composited variables are nested too deeply")) }
            nesting += 1
            defer { nesting -= 1 }
            let evaluator = Evaluator()
            evaluators.append(evaluator)
            var value = programs[index].evaluate(activation, using: evaluator)
            cost = cost.adding(evaluator.cost)
            if case .error(let error) = value {
                let name = objectType.fields[index].name
                value = .error(
                    EvaluationError("composited variable \"\(name)\" fails to evaluate: \(error.message)"))
            }
            made[index] = value
            return value
        }
    }
}
