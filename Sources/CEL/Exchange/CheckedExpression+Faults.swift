extension CheckedExpression {
    /// An error with its place, the line and a caret below it.
    public func describe(_ error: EvaluationError) -> String {
        guard let node = error.node, tree.offsets.indices.contains(node) else { return "ERROR: \(error.message)" }
        return CompileIssue(tree.source, at: tree.offsets[node], error.message).description
    }
}
