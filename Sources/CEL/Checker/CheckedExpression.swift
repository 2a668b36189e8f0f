/// An expression whose names and types are known: what a ``Program`` is made of.
public struct CheckedExpression: Sendable {
    let tree: Parser.Result
    let tables: EnvironmentTables
    /// Types by node id; all nil where the expression was only parsed.
    let types: [CELType?]
    let references: [Reference?]

    /// The text.
    public var source: Source { tree.source }

    /// The syntax tree, macros expanded.
    public var root: Expression { tree.root }

    /// The type of the result.
    public var type: CELType { type(of: tree.root) }

    /// The type of a node.
    public func type(of node: Expression) -> CELType { types[node.id] ?? .dyn }

    /// The place of a node's text.
    public func location(of id: Int) -> Source.Location? {
        tree.offsets.indices.contains(id) ? tree.source.location(at: tree.offsets[id]) : nil
    }
}
