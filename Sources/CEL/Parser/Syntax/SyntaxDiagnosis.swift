/// Says what is wrong with the syntax of an expression as cel-go says it.
///
/// cel-go's parser is made by ANTLR 4, whose recovery (`DefaultErrorStrategy`) decides which faults are told and what each
/// message calls expected, extraneous or missing. Here the same strategy runs over the same grammar. Only expressions that
/// ``Parser`` refused come here.
struct SyntaxDiagnosis {
    private let network = SyntaxNetwork.expressions
    private let tokens: [Token]
    private let bytes: [UInt8]
    private let holes: [Range<Int>]
    private let depth: Int
    private var at = 0
    private var state: Int
    /// The rules that were entered: where each goes on when the rule within it ends.
    private var callers: [Int] = []
    private var isRecovering = false
    private var attempts = 0
    private var lastFault: (position: Int, states: Set<Int>)?
    private(set) var faults: [(offset: Int, message: String)] = []

    /// What cel-go allows by default: this many attempts to go on after a fault, and so many tokens passed over.
    private static let attemptLimit = 30
    private static let lookaheadLimit = 512

    /// Finds the faults of an expression's tokens, in the order in which they are met.
    ///
    /// - Parameters:
    ///   - tokens: The tokens, the last of which is `end`.
    ///   - bytes: The text.
    ///   - holes: Where the text is no token.
    ///   - depth: How deeply rules may nest before the diagnosis is given up.
    /// - Returns: The place of each fault and its message; none where the tokens are an expression.
    static func faults(
        _ tokens: [Token], in bytes: [UInt8], holes: [Range<Int>], depth: Int
    ) -> [(offset: Int, message: String)] {
        var diagnosis = SyntaxDiagnosis(tokens, bytes, holes, depth)
        diagnosis.run()
        return diagnosis.faults
    }

    private init(_ tokens: [Token], _ bytes: [UInt8], _ holes: [Range<Int>], _ depth: Int) {
        self.tokens = tokens
        self.bytes = bytes
        self.holes = holes
        self.depth = depth
        state = network.start
    }

    private enum Fault: Error {
        /// The token at a position cannot stand there.
        case mismatch(position: Int, expected: TokenSet)
        /// No alternative begins with the tokens between two positions.
        case noAlternative(from: Int, to: Int)
        /// Nothing more is said: the faults are too many, or nest too deeply.
        case end
    }

    private mutating func run() {
        var isDone = false
        while !isDone {
            do throws(Fault) {
                isDone = try step()
            } catch .end {
                return
            } catch {
                report(error)
                guard recover() else { return }
                guard let caller = callers.popLast() else { return }
                state = caller
            }
        }
    }

    /// Goes on by one state; true at the end of the grammar.
    private mutating func step() throws(Fault) -> Bool {
        let current = network.states[state]
        if current.isRuleEnd {
            guard let caller = callers.popLast() else { return true }
            state = caller
            return false
        }
        if current.role != .none {
            try synchronize(current)
            state = try decide(current)
            return false
        }
        switch current.edges[0] {
        case .free(let target): state = target
        case .token(let expected, let target):
            try match(expected, target)
            state = target
        case .rule(let start, let follow):
            guard callers.count < depth * SyntaxRule.allCases.count else { throw .end }
            callers.append(follow)
            state = start
        }
        return false
    }

    private func kind(ahead: Int = 0) -> Token.Kind { tokens[min(at + ahead, tokens.count - 1)].kind }

    private mutating func consume() { at = min(at + 1, tokens.count - 1) }

    // MARK: Decisions

    /// Looks whether the next token fits a decision, before one is made (`sync`).
    private mutating func synchronize(_ current: SyntaxNetwork.State) throws(Fault) {
        if isRecovering || current.next.contains(.ruleEnd) || current.next.contains(kind()) { return }
        if current.role == .repetition {
            report(unwanted: expected(at: state))
            try consume(until: expected(at: state).union(recoverySet))
        } else if !deleteToken(expected(at: state)) {
            throw .mismatch(position: at, expected: expected(at: state))
        }
    }

    /// The state that the next tokens lead to.
    private func decide(_ current: SyntaxNetwork.State) throws(Fault) -> Int {
        let fitting = current.targets.filter { expected(at: $0).contains(kind()) }
        if fitting.count == 1 { return fitting[0] }
        if !fitting.isEmpty {
            switch SyntaxPrediction.predict(fitting, callers, tokens[at...], network) {
            case .target(let target): return target
            case .fault(let length): throw .noAlternative(from: at, to: min(at + length, tokens.count - 1))
            }
        }
        guard current.role == .loop, let exit = current.targets.last else { throw .noAlternative(from: at, to: at) }
        return exit
    }

