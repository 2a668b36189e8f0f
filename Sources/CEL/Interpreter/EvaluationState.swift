import JSONView

/// Everything that changes while programs run.
///
/// It is reached through a bare pointer, so that the inner loop neither counts
/// references nor checks exclusive access; an ``Evaluator`` owns it.
struct EvaluationState {
    // The program that runs.
    var ops: UnsafePointer<Op>
    var operands: UnsafePointer<Int32>
    var constants: UnsafePointer<Cell>
    var paths: UnsafePointer<PathStep>
    var calls: UnsafePointer<Unmanaged<PlannedCall>>
    var regexes: UnsafePointer<RegularExpression>
    /// By register: the slots of the variables.
    var slots: UnsafePointer<Int32>
    var tables: Unmanaged<ProgramTables>?

    // Variables: their cells, and for each the time at which it got its value.
    var registers: UnsafeMutablePointer<Cell>
    var epochs: UnsafeMutablePointer<UInt64>
    // Values that are made once: paths and shared sub-expressions, with the time of their root.
    var memos: UnsafeMutablePointer<Cell>
    var memoEpochs: UnsafeMutablePointer<UInt64>
    /// Counts up with every value that a variable gets, and is never set back: old memos can never be taken for new.
    var clock: UInt64 = 0
    /// The time at which this evaluation began.
    var began: UInt64 = 0

    // Arguments of calls under way.
    var stack: UnsafeMutablePointer<Cell>
    var stackCount = 0
    var stackCapacity: Int
    // Parts of concatenated lists.
    var segments: UnsafeMutablePointer<Cell>
    var segmentCount = 0
    var segmentCapacity: Int

    // What was made on the way and must live until the evaluation ends.
    var kept: ContiguousArray<AnyObject> = []
    var objects: ContiguousArray<any ObjectValue> = []
    var chunks: ContiguousArray<UnsafeMutableRawBufferPointer> = []
    var chunkUsed = 0
    var currentChunk = 0

    var activation: (any Activation)?
    var observer: (any EvaluationObserver)?
    /// Where the value of each node is noted, where somebody asks why.
    var trace: Unmanaged<NodeTrace>?

    // Budgets.
    var iterations = 0
    var memory = 0
    var cost: UInt64 = 0
    var costLimit: UInt64 = .max
    var isMetered = false
    var limits = Limits()
    var deadline: ContinuousClock.Instant?
    var isCancelled: (@Sendable () -> Bool)?
    /// Set when a budget is spent; from then on everything fails with this error.
    var halted: Cell?
    /// The node at which the last error arose.
    var faultNode: Int32 = -1
    /// The error or unknown behind a truth that is neither true nor false.
    var pending: Cell = .null
    var comparisonDepth = 0

    var registerCapacity: Int
    var memoCapacity: Int
}

/// A boolean that may also be neither: an error, an unknown or no boolean at all (see ``EvaluationState/pending``).
enum Truth: UInt8 {
    case `false`, `true`, other
}
