/// Writes syntax trees as expressions again, macros as they were written.
enum ExpressionText {
    /// The text of a node; what is too long is cut off.
    static func text(_ node: Expression, limit: Int = 120) -> String {
        let text = write(node, 0)
        return text.unicodeScalars.count <= limit ? text : String(text.prefix(limit - 1)) + "…"
    }

    private static func write(_ node: Expression, _ depth: Int) -> String {
        guard depth < 40 else { return "…" }
        let next = depth + 1
        switch node.kind {
        case .literal(let literal): return write(literal)
        case .ident(let name): return name
        case .select(let operand, let field, let testOnly):
            let text = "\(operandText(operand, next)).\(field)"
            return testOnly ? "has(\(text))" : text
        case .call(let function, let target, let arguments): return call(function, target, arguments, next)
        case .list(let elements, let optional):
            return "["
                + elements.enumerated().map { (optional.contains($0) ? "?" : "") + write($1, next) }
                .joined(separator: ", ") + "]"
        case .map(let entries):
            return "{"
                + entries.map { ($0.isOptional ? "?" : "") + write($0.key, next) + ": " + write($0.value, next) }
                .joined(separator: ", ") + "}"
        case .structure(let name, let fields):
            return "\(name){" + fields.map { "\($0.name): \(write($0.value, next))" }.joined(separator: ", ") + "}"
        case .comprehension(let loop): return write(loop, next)
        }
    }

    private static func write(_ literal: Literal) -> String {
        switch literal {
        case .null: "null"
        case .bool(let value): "\(value)"
        case .int(let value): "\(value)"
        case .uint(let value): "\(value)u"
        case .double(let value): "\(value)"
        case .string(let value): "'\(value.replacing("\\", with: "\\\\").replacing("'", with: "\\'"))'"
        case .bytes(let value): "b'\(value.map { "\\x" + ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined())'"
        }
    }

    /// An operand, in parentheses where the grammar needs them.
    private static func operandText(_ node: Expression, _ depth: Int, binding: Int = 7) -> String {
        let text = write(node, depth)
        guard case .call(let function, nil, let arguments) = node.kind else { return text }
        switch function {
        case Operator.conditional: return "(\(text))"
        case Operator.not, Operator.negate: return binding > 6 ? "(\(text))" : text
        default:
            guard arguments.count == 2, let own = strength[function], own < binding else { return text }
            return "(\(text))"
        }
    }

    /// How strongly operators hold their operands.
    private static let strength: [String: Int] = [
        Operator.or: 1, Operator.and: 2, Operator.equal: 3, Operator.notEqual: 3, Operator.less: 3,
        Operator.lessEqual: 3, Operator.greater: 3, Operator.greaterEqual: 3, Operator.in: 3, Operator.add: 4,
        Operator.subtract: 4, Operator.multiply: 5, Operator.divide: 5, Operator.modulo: 5,
    ]

    private static let binary: [String: String] = [
        Operator.and: "&&", Operator.or: "||", Operator.equal: "==", Operator.notEqual: "!=", Operator.less: "<",
        Operator.lessEqual: "<=", Operator.greater: ">", Operator.greaterEqual: ">=", Operator.add: "+",
        Operator.subtract: "-", Operator.multiply: "*", Operator.divide: "/", Operator.modulo: "%", Operator.in: "in",
    ]

    private static func call(
        _ function: String, _ target: Expression?, _ arguments: [Expression], _ depth: Int
    ) -> String {
        if let target {
            return "\(operandText(target, depth)).\(function)(\(list(arguments, depth)))"
        }
        if let sign = binary[function], arguments.count == 2 {
            let own = strength[function] ?? 0
            // The logic of `&&` and `||` does not mind how it is grouped; the rest is read from the left.
            let right = function == Operator.and || function == Operator.or ? own : own + 1
            return operandText(arguments[0], depth, binding: own) + " \(sign) "
                + operandText(arguments[1], depth, binding: right)
        }
        switch (function, arguments.count) {
        case (Operator.not, 1): return "!\(operandText(arguments[0], depth, binding: 6))"
        case (Operator.negate, 1): return "-\(operandText(arguments[0], depth, binding: 6))"
        case (Operator.conditional, 3):
            let parts = arguments.map { operandText($0, depth, binding: 1) }
            return "\(parts[0]) ? \(parts[1]) : \(parts[2])"
        case (Operator.index, 2): return "\(operandText(arguments[0], depth))[\(write(arguments[1], depth))]"
        case (Operator.optionalIndex, 2): return "\(operandText(arguments[0], depth))[?\(write(arguments[1], depth))]"
        case (Operator.optionalSelect, 2):
            guard case .literal(.string(let field)) = arguments[1].kind else { return function }
            return "\(operandText(arguments[0], depth)).?\(field)"
        default: return "\(function)(\(list(arguments, depth)))"
        }
    }

    private static func list(_ nodes: [Expression], _ depth: Int) -> String {
        nodes.map { write($0, depth) }.joined(separator: ", ")
    }

    private static func write(_ loop: Comprehension, _ depth: Int) -> String {
        if case .bind = loop.shape {
            return "cel.bind(\(loop.accumulator), \(write(loop.initial, depth)), \(write(loop.result, depth)))"
        }
        let names = [loop.variable] + (loop.secondVariable.map { [$0] } ?? [])
        let parts = loop.shape.parts.map { write($0, depth) }
        return "\(operandText(loop.range, depth)).\(loop.shape.macro)(\((names + parts).joined(separator: ", ")))"
    }
}

extension Comprehension.Shape {
    /// The name of the macro.
    var macro: String {
        switch self {
        case .all: "all"
        case .exists: "exists"
        case .existsOne: "exists_one"
        case .map: "map"
        case .filter: "filter"
        case .transformList: "transformList"
        case .transformMap: "transformMap"
        case .transformMapEntry: "transformMapEntry"
        case .bind: "bind"
        }
    }

    /// What the macro is given behind its names.
    var parts: [Expression] {
        switch self {
        case .all(let part), .exists(let part), .existsOne(let part), .filter(let part): [part]
        case .map(let filter, let part), .transformList(let filter, let part), .transformMap(let filter, let part),
            .transformMapEntry(let filter, let part):
            (filter.map { [$0] } ?? []) + [part]
        case .bind: []
        }
    }
}
