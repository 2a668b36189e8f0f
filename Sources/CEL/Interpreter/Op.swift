import JSONView

/// What an instruction does.
enum Opcode: UInt8 {
    // Values. a: constant, register or path.
    case constant, variable, register, path
    /// A name for a value that is made when first asked for. a: register, b: instruction of the value.
    case bound
    /// The part of an expression in which a bound name is known. a: register, b: body.
    case scope
    /// A value shared within an evaluation. a: instruction, b: memo.
    case shared
    /// a: instruction whose value the observer is told.
    case traced
    /// An instruction, and what it and all that surely runs with it cost. a: instruction, b: cost.
    case charged

    // Fields. a: operand, b: path step whose key is meant.
    case select, tracedSelect, has, optionalSelect
    /// a: path.
    case hasPath
    // a: operand, b: index.
    case index, tracedIndex, optionalIndex

    // Logic. a, b, c: operands.
    case conditional, and, or, not, notStrictlyFalse
    // An optional, or what to take where it is empty. a, b: operands.
    case optionalOr, optionalOrValue

    // Comparison and arithmetic. a, b: operands, d: the rule that prices it or -1.
    case equal, notEqual, less, lessEqual, greater, greaterEqual, contained
    case add, subtract, multiply, divide, modulo, negate

    // Strings. a, b: operands, d: the rule that prices it or -1.
    case startsWith, endsWith, contains
    /// a: operand, b: compiled expression, d: the price of its pattern or -1.
    case matches
    /// a: operand.
    case size

    /// a: first operand's place, b: how many, c: call site, d: 0 where the call site's meter is asked, or -1.
    case call
    /// a: first operand's place, b: how many, c: place of the optional marks or -1.
    case list, map
    /// A structure literal of a well-known type. a: first operand's place, b: how many, c: structure.
    case structure

    // Loops. a: range, b: register, c: second register or -1, d: place of the operands.
    case all, exists, existsOne, collect, collectMap, collectEntries
}

/// An instruction: trivial, so that running it counts no references.
struct Op: BitwiseCopyable {
    var code: Opcode
    var node: Int32
    var a: Int32 = 0
    var b: Int32 = 0
    var c: Int32 = -1
    var d: Int32 = -1
}

/// A step of a path: a key below another path or below a variable.
struct PathStep: BitwiseCopyable {
    /// The path above; -1 when the step is the first.
    var parent: Int32
    /// The register of the variable at the root.
    var root: Int32
    /// Whether the root is a variable of the environment, read when first needed.
    var isVariable: Bool
    /// The key, its bytes kept by the program.
    var key: JSONText
    /// The position of the field when the type of the record is known; -1 otherwise.
    var field: Int32
    /// The error when there is no such key.
    var missing: Cell
    var node: Int32
}
