/// Reads an expression into a syntax tree; macros are expanded on the way.
struct Parser {
    /// A tree with the places of its nodes.
    struct Result: Sendable {
        let root: Expression
        let source: Source
        /// The byte at which each node's text begins, by node id.
        let offsets: [Int]
    }

    /// Thrown at a fault from which the parser cannot go on; the fault itself is in `issues`.
    struct Abort: Error {}

    let source: Source
    let limits: Limits
    let macros: [MacroKey: Macro]
    private var tokens: [Token] = []
    private var holes: [Range<Int>] = []
    private var at = 0
    private var nesting = 0
    var nodes: NodeFactory
    private(set) var issues: [CompileIssue] = []
    /// Whether parsing ended at a token that the grammar does not have there.
    private var isUnexpected = false

    private init(_ source: Source, macros: [MacroKey: Macro], limits: Limits) {
        self.source = source
        self.limits = limits
        self.macros = macros
        nodes = NodeFactory()
    }

    /// Parses a source; all faults found are thrown together.
    static func parse(_ source: Source, macros: [MacroKey: Macro], limits: Limits) throws(CompileErrors) -> Result {
        var parser = Parser(source, macros: macros, limits: limits)
        return try parser.parse()
    }

    private mutating func parse() throws(CompileErrors) -> Result {
        if source.text.unicodeScalars.count > limits.sourceSize {
            report(
                0,
                "expression code point size exceeds limit: size: \(source.text.unicodeScalars.count), "
                    + "limit \(limits.sourceSize)")
            throw CompileErrors(issues: issues)
        }
        var lexer = Lexer(source.bytes)
        tokens = lexer.tokens()
        holes = lexer.holes
        for hole in holes {
            report(
                hole.lowerBound,
                "Syntax error: token recognition error at: '\(SourceExcerpt.text(source.bytes[hole]))'")
        }
        do {
            let root = try expression()
            if current.kind != .end { throw unexpected() }
            guard issues.isEmpty else { throw Abort() }
            return Result(root: root, source: source, offsets: nodes.offsets)
        } catch {
            if isUnexpected { diagnose() }
            issues.sort { ($0.location.line, $0.location.column) < ($1.location.line, $1.location.column) }
            throw CompileErrors(issues: issues)
        }
    }

    // MARK: Tokens

    var current: Token { tokens[at] }

    func kind(ahead: Int) -> Token.Kind { at + ahead < tokens.count ? tokens[at + ahead].kind : .end }

    func text(_ token: Token) -> String {
        String(decoding: source.bytes[token.start..<token.end], as: UTF8.self)
    }

    @discardableResult
    mutating func advance() -> Token {
        let token = tokens[at]
        if token.kind != .end { at += 1 }
        return token
    }

    mutating func accept(_ kind: Token.Kind) -> Bool {
        guard current.kind == kind else { return false }
        advance()
        return true
    }

    mutating func expect(_ kind: Token.Kind) throws(Abort) {
        guard accept(kind) else { throw unexpected() }
    }

    /// Ends parsing at a token that cannot stand where it does; what is said of it is for ``SyntaxDiagnosis``.
    mutating func unexpected() -> Abort {
        isUnexpected = true
        return Abort()
    }

    private mutating func diagnose() {
        let faults = SyntaxDiagnosis.faults(tokens, in: source.bytes, holes: holes, depth: limits.depth)
        for fault in faults { report(fault.offset, fault.message) }
        guard issues.isEmpty else { return }
        report(current.start, "Syntax error: unexpected input '\(text(current))'")
    }

    mutating func report(_ offset: Int, _ message: String) {
        if issues.count < limits.issues { issues.append(CompileIssue(source, at: offset, message)) }
    }

    mutating func fail(_ offset: Int, _ message: String) -> Abort {
        report(offset, message)
        return Abort()
    }

    // MARK: Nodes

