/// How much an expression may use, while it is compiled and while it runs.
public struct Limits: Sendable {
    /// Longest source, in Unicode scalars.
    public var sourceSize = 100_000
    /// Deepest nesting of the source and of the syntax tree.
    public var depth = 250
    /// Most nodes of a syntax tree, macros expanded.
    public var nodes = 200_000
    /// Most faults reported before compiling stops.
    public var issues = 100
    /// Most comprehension steps in one evaluation.
    public var iterations = 10_000_000
    /// Most bytes that the values of one evaluation may take.
    public var memory = 64 << 20
    /// Highest cost of one evaluation; nil for no limit.
    public var cost: UInt64?
    /// Deepest nesting of a value compared, printed or exported.
    public var valueDepth = 200

    /// The usual limits.
    public init() {}
}
