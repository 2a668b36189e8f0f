/// A literal of the language.
public enum Literal: Sendable, Hashable {
    case null
    case bool(Bool)
    case int(Int64)
    case uint(UInt64)
    case double(Double)
    case string(String)
    case bytes([UInt8])
}

/// A node of a syntax tree.
public final class Expression: Sendable {
    /// What a node is.
    public enum Kind: Sendable {
        case literal(Literal)
        case ident(String)
        /// A field selected, or with `testOnly` asked for: `has(operand.field)`.
        case select(operand: Expression, field: String, testOnly: Bool)
        case call(function: String, target: Expression?, arguments: [Expression])
        /// A list; the positions of `?`-marked elements beside it.
        case list([Expression], optional: Set<Int>)
        case map([MapEntry])
        case structure(name: String, [StructureField])
        case comprehension(Comprehension)
    }

    /// An entry of a map literal.
    public struct MapEntry: Sendable {
        let id: Int
        let key: Expression
        let value: Expression
        let isOptional: Bool
    }

    /// A field of a structure literal.
    public struct StructureField: Sendable {
        let id: Int
        let name: String
        let value: Expression
        let isOptional: Bool
    }

    /// The number of the node within its tree.
    public let id: Int
    /// What the node is.
    public let kind: Kind
    let depth: Int
    /// How many nodes the tree below has when parts that a macro uses twice count twice.
    let weight: Int

    init(id: Int, kind: Kind) {
        self.id = id
        self.kind = kind
        let children = kind.children
        depth = 1 + (children.map(\.depth).max() ?? 0)
        weight = children.reduce(1) { min($0 + $1.weight, 1 << 40) }
    }
}

/// A loop, as macros expand to it.
public struct Comprehension: Sendable {
    /// Which macro the loop comes from, with the parts that an interpreter can run without building the fold.
    package enum Shape: Sendable {
        case all(Expression), exists(Expression), existsOne(Expression)
        case map(filter: Expression?, transform: Expression)
        case filter(Expression)
        case transformList(filter: Expression?, transform: Expression)
        case transformMap(filter: Expression?, transform: Expression)
        case transformMapEntry(filter: Expression?, entry: Expression)
        /// `cel.bind`: no loop at all, a name for a value.
        case bind
    }

    package let shape: Shape
    package let range: Expression
    package let variable: String
    package let secondVariable: String?
    package let accumulator: String
    package let initial: Expression
    package let condition: Expression
    package let step: Expression
    package let result: Expression
}

extension Expression.Kind {
    /// The nodes directly below.
    package var children: [Expression] {
        switch self {
        case .literal, .ident: []
        case .select(let operand, _, _): [operand]
        case .call(_, let target, let arguments): (target.map { [$0] } ?? []) + arguments
        case .list(let elements, _): elements
        case .map(let entries): entries.flatMap { [$0.key, $0.value] }
        case .structure(_, let fields): fields.map(\.value)
        case .comprehension(let loop): [loop.range, loop.initial, loop.condition, loop.step, loop.result]
        }
    }
}