    // MARK: Tokens

    private mutating func match(_ expected: TokenSet, _ target: Int) throws(Fault) {
        if expected.contains(kind()) {
            settle()
            consume()
            return
        }
        try attempt()
        if deleteToken(expected) {
            consume()
        } else if self.expected(at: target).contains(kind()) {
            report("missing \(expected.description) at \(shown(at))", at)
        } else {
            throw .mismatch(position: at, expected: expected)
        }
    }

    /// Passes over a token where the one after it fits.
    private mutating func deleteToken(_ expected: TokenSet) -> Bool {
        guard expected.contains(kind(ahead: 1)) else { return false }
        report(unwanted: expected)
        consume()
        settle()
        return true
    }

    private mutating func settle() {
        isRecovering = false
        lastFault = nil
    }

    /// What may come next at a state, seen through the ends of rules.
    private func expected(at state: Int) -> TokenSet {
        var set = network.states[state].next
        for caller in callers.reversed() where set.contains(.ruleEnd) {
            set.remove(.ruleEnd)
            set.formUnion(network.states[caller].next)
        }
        set.remove(.ruleEnd)
        return set
    }

    // MARK: Recovery

    /// What a caller could go on with.
    private var recoverySet: TokenSet {
        var set = callers.reduce(into: TokenSet()) { $0.formUnion(network.states[$1].next) }
        set.remove(.ruleEnd)
        return set
    }

    private mutating func recover() -> Bool {
        do throws(Fault) {
            try attempt()
            if let lastFault, lastFault.position == at, lastFault.states.contains(state) { consume() }
            lastFault = (at, (lastFault?.states ?? []).union([state]))
            try consume(until: recoverySet)
            return true
        } catch {
            return false
        }
    }

    private mutating func consume(until set: TokenSet) throws(Fault) {
        var passed = 0
        while kind() != .end, !set.contains(kind()) {
            consume()
            passed += 1
            guard passed < Self.lookaheadLimit else {
                report("error recovery token lookahead limit exceeded: \(Self.lookaheadLimit)", at, isAlways: true)
                throw .end
            }
        }
    }

    private mutating func attempt() throws(Fault) {
        guard attempts < Self.attemptLimit else {
            report("error recovery attempt limit exceeded: \(Self.attemptLimit)", at, isAlways: true)
            throw .end
        }
        attempts += 1
    }

    // MARK: Messages

    private mutating func report(_ fault: Fault) {
        switch fault {
        case .mismatch(let position, let expected):
            report("mismatched input \(shown(position)) expecting \(expected.description)", position)
        case .noAlternative(let first, let last):
            // A word of the language after a dot is told as it was before fields could be escaped.
            if last == first + 1, tokens[first].kind == .dot, [.true, .false, .null].contains(tokens[last].kind) {
                report("mismatched input \(shown(last)) expecting IDENTIFIER", last)
            } else {
                let end = tokens[last].kind == .end ? bytes.count : tokens[last].end
                report("no viable alternative at input \(understood(tokens[first].start..<end))", last)
            }
        case .end: break
        }
    }

    private mutating func report(unwanted expected: TokenSet) {
        report("extraneous input \(shown(at)) expecting \(expected.description)", at)
    }

    private mutating func report(_ message: String, _ position: Int, isAlways: Bool = false) {
        if isRecovering, !isAlways { return }
        isRecovering = true
        faults.append((tokens[position].start, "Syntax error: \(message)"))
    }

    private func shown(_ position: Int) -> String {
        let token = tokens[position]
        return token.kind == .end ? "'<EOF>'" : quoted(token.start..<token.end)
    }

    /// A stretch of the text without what is in no token.
    private func understood(_ range: Range<Int>) -> String {
        var kept: [UInt8] = []
        var start = range.lowerBound
        for hole in holes where range.contains(hole.lowerBound) {
            kept += bytes[start..<hole.lowerBound]
            start = min(hole.upperBound, range.upperBound)
        }
        return "'\(SourceExcerpt.text(kept + bytes[start..<range.upperBound]))'"
    }

    private func quoted(_ range: Range<Int>) -> String { "'\(SourceExcerpt.text(bytes[range]))'" }
}
