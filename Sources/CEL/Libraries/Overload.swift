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
    let body: Body?
    /// Which parameter is a regular expression, compiled with the program where it is constant.
    private(set) var patternPosition: Int?
    let typeParameterNames: [String]
    private let kinds: [CellKinds]

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
        kinds = parameters.map { CellKinds($0) }
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

    /// Whether the overload can take these arguments.
    @inline(__always)
    func accepts(_ arguments: Arguments) -> Bool {
        guard arguments.count == kinds.count else { return false }
        for position in 0..<kinds.count {
            let cell = arguments[position]
            if kinds[position].intersection(cell.kinds).isEmpty { return false }
            if case .opaque(let box) = cell, case .opaque(let name, _) = parameters[position],
                box._withUnsafeGuaranteedRef({ $0.value.typeName != name })
            {
                return false
            }
        }
        return true
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
