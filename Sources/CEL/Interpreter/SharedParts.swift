/// Finds parts that occur more than once in a set of programs and depend on nothing that changes within an evaluation.
struct SharedParts {
    private var occurrences: [String: Int] = [:]
    private var signatures: [ObjectIdentifier: String] = [:]
    private var instructions: [String: Int32] = [:]
    // Keeps the nodes alive by whose identity signatures are known.
    private var expressions: [CheckedExpression] = []

    /// Counts the parts of an expression; expressions are counted before they are planned.
    mutating func count(_ expression: CheckedExpression) {
        guard !expressions.contains(where: { $0.root === expression.root }) else { return }
        expressions.append(expression)
        _ = sign(expression.root, expression)
    }

    /// The signature of a node that is worth sharing; nil for others.
    func sharedSignature(of node: Expression) -> String? {
        guard let signature = signatures[ObjectIdentifier(node)], occurrences[signature, default: 0] > 1 else {
            return nil
        }
        return signature
    }

    func instruction(_ signature: String) -> Int32? { instructions[signature] }

    mutating func setInstruction(_ pc: Int32, for signature: String) { instructions[signature] = pc }

    /// A text that is equal for equal literals, made without reflection.
    private static func text(of literal: Literal) -> String {
        switch literal {
        case .null: "n"
        case .bool(let value): value ? "t" : "f"
        case .int(let value): "i\(value)"
        case .uint(let value): "u\(value)"
        case .double(let value): "d\(value.bitPattern)"
        case .string(let text): "s\(text.utf8.count):\(text)"
        case .bytes(let bytes): "b" + bytes.map { String($0) }.joined(separator: ",")
        }
    }

    /// A text that is equal for equal parts; nil for parts that depend on a loop's variable.
    private mutating func sign(_ node: Expression, _ expression: CheckedExpression) -> String? {
        let signature: String?
        var isWorthSharing = false
        switch node.kind {
        case .literal(let literal): signature = Self.text(of: literal)
        case .ident(let name):
            guard case .variable(let slot)? = expression.references[node.id] else { return nil }
            signature = "$\(slot):\(name)"
        case .select(let operand, let field, let testOnly):
            signature = sign(operand, expression).map { "\($0).\(testOnly ? "?" : "")\(field.count):\(field)" }
        case .call(let function, let target, let arguments):
            var (function, target) = (function, target)
            if case .call(let qualified, _, isQualified: true)? = expression.references[node.id] {
                (function, target) = (qualified, nil)
            }
            let children = (target.map { [$0] } ?? []) + arguments
            let signs = children.map { sign($0, expression) }
            let known = signs.compactMap { $0 }
            signature =
                known.count == signs.count
                ? "\(function)(\(target == nil ? "" : ".")\(known.joined(separator: ",")))" : nil
            isWorthSharing = true
        case .list(let elements, let optional):
            let signs = elements.map { sign($0, expression) }
            let known = signs.compactMap { $0 }
            signature = known.count == signs.count && optional.isEmpty ? "[\(known.joined(separator: ","))]" : nil
        case .map, .structure, .comprehension:
            for child in node.kind.children { _ = sign(child, expression) }
            signature = nil
        }
        // Long signatures are rare parts and would make planning slow.
        guard let signature, signature.utf8.count < 2000 else { return nil }
        if isWorthSharing {
            signatures[ObjectIdentifier(node)] = signature
            occurrences[signature, default: 0] += 1
        }
        return signature
    }
}
