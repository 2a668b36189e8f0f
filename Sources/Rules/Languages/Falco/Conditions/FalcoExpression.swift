/// A condition as Falco's filter grammar reads it.
indirect enum FalcoExpression {
    case and([FalcoExpression])
    case or([FalcoExpression])
    case not(FalcoExpression)
    /// The name of a macro.
    case macro(String, FalcoPlace)
    case check(FalcoCheck)
}

/// A comparison.
struct FalcoCheck {
    var left: FalcoOperand
    var comparison: FalcoOperator
    var right: FalcoRightSide
    var place: FalcoPlace
}

/// What a value is compared with.
enum FalcoRightSide {
    /// Nothing: `exists`.
    case none
    case values([FalcoConstant])
    case operand(FalcoOperand)
}

/// A value as written.
struct FalcoConstant {
    var text: String
    /// Whether it stood in quotes, so that it is no name of a list.
    var isQuoted: Bool
    var place: FalcoPlace
}

/// A field, or what a transformer makes of one.
indirect enum FalcoOperand {
    case field(name: String, argument: String?, place: FalcoPlace)
    case transformed(FalcoTransformer, [FalcoOperand], place: FalcoPlace)
    /// A text or number, which only `join` and `concat` take.
    case constant(FalcoConstant)
    /// `(a, b)`, which only `join` takes.
    case list([FalcoOperand], place: FalcoPlace)

    var place: FalcoPlace {
        switch self {
        case .field(_, _, let place), .transformed(_, _, let place), .list(_, let place): place
        case .constant(let constant): constant.place
        }
    }
}

/// The operators of libsinsp's filter grammar.
enum FalcoOperator: String, CaseIterable {
    case exists
    case equal = "="
    case same = "=="
    case notEqual = "!="
    case less = "<"
    case lessOrEqual = "<="
    case greater = ">"
    case greaterOrEqual = ">="
    case contains, icontains, bcontains, startswith, bstartswith, endswith, glob, iglob, regex
    case `in`, intersects, pmatch

    /// Whether it takes a list of values.
    var takesList: Bool { [.in, .intersects, .pmatch].contains(self) }
    /// Whether it takes a number.
    var takesNumber: Bool { [.less, .lessOrEqual, .greater, .greaterOrEqual].contains(self) }
    /// Whether it is written in letters.
    var isWord: Bool { rawValue.unicodeScalars.allSatisfy { $0.properties.isAlphabetic } }

    static let words = allCases.filter(\.isWord)
}

/// The functions that may stand around a field.
enum FalcoTransformer: String, CaseIterable {
    case tolower, toupper, b64, basename, len, join, concat
    /// The value of a field on the right side.
    case val
}
