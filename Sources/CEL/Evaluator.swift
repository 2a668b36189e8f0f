import JSONView

/// The memory in which programs run, used again and again.
///
/// One thread uses an evaluator at a time. Views in arguments of functions are valid until the evaluation ends; results are
/// copies, except for JSON, which is the caller's own.
public final class Evaluator {
    private let state: UnsafeMutablePointer<EvaluationState>

    /// When evaluations must end, whatever they have found by then.
    public var deadline: ContinuousClock.Instant? {
        get { state.pointee.deadline }
        set { state.pointee.deadline = newValue }
    }

    /// Asked now and then while loops run; an evaluation ends with an error when it says true.
    public var isCancelled: (@Sendable () -> Bool)? {
        get { state.pointee.isCancelled }
        set { state.pointee.isCancelled = newValue }
    }

    /// What the last evaluation cost, in the units of Kubernetes' cost limits.
    public var cost: UInt64 { state.pointee.cost }

    /// Why the last condition had no boolean value.
    public private(set) var failure: EvaluationError?

    var evaluation: Evaluation { Evaluation(state: state) }

    /// Makes the memory; it grows to what the programs need and then stays.
    public init() {
        state = .allocate(capacity: 1)
        let stack = UnsafeMutablePointer<Cell>.allocate(capacity: 64)
        // Nothing reads the program's pointers before a program is set.
        let nowhere = UnsafeRawPointer(stack)
        state.initialize(
            to: EvaluationState(
                ops: nowhere.assumingMemoryBound(to: Op.self), operands: nowhere.assumingMemoryBound(to: Int32.self),
                constants: nowhere.assumingMemoryBound(to: Cell.self),
                paths: nowhere.assumingMemoryBound(to: PathStep.self),
                calls: nowhere.assumingMemoryBound(to: Unmanaged<PlannedCall>.self),
                regexes: nowhere.assumingMemoryBound(to: RegularExpression.self),
                slots: nowhere.assumingMemoryBound(to: Int32.self), tables: nil,
                registers: .allocate(capacity: 1), epochs: .allocate(capacity: 1), memos: .allocate(capacity: 1),
                memoEpochs: .allocate(capacity: 1), stack: stack, stackCapacity: 64, segments: .allocate(capacity: 64),
                segmentCapacity: 64, registerCapacity: 0, memoCapacity: 0))
    }

    deinit {
        reset()
        for chunk in state.pointee.chunks { chunk.deallocate() }
        state.pointee.registers.deallocate()
        state.pointee.epochs.deallocate()
        state.pointee.memos.deallocate()
        state.pointee.memoEpochs.deallocate()
        state.pointee.stack.deallocate()
        state.pointee.segments.deallocate()
        state.deinitialize(count: 1)
        state.deallocate()
    }

    /// Forgets everything made by the evaluation before.
    func reset() {
        // One after the other: most evaluations keep one or two things, and the room stays.
        while state.pointee.kept.popLast() != nil {}
        while state.pointee.objects.popLast() != nil {}
        // What one large evaluation took is not kept for all small ones.
        while state.pointee.chunks.count > 4, let chunk = state.pointee.chunks.popLast() { chunk.deallocate() }
        state.pointee.chunkUsed = 0
        state.pointee.currentChunk = 0
        state.pointee.stackCount = 0
        state.pointee.segmentCount = 0
        state.pointee.activation = nil
        state.pointee.observer = nil
    }

    /// Prepares an evaluation.
    func begin(_ tables: ProgramTables, _ activation: (any Activation)?, observer: (any EvaluationObserver)? = nil) {
        if !state.pointee.kept.isEmpty || !state.pointee.objects.isEmpty { reset() }
        state.pointee.chunkUsed = 0
        state.pointee.currentChunk = 0
        state.pointee.stackCount = 0
        state.pointee.segmentCount = 0
        state.pointee.ops = UnsafePointer(tables.ops.unsafeBase)
        state.pointee.operands = UnsafePointer(tables.operands.unsafeBase)
        state.pointee.constants = UnsafePointer(tables.constants.unsafeBase)
        state.pointee.paths = UnsafePointer(tables.paths.unsafeBase)
        state.pointee.calls = UnsafePointer(tables.calls.unsafeBase)
        state.pointee.regexes = UnsafePointer(tables.regexes.unsafeBase)
        state.pointee.slots = UnsafePointer(tables.slots.unsafeBase)
        state.pointee.tables = .passUnretained(tables)
        if tables.registerCount > state.pointee.registerCapacity { growRegisters(to: tables.registerCount) }
        if tables.memoCount > state.pointee.memoCapacity { growMemos(to: tables.memoCount) }
        state.pointee.clock += 1
        state.pointee.began = state.pointee.clock
        for register in 0..<tables.variables.count {
            state.pointee.registers[register] = .absent
            state.pointee.epochs[register] = state.pointee.began
        }
        state.pointee.activation = activation
        state.pointee.observer = observer
        state.pointee.limits = tables.limits
        state.pointee.costLimit = tables.limits.cost ?? .max
        state.pointee.iterations = 0
        state.pointee.memory = 0
        state.pointee.cost = 0
        state.pointee.isMetered = tables.isMetered
        state.pointee.halted = nil
        state.pointee.faultNode = -1
        state.pointee.comparisonDepth = 0
    }

