/// A value that an environment gives a name, the same in each evaluation.
///
/// `x in name` looks a list or map up by hash.
public indirect enum Constant: Sendable, Hashable {
    /// A plain value.
    case literal(Literal)
    /// A list.
    case list([Constant])
    /// A map.
    case map([Constant: Constant])

    /// A list of strings.
    public static func strings(_ strings: some Sequence<String>) -> Constant {
        .list(strings.map { .literal(.string($0)) })
    }
}

/// A named constant of an environment.
public struct NamedConstant: Sendable {
    /// The name.
    public let name: String
    /// The type that the checker knows it by.
    public let type: CELType
    /// The value.
    public let value: Constant

    /// Names a constant; without a type its own is found.
    public init(_ name: String, _ value: Constant, type: CELType? = nil) {
        self.name = name
        self.value = value
        self.type = type ?? value.type
    }
}

extension Constant {
    /// The type of the constant; mixed lists are lists of `dyn`.
    var type: CELType {
        switch self {
        case .literal(let literal): literal.type
        case .list(let elements): .list(Self.common(elements))
        case .map(let entries): .map(Self.common(entries.keys), Self.common(entries.values))
        }
    }

    private static func common(_ constants: some Sequence<Constant>) -> CELType {
        var found: CELType?
        for constant in constants {
            let type = constant.type
            if found == nil { found = type } else if found != type { return .dyn }
        }
        return found ?? .dyn
    }
}
