/// Makes nodes, numbers them and remembers their places.
struct NodeFactory {
    /// The byte at which each node's text begins, by node id; id 0 is unused.
    private(set) var offsets: [Int] = [0]
    /// The place of the macro call that is being expanded.
    var macroOffset = 0

    var count: Int { offsets.count }

    /// Takes an id without a node: for map entries and structure fields.
    mutating func reserve(_ offset: Int) -> Int {
        offsets.append(offset)
        return offsets.count - 1
    }

    mutating func make(_ offset: Int, _ kind: Expression.Kind) -> Expression {
        Expression(id: reserve(offset), kind: kind)
    }

    // MARK: For macros

    mutating func make(_ kind: Expression.Kind) -> Expression { make(macroOffset, kind) }

    mutating func ident(_ name: String) -> Expression { make(.ident(name)) }

    mutating func literal(_ value: Literal) -> Expression { make(.literal(value)) }

    mutating func call(_ function: String, _ arguments: Expression...) -> Expression {
        make(.call(function: function, target: nil, arguments: arguments))
    }

    mutating func list(_ elements: Expression...) -> Expression { make(.list(elements, optional: [])) }

    /// A fresh node that says the same as another, for parts that a macro uses twice.
    mutating func copy(_ other: Expression) -> Expression { make(offsets[other.id], other.kind) }
}