    /// Evaluates an instruction of a program and gives its value out.
    func run(
        _ tables: ProgramTables, from pc: Int32, _ activation: (any Activation)?,
        observer: (any EvaluationObserver)? = nil
    ) -> Value {
        withExtendedLifetime(tables) {
            begin(tables, activation, observer: observer)
            let cell = evaluation.eval(pc)
            let value = evaluation.exporting(state.pointee.halted ?? cell)
            reset()
            return value
        }
    }

    /// Evaluates an instruction, notes the value of each node, and lets somebody look at them before the memory is used again.
    func run<Result>(
        _ tables: ProgramTables, from pc: Int32, _ activation: any Activation, noting trace: NodeTrace,
        _ body: () -> Result
    ) -> Result {
        withExtendedLifetime((tables, trace)) {
            begin(tables, activation)
            trace.begin()
            state.pointee.trace = .passUnretained(trace)
            _ = evaluation.eval(pc)
            state.pointee.trace = nil
            trace.open(evaluation)
            defer {
                trace.open(nil)
                reset()
            }
            return body()
        }
    }

    /// Evaluates an instruction as a condition.
    func condition(_ tables: ProgramTables, from pc: Int32, _ activation: any Activation) -> Bool? {
        withExtendedLifetime(tables) {
            begin(tables, activation)
            let truth = truth(pc)
            finish()
            return truth
        }
    }

    /// Evaluates instructions as conditions, one after the other, where they are wanted.
    func conditions(
        _ tables: ProgramTables, _ entries: [Int32], at positions: some Sequence<Int>, _ activation: any Activation,
        where isWanted: (Int) -> Bool = { _ in true }, _ report: (Int, Bool?) -> Void
    ) {
        withExtendedLifetime(tables) {
            begin(tables, activation)
            var total: UInt64 = 0
            // A filtered sequence here would be an array made for each evaluation.
            for position in positions where isWanted(position) {
                report(position, truth(entries[position]))
                // A spent budget ends one condition, not those after it.
                state.pointee.halted = nil
                total = total.adding(state.pointee.cost)
                state.pointee.cost = 0
            }
            state.pointee.cost = total
            finish()
        }
    }

    private func truth(_ pc: Int32) -> Bool? {
        let truth = evaluation.truth(pc)
        guard truth != .other, state.pointee.halted == nil else {
            let cell = state.pointee.halted ?? state.pointee.pending
            switch evaluation.exporting(cell) {
            case .error(let error): failure = error
            case .unknown(let names): failure = EvaluationError("unknown: \(names.sorted().joined(separator: ", "))")
            default: failure = EvaluationError("no such overload")
            }
            return nil
        }
        return truth == .true
    }

    private func finish() {
        if !state.pointee.kept.isEmpty || !state.pointee.objects.isEmpty { reset() }
        state.pointee.activation = nil
    }

    private func growRegisters(to count: Int) {
        state.pointee.registers.deallocate()
        state.pointee.epochs.deallocate()
        state.pointee.registers = .allocate(capacity: count)
        state.pointee.epochs = .allocate(capacity: count)
        state.pointee.registers.initialize(repeating: .absent, count: count)
        state.pointee.epochs.initialize(repeating: 0, count: count)
        state.pointee.registerCapacity = count
    }

    private func growMemos(to count: Int) {
        state.pointee.memos.deallocate()
        state.pointee.memoEpochs.deallocate()
        state.pointee.memos = .allocate(capacity: count)
        state.pointee.memoEpochs = .allocate(capacity: count)
        state.pointee.memos.initialize(repeating: .absent, count: count)
        state.pointee.memoEpochs.initialize(repeating: 0, count: count)
        state.pointee.memoCapacity = count
    }
}

extension UnsafeMutableBufferPointer {
    /// The address of a buffer that was allocated, and so has one.
    fileprivate var unsafeBase: UnsafeMutablePointer<Element> {
        guard let baseAddress else { preconditionFailure("the tables of a program are allocated") }
        return baseAddress
    }
}
