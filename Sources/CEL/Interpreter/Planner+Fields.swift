import JSONView

// Fields become paths below variables, where they can.
extension Planner {
    mutating func select(
        _ node: Expression, _ operand: Expression, _ field: String, _ testOnly: Bool
    ) -> Int32 {
        if !testOnly, let reference = qualified(node) { return emit(reference, node) }
        if mode != .traced, let path = path(of: operand, key: field, node) {
            return emit(testOnly ? .hasPath : .path, node, path)
        }
        let step = step(field, of: operand, node)
        return emit(testOnly ? .has : mode == .traced ? .tracedSelect : .select, node, plan(operand), step)
    }

    /// The path that a key below an expression is, when the expression is a path or a variable.
    mutating func path(of operand: Expression, key: String, _ node: Expression) -> Int32? {
        switch operand.kind {
        case .ident(let name):
            if let (_, root) = local(name) {
                return root.map { addPath(parent: -1, root: $0, key, operand, node) }
            }
            guard case .variable(let slot)? = expression.references[operand.id] ?? resolver.ident(name)?.0 else {
                return nil
            }
            return addPath(
                parent: -1, root: PathRoot(register: Int32(truncatingIfNeeded: slot), isVariable: true), key, operand,
                node)
        case .select(let inner, let field, testOnly: false):
            if let reference = qualified(operand) {
                guard case .variable(let slot) = reference else { return nil }
                return addPath(
                    parent: -1, root: PathRoot(register: Int32(truncatingIfNeeded: slot), isVariable: true), key,
                    operand,
                    node)
            }
            return path(of: inner, key: field, operand).map { addPath(parent: $0, root: nil, key, operand, node) }
        case .call(Operator.index, nil, let arguments):
            guard case .literal(.string(let field)) = arguments[1].kind else { return nil }
            return path(of: arguments[0], key: field, operand).map {
                addPath(parent: $0, root: nil, key, operand, node)
            }
        default: return nil
        }
    }

    mutating func addPath(
        parent: Int32, root: PathRoot?, _ key: String, _ operand: Expression, _ node: Expression
    ) -> Int32 {
        let field = fieldIndex(key, of: operand)
        let register = root?.register ?? paths[Int(parent)].root
        let identity = PathKey(parent: parent, root: register, key: key, field: field)
        if let known = pathIndices[identity] { return known }
        let isVariable = root?.isVariable ?? paths[Int(parent)].isVariable
        let added = appendStep(parent: parent, root: register, isVariable: isVariable, key, field, node)
        pathIndices[identity] = added
        return added
    }

    /// A step that belongs to no path: a key of whatever value an instruction gives.
    mutating func step(_ key: String, of operand: Expression, _ node: Expression) -> Int32 {
        appendStep(parent: -1, root: 0, isVariable: false, key, fieldIndex(key, of: operand), node)
    }

    mutating func appendStep(
        parent: Int32, root: Int32, isVariable: Bool, _ key: String, _ field: Int32, _ node: Expression
    ) -> Int32 {
        paths.append(
            PathStep(
                parent: parent, root: root, isVariable: isVariable, key: pool.evaluation.text(key), field: field,
                missing: pool.evaluation.error("no such key: \(key)"), node: Int32(truncatingIfNeeded: node.id)))
        return Int32(truncatingIfNeeded: paths.count - 1)
    }

    func fieldIndex(_ key: String, of operand: Expression) -> Int32 {
        guard case .object(let type)? = expression.types[operand.id], let index = type.index(of: key) else { return -1 }
        return Int32(truncatingIfNeeded: index)
    }
}
