/// Under which name and form of call a macro is found.
struct MacroKey: Hashable, Sendable {
    let name: String
    let isMember: Bool
    /// How many arguments; nil for any number.
    let arguments: Int?

    init(_ name: String, isMember: Bool, arguments: Int?) {
        self.name = name
        self.isMember = isMember
        self.arguments = arguments
    }
}

/// Why a macro cannot be expanded.
struct MacroFault: Error {
    let message: String
    let node: Expression?
}

/// A call that the parser replaces by other syntax.
public struct Macro: Sendable {
    typealias Expander =
        @Sendable (_ nodes: inout NodeFactory, _ target: Expression?, _ arguments: [Expression]) throws -> Expression?

    let key: MacroKey
    let expand: Expander

    static func member(_ name: String, _ arguments: Int?, _ expand: @escaping Expander) -> Macro {
        Macro(key: MacroKey(name, isMember: true, arguments: arguments), expand: expand)
    }

    static func global(_ name: String, _ arguments: Int?, _ expand: @escaping Expander) -> Macro {
        Macro(key: MacroKey(name, isMember: false, arguments: arguments), expand: expand)
    }
}
