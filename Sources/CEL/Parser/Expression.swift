/// A literal of the language.
public enum Literal: Sendable, Hashable {
    /// `null`.
    case null
    /// `true` or `false`.
    case bool(Bool)
    /// A whole number: `-1`, `0x1F`.
    case int(Int64)
    /// A whole number marked as unsigned: `1u`.
    case uint(UInt64)
    /// A number with a fraction or an exponent: `1.5`, `1e3`.
    case double(Double)
    /// A text, quotes and escapes resolved.
    case string(String)
    /// Bytes: `b'…'`.
    case bytes([UInt8])
}

/// A node of a syntax tree.
public final class Expression: Sendable {
    /// What a node is.
    public enum Kind: Sendable {
        /// A value that the source spells out.
        case literal(Literal)
        /// A name; with a dot before it, it is looked up outside the container.
        case ident(String)
        /// A field selected, or with `testOnly` asked for: `has(operand.field)`.
        case select(operand: Expression, field: String, testOnly: Bool)
        /// A call, or an operator under the name that stands for it (`_+_`).
        case call(function: String, target: Expression?, arguments: [Expression])
        /// A list; the positions of `?`-marked elements beside it.
        case list([Expression], optional: Set<Int>)
        /// A map.
        case map([MapEntry])
        /// A message made of its fields: `Type{field: value}`.
        case structure(name: String, [StructureField])
        /// A loop, or a name for a value.
        case comprehension(Comprehension)
    }

    /// An entry of a map literal.
    public struct MapEntry: Sendable {
        /// The number of the entry, counted with the nodes.
        public let id: Int
        /// The key.
        public let key: Expression
        /// The value.
        public let value: Expression
        /// Whether the value is an optional whose absence leaves the entry out: `{?key: value}`.
        public let isOptional: Bool
    }

    /// A field of a structure literal.
    public struct StructureField: Sendable {
        /// The number of the field, counted with the nodes.
        public let id: Int
        /// The field's name.
        public let name: String
        /// The value.
        public let value: Expression
        /// Whether the value is an optional whose absence leaves the field out.
        public let isOptional: Bool
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
    /// The list or map whose elements or keys the loop goes over.
    public let range: Expression
    /// The name of the element; of the position or key where there are two names.
    public let variable: String
    /// The name of the element or value, where there are two names.
    public let secondVariable: String?
    /// The name of what the loop gathers.
    public let accumulator: String
    /// What the loop has gathered before its first step.
    public let initial: Expression
    /// Whether there is a next step.
    public let condition: Expression
    /// What the loop has gathered after a step.
    public let step: Expression
    /// What the loop gives in the end.
    public let result: Expression
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

extension Expression {
    /// The dotted name that a chain of selections from an identifier spells.
    var qualifiedName: String? {
        switch kind {
        case .ident(let name): name
        case .select(let operand, let field, testOnly: false): operand.qualifiedName.map { "\($0).\(field)" }
        default: nil
        }
    }

    /// The identifier with which a qualified name begins.
    var leadingIdent: String? {
        switch kind {
        case .ident(let name): name
        case .select(let operand, _, testOnly: false): operand.leadingIdent
        default: nil
        }
    }
}
