import JSONView

extension CheckedExpression {
    /// The tree of the expression with the value that each part had, so that one sees why the whole is what it is.
    ///
    /// - Parameter trace: What ``Program/explain(_:to:using:)`` has told.
    /// - Returns: A line for each part; parts that were not looked at are marked so, those of loops have their last value.
    public func explanation(_ trace: EvaluationTrace) -> String {
        var values: [Int: (last: Value, count: Int)] = [:]
        for entry in trace.entries { values[entry.node] = (entry.value, (values[entry.node]?.count ?? 0) + 1) }
        var lines: [String] = []
        func add(_ node: Expression, _ head: String, _ tail: String) {
            guard lines.count < 2000 else { return }
            let shown: String
            if let value = values[node.id] {
                shown = Self.short(value.last) + (value.count > 1 ? " (last of \(value.count))" : "")
            } else {
                shown = "not looked at"
            }
            lines.append("\(head)\(shown)  ←  \(ExpressionText.text(node))")
            let parts = parts(node).filter { !isWholeRecord($0, values[$0.id]?.last) }
            for (position, part) in parts.enumerated() {
                let isLast = position == parts.count - 1
                add(part, tail + (isLast ? "└ " : "├ "), tail + (isLast ? "  " : "│ "))
            }
        }
        add(root, "", "")
        return lines.joined(separator: "\n")
    }

    /// The parts of a node that are worth a line.
    private func parts(_ node: Expression) -> [Expression] {
        let children: [Expression]
        switch node.kind {
        case .comprehension(let loop):
            if case .bind = loop.shape {
                children = [loop.initial, loop.result]
            } else {
                children = [loop.range] + loop.shape.parts
            }
        // The fields that lead to a field say nothing more than it does, unless they are made.
        case .select(let operand, _, _): return operand.qualifiedName == nil ? parts(operand) : []
        case .call(Operator.index, nil, let arguments) where arguments[0].qualifiedName != nil:
            children = [arguments[1]]
        case .call(Operator.optionalSelect, nil, let arguments): children = [arguments[0]]
        case .list, .map, .structure: children = node.kind.children
        // What leads to a function's name is no value.
        case .call(_, .some, let arguments) where isQualified(node): children = arguments
        case .call: children = node.kind.children
        case .literal, .ident: children = []
        }
        return children.filter {
            switch $0.kind {
            case .literal: false
            case .list(let elements, _): !elements.allSatisfy { if case .literal = $0.kind { true } else { false } }
            default: true
            }
        }
    }

    private func isQualified(_ node: Expression) -> Bool {
        if case .call(_, _, isQualified: true)? = references[node.id] { true } else { false }
    }

    /// Whether a node is a variable that holds all there is, of which a line can show no more than the beginning.
    private func isWholeRecord(_ node: Expression, _ value: Value?) -> Bool {
        guard case .ident = node.kind, case .variable? = references[node.id] else { return false }
        return switch value {
        case .json(let json): json.kind == .object
        case .map, .object: true
        default: false
        }
    }

    private static func short(_ value: Value) -> String {
        let text = TypedValue.display(value)
        return text.unicodeScalars.count <= 60 ? text : String(text.prefix(59)) + "…"
    }
}
