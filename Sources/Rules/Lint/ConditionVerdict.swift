internal import CEL

/// What can be said of a condition without any event: that it is never or always true, and why.
struct ConditionVerdict {
    /// Whether a condition can be true, can be false, or both.
    enum Truth { case never, always, open }

    var truth = Truth.open
    /// What makes it never true, in words; the parts that decide.
    var reasons: [String] = []

    static let open = ConditionVerdict()

    /// Judges a condition.
    ///
    /// - Parameters:
    ///   - node: the condition.
    ///   - atom: judges what is no `&&`, `||` or `!`.
    /// - Returns: what can be said.
    static func judge(_ node: Expression, atom: (Expression) -> ConditionVerdict) -> ConditionVerdict {
        switch node.kind {
        case .literal(.bool(let value)): return ConditionVerdict(truth: value ? .always : .never)
        case .call("!_", nil, let sides) where sides.count == 1:
            let inner = judge(sides[0], atom: atom)
            switch inner.truth {
            case .never: return ConditionVerdict(truth: .always)
            case .always: return ConditionVerdict(truth: .never, reasons: ["what is negated is always true"])
            case .open: return .open
            }
        case .call("_&&_", nil, let sides):
            let parts = sides.map { judge($0, atom: atom) }
            let never = parts.filter { $0.truth == .never }
            if !never.isEmpty { return ConditionVerdict(truth: .never, reasons: never.flatMap(\.reasons)) }
            if let clash = clash(in: node) { return ConditionVerdict(truth: .never, reasons: [clash]) }
            return parts.allSatisfy { $0.truth == .always } ? ConditionVerdict(truth: .always) : .open
        case .call("_||_", nil, let sides):
            let parts = sides.map { judge($0, atom: atom) }
            if parts.contains(where: { $0.truth == .always }) || hasComplement(node) {
                return ConditionVerdict(truth: .always)
            }
            guard parts.allSatisfy({ $0.truth == .never }) else { return .open }
            return ConditionVerdict(truth: .never, reasons: parts.flatMap(\.reasons))
        default: return atom(node)
        }
    }

    /// The conditions that must all be true.
    private static func conjuncts(_ node: Expression) -> [Expression] {
        guard case .call("_&&_", nil, let sides) = node.kind else { return [node] }
        return sides.flatMap(conjuncts)
    }

    private static func disjuncts(_ node: Expression) -> [Expression] {
        guard case .call("_||_", nil, let sides) = node.kind else { return [node] }
        return sides.flatMap(disjuncts)
    }

    /// Two conditions that exclude each other: one field with values that have none in common, or one and its opposite.
    private static func clash(in node: Expression) -> String? {
        let parts = conjuncts(node)
        var values: [String: Set<String>] = [:]
        for part in parts {
            guard let item = SigmaItem(part), let texts = item.exactTexts, SigmaItem.isSingle(item.field) else {
                continue
            }
            let both = values[item.field].map { $0.intersection(texts) } ?? texts
            if both.isEmpty { return "\(item.field) cannot have two values at once" }
            values[item.field] = both
        }
        return hasOpposites(parts) ? "one part is the opposite of another" : nil
    }

    private static func hasComplement(_ node: Expression) -> Bool { hasOpposites(disjuncts(node)) }

    private static func hasOpposites(_ parts: [Expression]) -> Bool {
        var plain: Set<String> = []
        var negated: Set<String> = []
        for part in parts {
            if case .call("!_", nil, let inner) = part.kind, inner.count == 1 {
                negated.insert(text(of: inner[0]))
            } else {
                plain.insert(text(of: part))
            }
        }
        return !plain.isDisjoint(with: negated)
    }

    /// A text that is the same for the same condition.
    private static func text(of node: Expression) -> String {
        let inner = node.kind.children.map { text(of: $0) }.joined(separator: ",")
        switch node.kind {
        case .literal(let literal): return "\(literal)"
        case .ident(let name): return name
        case .select(_, let field, let testOnly): return "\(inner).\(testOnly ? "?" : "")\(field)"
        case .call(let function, _, _): return "\(function)(\(inner))"
        case .list: return "[\(inner)]"
        // Loops and literals with parts are told apart by who they are.
        default: return "#\(ObjectIdentifier(node).hashValue)"
        }
    }
}
