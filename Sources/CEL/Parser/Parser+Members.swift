// Names, fields, indexes and calls.
extension Parser {
    mutating func member() throws(Abort) -> Expression {
        // A name of a type, which braces may follow, is written as names and dots alone.
        var isName = current.kind == .dot || current.kind == .ident
        var operand = try primary()
        var length = 0
        while true {
            switch current.kind {
            case .dot:
                try lengthen(&length)
                isName = isName && kind(ahead: 1) == .ident
                operand = try selection(of: operand)
            case .leftBracket:
                let bracket = advance()
                try lengthen(&length)
                let isOptional = accept(.question)
                let index = try expression()
                try expect(.rightBracket)
                operand = try call(
                    bracket.start, isOptional ? Operator.optionalIndex : Operator.index, [operand, index])
            case .leftBrace:
                guard isName, let name = operand.qualifiedName else { return operand }
                operand = try structure(name, at: nodes.offsets[operand.id])
            default: return operand
            }
        }
    }

    private mutating func selection(of operand: Expression) throws(Abort) -> Expression {
        let dot = advance()
        let isOptional = accept(.question)
        let (name, token) = try fieldName()
        if isOptional {
            let field = try node(token.start, .literal(.string(name)))
            return try call(dot.start, Operator.optionalSelect, [operand, field])
        }
        guard current.kind == .leftParen, token.kind == .ident else {
            return try node(dot.start, .select(operand: operand, field: name, testOnly: false))
        }
        let parenthesis = advance()
        let arguments = try arguments()
        return try expandOrCall(name, target: operand, arguments, at: parenthesis.start)
    }

    mutating func fieldName() throws(Abort) -> (String, Token) {
        switch current.kind {
        case .ident:
            let token = advance()
            return (text(token), token)
        case .escapedIdent:
            let token = advance()
            return (String(text(token).dropFirst().dropLast()), token)
        default:
            throw unexpected()
        }
    }

    private mutating func primary() throws(Abort) -> Expression {
        let token = current
        switch token.kind {
        case .leftParen:
            advance()
            let inner = try expression()
            try expect(.rightParen)
            return inner
        case .dot, .ident: return try identOrCall()
        case .leftBracket: return try listLiteral()
        case .leftBrace: return try mapLiteral()
        default: return try literal()
        }
    }

    private mutating func identOrCall() throws(Abort) -> Expression {
        let start = current.start
        let dot = accept(.dot) ? "." : ""
        guard current.kind == .ident else { throw unexpected() }
        let name = text(advance())
        guard current.kind == .leftParen else {
            if Self.reserved.contains(name) { report(start, "reserved identifier: \(name)") }
            return try node(start, .ident(dot + name))
        }
        let parenthesis = advance()
        let arguments = try arguments()
        return try expandOrCall(dot + name, target: nil, arguments, at: parenthesis.start)
    }

    private mutating func expandOrCall(
        _ name: String, target: Expression?, _ arguments: [Expression], at offset: Int
    ) throws(Abort) -> Expression {
        if let macro = macro(name, isMember: target != nil, arguments: arguments.count) {
            do {
                nodes.macroOffset = offset
                if let expanded = try macro.expand(&nodes, target, arguments) {
                    guard expanded.depth <= limits.depth * 4, nodes.count <= limits.nodes,
                        expanded.weight <= limits.nodes
                    else {
                        throw fail(offset, "max recursion depth exceeded")
                    }
                    return expanded
                }
            } catch let fault as MacroFault {
                report(fault.node.map { nodes.offsets[$0.id] } ?? offset, fault.message)
                return try node(offset, .literal(.bool(false)))
            } catch let abort as Abort {
                throw abort
            } catch {
                throw Abort()
            }
        }
        return try node(offset, .call(function: name, target: target, arguments: arguments))
    }

    private func macro(_ name: String, isMember: Bool, arguments: Int) -> Macro? {
        macros[MacroKey(name, isMember: isMember, arguments: arguments)]
            ?? macros[MacroKey(name, isMember: isMember, arguments: nil)]
    }

    private mutating func arguments() throws(Abort) -> [Expression] {
        var arguments: [Expression] = []
        if accept(.rightParen) { return arguments }
        repeat { arguments.append(try expression()) } while accept(.comma)
        try expect(.rightParen)
        return arguments
    }

    private static let reserved: Set<String> = [
        "as", "break", "const", "continue", "else", "for", "function", "if", "import", "let", "loop", "package",
        "namespace", "return", "var", "void", "while",
    ]
}
