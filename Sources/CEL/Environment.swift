/// A variable that expressions may use.
public struct Variable: Sendable {
    /// The name; dots are part of it.
    public let name: String
    /// The type that the checker knows it by.
    public let type: CELType
    /// One sentence about the variable.
    public let documentation: String

    /// Declares a variable.
    public init(_ name: String, _ type: CELType, documentation: String = "") {
        self.name = name
        self.type = type
        self.documentation = documentation
    }
}

/// What expressions may use: variables, constants, functions and macros.
///
/// An environment compiles expressions; a ``Program`` made of one evaluates it any number of times, on any thread.
public struct Environment: Sendable {
    let tables: EnvironmentTables

    /// Describes an environment.
    ///
    /// - Parameters:
    ///   - libraries: The functions and macros.
    ///   - variables: The variables; a variable's position is its slot in an ``Activation``.
    ///   - constants: Named values, the same in each evaluation.
    ///   - container: The namespace in which unqualified names are looked up first.
    ///   - options: How strictly expressions are checked.
    ///   - limits: How much expressions may use.
    public init(
        libraries: [Library] = .standard, variables: [Variable] = [], constants: [NamedConstant] = [],
        container: String = "", options: Options = [], limits: Limits = Limits()
    ) {
        tables = EnvironmentTables(
            libraries: libraries, variables: variables, constants: constants, container: container, options: options,
            limits: limits)
    }

    /// How strictly expressions are checked.
    public struct Options: OptionSet, Sendable {
        /// The bits.
        public let rawValue: Int

        /// Makes a set of its bits.
        public init(rawValue: Int) { self.rawValue = rawValue }

        /// Elements of a list literal, keys and values of a map literal, must be of one type.
        public static let homogeneousLiterals = Options(rawValue: 1)
        /// Constant durations, timestamps and regular expressions must be sound.
        public static let literalValidation = Options(rawValue: 2)
        /// What Kubernetes asks of expressions.
        public static let kubernetes: Options = [.homogeneousLiterals, .literalValidation]
    }

    /// The variables, by slot.
    public var variables: [Variable] { tables.variables }

    /// The overloads of all functions, by function.
    public var functions: [String: [Overload]] { tables.functions }

    /// Parses and checks an expression.
    ///
    /// - Throws: All faults found, with their places.
    public func compile(_ text: String, name: String = "<input>") throws(CompileErrors) -> CheckedExpression {
        let tree = try Parser.parse(Source(text, name: name), macros: tables.macros, limits: tables.limits)
        return try Checker.check(tree, tables)
    }

    /// Parses an expression without checking it; what does not fit shows when the program runs.
    public func parse(_ text: String, name: String = "<input>") throws(CompileErrors) -> CheckedExpression {
        let tree = try Parser.parse(Source(text, name: name), macros: tables.macros, limits: tables.limits)
        return CheckedExpression(
            tree: tree, tables: tables, types: Array(repeating: nil, count: tree.offsets.count),
            references: Array(repeating: nil, count: tree.offsets.count))
    }

    /// How a program counts what its evaluations cost.
    public enum Metering: Sendable {
        /// Not at all, which is quickest; as ``kubernetes`` where the environment's limits set a highest cost.
        case none
        /// As Kubernetes' API server counts.
        case kubernetes
        /// As cel-go counts without optimizing: constant lists, maps and conversions cost each time what making them costs.
        case unoptimized
    }

    /// Plans an expression for evaluation.
    ///
    /// - Parameters:
    ///   - expression: The expression, compiled in this environment.
    ///   - metering: Whether and how the cost is counted; ``Evaluator/cost`` tells it.
    /// - Returns: The program.
    public func program(_ expression: CheckedExpression, metering: Metering = .none) -> Program {
        switch metering {
        case .none: Program(expression, mode: tables.limits.cost == nil ? .fast : .metered(optimizes: true))
        case .kubernetes: Program(expression, mode: .metered(optimizes: true))
        case .unoptimized: Program(expression, mode: .metered(optimizes: false))
        }
    }
}

/// The tables behind an environment, shared by everything compiled in it.
final class EnvironmentTables: Sendable {
    let variables: [Variable]
    let variableSlots: [String: Int]
    let constants: [NamedConstant]
    let constantPositions: [String: Int]
    let functions: [String: [Overload]]
    let macros: [MacroKey: Macro]
    let types: [String: CELType]
    let container: String
    let options: Environment.Options
    let limits: Limits

    init(
        libraries: [Library], variables: [Variable], constants: [NamedConstant], container: String,
        options: Environment.Options, limits: Limits
    ) {
        self.options = options
        self.variables = variables
        let constants = constants + libraries.flatMap(\.constants)
        self.constants = constants
        self.container = container
        self.limits = limits
        variableSlots = Dictionary(
            variables.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        constantPositions = Dictionary(
            constants.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
        functions = libraries.flatMap(\.overloads).reduce(into: [:]) { $0[$1.function, default: []].append($1) }
        macros = Dictionary(libraries.flatMap(\.macros).map { ($0.key, $0) }, uniquingKeysWith: { _, last in last })
        types = libraries.map(\.types).reduce(into: [:]) { $0.merge($1) { _, last in last } }
    }
}
