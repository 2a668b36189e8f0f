extension Expression {
    /// The node as an expression again, macros as they were written.
    package var text: String { ExpressionText.text(self, limit: 4000) }
}
