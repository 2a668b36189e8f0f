/// The grammar as a network of states, the form in which ANTLR's parsers know it.
///
/// Only expressions with a fault of syntax are looked at with it, to say of the fault what cel-go says; ``Parser`` reads the
/// same grammar by descent.
struct SyntaxNetwork: Sendable {
    /// How a parser gets from a state to the next.
    enum Edge: Sendable {
        case free(Int)
        case token(TokenSet, Int)
        /// Into a rule by its first state; the rule's end leads to `follow`.
        case rule(Int, follow: Int)
    }

    /// What a decision does with a token that fits no alternative.
    enum Role: Sendable {
        case none
        /// A choice between alternatives.
        case choice
        /// A part that may be left out, or repeated.
        case loop
        /// The decision after a repeated part that must stand at least once.
        case repetition
    }

    struct State: Sendable {
        var edges: [Edge] = []
        /// The targets of the edges that take no token.
        var targets: [Int] = []
        var role = Role.none
        var isRuleEnd = false
        /// What may come next within the rule; with ``TokenSet/ruleEnd`` when the rule may end.
        var next: TokenSet = []
    }

    private(set) var states: [State] = []
    private(set) var start = 0
    private var rules: [SyntaxRule: Int] = [:]

    /// The network of the grammar of expressions.
    static let expressions = SyntaxNetwork()

    private init() {
        for rule in SyntaxRule.allCases { rules[rule] = add() }
        for rule in SyntaxRule.allCases {
            let end = add()
            states[end].isRuleEnd = true
            states[rules[rule] ?? 0].edges = [.free(add(rule.body, to: end))]
        }
        start = rules[.start] ?? 0
        for position in states.indices {
            states[position].targets = states[position].edges.compactMap { edge in
                if case .free(let target) = edge { target } else { nil }
            }
        }
        var changed = true
        while changed {
            changed = false
            for position in states.indices {
                let next = next(states[position])
                if next != states[position].next {
                    states[position].next = next
                    changed = true
                }
            }
        }
    }

    private func next(_ state: State) -> TokenSet {
        if state.isRuleEnd { return .ruleEnd }
        return state.edges.reduce(into: []) { set, edge in
            switch edge {
            case .free(let target): set.formUnion(states[target].next)
            case .token(let tokens, _): set.formUnion(tokens)
            case .rule(let start, _): set.formUnion(states[start].next)
            }
        }
    }

    private mutating func add() -> Int {
        states.append(State())
        return states.count - 1
    }

    /// Adds the states of a part of a rule; gives the first.
    private mutating func add(_ part: SyntaxRule.Part, to end: Int) -> Int {
        let first = add()
        switch part {
        case .token(let tokens): states[first].edges = [.token(tokens, end)]
        case .rule(let rule): states[first].edges = [.rule(rules[rule] ?? 0, follow: end)]
        case .sequence(let parts):
            let target = parts.reversed().reduce(end) { add($1, to: $0) }
            states[first].edges = [.free(target)]
        case .choice(let parts):
            states[first].edges = parts.map { .free(add($0, to: end)) }
            states[first].role = .choice
        case .optional(let part):
            states[first].edges = [.free(add(part, to: end)), .free(end)]
            states[first].role = .loop
        case .any(let part):
            states[first].edges = [.free(add(part, to: first)), .free(end)]
            states[first].role = .loop
        case .some(let part):
            let again = add()
            let body = add(part, to: again)
            states[again].edges = [.free(body), .free(end)]
            states[again].role = .repetition
            states[first].edges = [.free(body)]
        }
        return first
    }
}
