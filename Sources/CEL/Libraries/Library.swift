/// A set of functions, macros and types that an environment may use.
public struct Library: Sendable {
    /// What the library is called.
    public let name: String
    /// The functions.
    public let overloads: [Overload]
    /// The macros.
    public let macros: [Macro]
    /// Names of types that expressions may use as values.
    public let types: [String: CELType]

    /// Names of values.
    public let constants: [NamedConstant]

    /// Makes a library of functions.
    public init(
        _ name: String, overloads: [Overload] = [], macros: [Macro] = [], types: [String: CELType] = [:],
        constants: [NamedConstant] = []
    ) {
        self.name = name
        self.overloads = overloads
        self.macros = macros
        self.types = types
        self.constants = constants
    }
}

extension [Library] {
    /// The core language alone.
    public static var core: [Library] { [.core] }

    /// The core language with every extension that the CEL specification describes.
    public static var standard: [Library] {
        [
            .core, .optionals, .bindings, .blocks, .twoVariableComprehensions, .strings, .math, .encoders, .sets,
            .lists, .maps, .network, .regex,
        ]
    }
}