    mutating func node(_ offset: Int, _ kind: Expression.Kind) throws(Abort) -> Expression {
        let made = nodes.make(offset, kind)
        // Macros put up to four levels where the source shows one.
        guard made.depth <= limits.depth * 4, nodes.count <= limits.nodes, made.weight <= limits.nodes else {
            throw fail(offset, "max recursion depth exceeded")
        }
        return made
    }

    mutating func call(_ offset: Int, _ function: String, _ arguments: [Expression]) throws(Abort) -> Expression {
        try node(offset, .call(function: function, target: nil, arguments: arguments))
    }

    // MARK: Grammar

    mutating func expression() throws(Abort) -> Expression {
        nesting += 1
        defer { nesting -= 1 }
        guard nesting <= limits.depth else {
            throw fail(current.start, "expression recursion limit exceeded: \(limits.depth)")
        }
        let condition = try disjunction()
        guard current.kind == .question else { return condition }
        let question = advance()
        let positive = try disjunction()
        try expect(.colon)
        let negative = try expression()
        return try call(question.start, Operator.conditional, [condition, positive, negative])
    }

    private mutating func disjunction() throws(Abort) -> Expression {
        var terms = [try conjunction()]
        var places: [Int] = []
        while current.kind == .or {
            places.append(advance().start)
            terms.append(try conjunction())
        }
        return try balance(Operator.or, terms[...], places[...])
    }

    private mutating func conjunction() throws(Abort) -> Expression {
        var terms = [try relation()]
        var places: [Int] = []
        while current.kind == .and {
            places.append(advance().start)
            terms.append(try relation())
        }
        return try balance(Operator.and, terms[...], places[...])
    }

    /// Makes a tree of logarithmic depth of a chain of `&&` or `||`.
    private mutating func balance(
        _ function: String, _ terms: ArraySlice<Expression>, _ places: ArraySlice<Int>
    ) throws(Abort) -> Expression {
        if terms.count == 1 { return terms[terms.startIndex] }
        let middle = terms.startIndex + (terms.count + 1) / 2
        let place = middle - terms.startIndex - 1 + places.startIndex
        let left = try balance(function, terms[..<middle], places[..<place])
        let right = try balance(function, terms[middle...], places[(place + 1)...])
        return try call(places[place], function, [left, right])
    }

    private mutating func relation() throws(Abort) -> Expression {
        var left = try sum()
        var length = 0
        while let function = Operator.relation(current.kind) {
            let place = advance().start
            try lengthen(&length)
            left = try call(place, function, [left, try sum()])
        }
        return left
    }

    private mutating func sum() throws(Abort) -> Expression {
        var left = try product()
        var length = 0
        while current.kind == .plus || current.kind == .minus {
            let sign = advance()
            try lengthen(&length)
            left = try call(sign.start, sign.kind == .plus ? Operator.add : Operator.subtract, [left, try product()])
        }
        return left
    }

    private mutating func product() throws(Abort) -> Expression {
        var left = try unary()
        var length = 0
        while let function = Operator.product(current.kind) {
            let place = advance().start
            try lengthen(&length)
            left = try call(place, function, [left, try unary()])
        }
        return left
    }

    /// Chains of operators nest as deep as they are long; their length is bounded like the nesting of the source.
    mutating func lengthen(_ length: inout Int) throws(Abort) {
        length += 1
        guard length < limits.depth else { throw fail(current.start, "max recursion depth exceeded") }
    }

    private mutating func unary() throws(Abort) -> Expression {
        let first = current
        guard first.kind == .bang || first.kind == .minus else { return try member() }
        var count = 0
        while current.kind == first.kind {
            if first.kind == .minus, kind(ahead: 1) == .int || kind(ahead: 1) == .double { break }
            advance()
            count += 1
        }
        let operand = try member()
        guard count % 2 == 1 else { return operand }
        return try call(first.start, first.kind == .bang ? Operator.not : Operator.negate, [operand])
    }
}
