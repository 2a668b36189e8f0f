/// One form of a function: its name, what it takes and gives, and what it does.
public struct Overload: Sendable {
    /// The name of the form, unique in an environment.
    public let id: String
    /// The name of the function.
    public let function: String
    /// Whether the first parameter stands before the name: `text.startsWith(prefix)`.
    public let isMember: Bool
    /// The types of the parameters, the one before the name included.
    public let parameters: [CELType]
    /// The type of the result.
    public let result: CELType
    /// What the function does, in a sentence.
    public let documentation: String
    /// What a call costs.
    public let cost: CallCost

    /// How calls are run; nil where the interpreter has an instruction of its own.
    private(set) var body: Body?
    /// Makes the body for constants that are known when a program is planned.
    private(set) var preparation: Preparation?
    /// Which parameter is a regular expression, compiled with the program where it is constant.
    private(set) var patternPosition: Int?
    let typeParameterNames: [String]

    typealias Body = @Sendable (Arguments) -> Cell

    init(
        _ id: String, _ function: String, isMember: Bool = false, _ parameters: [CELType], _ result: CELType,
        _ documentation: String = "", cost: CallCost = .constant(1), _ body: Body? = nil
    ) {
        self.id = id
        self.function = function
        self.isMember = isMember
        self.parameters = parameters
        self.result = result
        self.documentation = documentation
        self.cost = cost
        self.body = body
        typeParameterNames = (parameters + [result])
            .reduce(into: Set<String>()) { $0.formUnion($1.typeParameterNames) }.sorted()
    }

    /// Declares a function written in Swift.
    ///
    /// The body is called when all arguments are values of the declared types; errors and unknowns never reach it. It must
    /// depend on nothing but its arguments, because calls may be shared and made once.
    ///
    /// - Parameters:
    ///   - id: The name of the form, unique in an environment.
    ///   - function: The name of the function; dots are part of it (`math.least`).
    ///   - isMember: Whether the first parameter stands before the name.
    ///   - parameters: The types of the parameters.
    ///   - result: The type of the result.
    ///   - documentation: What the function does, in a sentence.
    ///   - cost: What a call costs.
    ///   - body: What the function does.
    public init(
        id: String, function: String, isMember: Bool = false, parameters: [CELType], result: CELType,
        documentation: String = "", cost: CallCost = .constant(1), body: @escaping @Sendable (Arguments) -> Value
    ) {
        self.init(id, function, isMember: isMember, parameters, result, documentation, cost: cost) { arguments in
            arguments.evaluation.importing(body(arguments))
        }
    }

    /// Makes what runs a call out of the constants among its arguments; nil at the positions of others.
    public typealias Preparation = @Sendable (_ constants: [Value?]) -> (@Sendable (Arguments) -> Value)?

    /// Declares a function whose calls are prepared once, when a program is planned: patterns, paths and the like are taken
    /// apart then and not at each call.
    ///
    /// - Parameters:
    ///   - id: The name of the form, unique in an environment.
    ///   - function: The name of the function; dots are part of it.
    ///   - parameters: The types of the parameters.
    ///   - result: The type of the result.
    ///   - documentation: What the function does, in a sentence.
    ///   - preparation: Makes what runs a call. Given nil for each argument that is no constant, it may return nil; it is
    ///     asked again, with all values, at each call then. A call for which it returns nil with all values has no answer.
    public init(
        id: String, function: String, parameters: [CELType], result: CELType, documentation: String = "",
        preparation: @escaping Preparation
    ) {
        self.init(id, function, parameters, result, documentation) { arguments in
            let values = (0..<arguments.count).map { arguments.value($0) }
            guard let body = preparation(values) else { return arguments.error("no such overload") }
            return arguments.evaluation.importing(body(arguments))
        }
        self.preparation = preparation
    }

    /// The overload for calls with some constants; nil where nothing can be prepared.
    func prepared(for constants: [Value?]) -> Overload? {
        guard let body = preparation?(constants) else { return nil }
        var overload = self
        overload.body = { arguments in arguments.evaluation.importing(body(arguments)) }
        return overload
    }

    static func member(
        _ id: String, _ function: String, _ parameters: [CELType], _ result: CELType, _ documentation: String = "",
        cost: CallCost = .constant(1), _ body: Body? = nil
    ) -> Overload {
        Overload(id, function, isMember: true, parameters, result, documentation, cost: cost, body)
    }

    /// The overload whose parameter at a position is a regular expression: see ``Arguments/regex(_:)``.
    func withPattern(at position: Int) -> Overload {
        var overload = self
        overload.patternPosition = position
        return overload
    }
}

/// What a call of a function costs, in the units of Kubernetes' cost limits.
public enum CallCost: Sendable {
    /// Always the same.
    case constant(UInt64)
    /// So much for each byte or element of an argument, plus a base.
    case perSize(argument: Int, factor: Double, base: UInt64 = 1)
    /// The product of the sizes of two arguments, each with a factor.
    case product(first: Int, firstFactor: Double, second: Int, secondFactor: Double)
    /// The smaller of two sizes, with a factor.
    case smaller(first: Int, second: Int, factor: Double)
}
