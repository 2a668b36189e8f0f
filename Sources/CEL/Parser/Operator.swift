/// The function names behind the operators of the grammar.
enum Operator {
    static let conditional = "_?_:_"
    static let or = "_||_"
    static let and = "_&&_"
    static let not = "!_"
    static let negate = "-_"
    static let add = "_+_"
    static let subtract = "_-_"
    static let multiply = "_*_"
    static let divide = "_/_"
    static let modulo = "_%_"
    static let equal = "_==_"
    static let notEqual = "_!=_"
    static let less = "_<_"
    static let lessEqual = "_<=_"
    static let greater = "_>_"
    static let greaterEqual = "_>=_"
    static let `in` = "@in"
    static let index = "_[_]"
    static let optionalIndex = "_[?_]"
    static let optionalSelect = "_?._"
    static let notStrictlyFalse = "@not_strictly_false"
    static let accumulator = "@result"

    static func relation(_ kind: Token.Kind) -> String? {
        switch kind {
        case .equal: equal
        case .notEqual: notEqual
        case .less: less
        case .lessEqual: lessEqual
        case .greater: greater
        case .greaterEqual: greaterEqual
        case .in: `in`
        default: nil
        }
    }

    static func product(_ kind: Token.Kind) -> String? {
        switch kind {
        case .star: multiply
        case .slash: divide
        case .percent: modulo
        default: nil
        }
    }
}
