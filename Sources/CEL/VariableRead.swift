/// A variable that an expression reads, and how far into it the path is known before running.
public struct VariableRead: Sendable, Hashable {
    /// The name of the variable.
    public let variable: String
    /// The fields selected, outermost first: `["spec", "containers"]`.
    public let path: [String]

    /// Names a read.
    public init(variable: String, path: [String]) {
        self.variable = variable
        self.path = path
    }

    /// Everything that an expression reads, each once.
    static func all(in expression: CheckedExpression) -> [VariableRead] {
        var found: Set<VariableRead> = []
        collect(expression.root, expression, &found)
        return found.sorted {
            ($0.variable, $0.path.joined(separator: ".")) < ($1.variable, $1.path.joined(separator: "."))
        }
    }

    private static func collect(_ node: Expression, _ expression: CheckedExpression, _ found: inout Set<VariableRead>) {
        if let read = read(node, expression) {
            found.insert(read)
            return
        }
        for child in node.kind.children { collect(child, expression, &found) }
    }

    private static func read(_ node: Expression, _ expression: CheckedExpression) -> VariableRead? {
        if case .variable(let slot)? = expression.references[node.id] {
            return VariableRead(variable: expression.tables.variables[slot].name, path: [])
        }
        switch node.kind {
        case .select(let operand, let field, _):
            return read(operand, expression).map { VariableRead(variable: $0.variable, path: $0.path + [field]) }
        case .call(Operator.index, nil, let arguments):
            guard case .literal(.string(let key)) = arguments[1].kind else { return nil }
            return read(arguments[0], expression).map { VariableRead(variable: $0.variable, path: $0.path + [key]) }
        default: return nil
        }
    }
}
