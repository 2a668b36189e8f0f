extension CheckedExpression {
    /// Of a condition's parts joined by `&&`, those for which a test holds, joined again.
    ///
    /// `a && b` is false wherever `a` is, whatever becomes of `b`: who asks many conditions asks first the parts that are cheap
    /// or that many have in common.
    ///
    /// - Parameter isWanted: asked about each part, as an expression of its own.
    /// - Returns: nil where there are none.
    package func conjunction(where isWanted: (CheckedExpression) -> Bool) -> CheckedExpression? {
        kept(root, isWanted).map { part($0) }
    }

    /// What the expression reads of each variable.
    package var reads: [VariableRead] { VariableRead.all(in: self) }

    private func kept(_ node: Expression, _ isWanted: (CheckedExpression) -> Bool) -> Expression? {
        guard case .call(Operator.and, nil, let sides) = node.kind, sides.count == 2 else {
            return isWanted(part(node)) ? node : nil
        }
        switch (kept(sides[0], isWanted), kept(sides[1], isWanted)) {
        case (let left?, let right?):
            if left === sides[0], right === sides[1] { return node }
            // The number of the node, and with it its type and place, stay those of the `&&` that was there.
            return Expression(
                id: node.id, kind: .call(function: Operator.and, target: nil, arguments: [left, right]))
        case (let one?, nil), (nil, let one?): return one
        case (nil, nil): return nil
        }
    }

    /// A node of the tree as an expression of its own.
    private func part(_ node: Expression) -> CheckedExpression {
        CheckedExpression(
            tree: Parser.Result(root: node, source: tree.source, offsets: tree.offsets), tables: tables, types: types,
            references: references)
    }
}
