import JSONView

/// One evaluation under way: a pointer at its state, with the operations that libraries and the interpreter share.
struct Evaluation: BitwiseCopyable {
    let state: UnsafeMutablePointer<EvaluationState>

    // MARK: Making values

    /// Copies bytes to where they live until the evaluation ends.
    func text(_ bytes: UnsafeBufferPointer<UInt8>) -> JSONText {
        guard let from = bytes.baseAddress, !bytes.isEmpty else { return .empty }
        let to = allocate(bytes.count)
        to.initialize(from: from, count: bytes.count)
        return JSONText(start: to, count: bytes.count)
    }

    func text(_ string: String) -> JSONText {
        var string = string
        return string.withUTF8 { text($0) }
    }

    func text(_ bytes: [UInt8]) -> JSONText { bytes.withUnsafeBufferPointer { text($0) } }

    func string(_ string: String) -> Cell { .string(text(string)) }

    /// Room for bytes that lives until the evaluation ends.
    func allocate(_ count: Int) -> UnsafeMutablePointer<UInt8> {
        charge(memory: count)
        if state.pointee.chunks.isEmpty
            || state.pointee.chunkUsed + count > state.pointee.chunks[state.pointee.currentChunk].count
        {
            nextChunk(count)
        }
        let chunk = state.pointee.chunks[state.pointee.currentChunk]
        let start = (chunk.baseAddress ?? UnsafeMutableRawPointer(state)) + state.pointee.chunkUsed
        state.pointee.chunkUsed += count
        return start.assumingMemoryBound(to: UInt8.self)
    }

    private func nextChunk(_ count: Int) {
        while state.pointee.currentChunk + 1 < state.pointee.chunks.count {
            state.pointee.currentChunk += 1
            state.pointee.chunkUsed = 0
            if state.pointee.chunks[state.pointee.currentChunk].count >= count { return }
        }
        state.pointee.chunks.append(.allocate(byteCount: max(count, 16 << 10), alignment: 16))
        state.pointee.currentChunk = state.pointee.chunks.count - 1
        state.pointee.chunkUsed = 0
    }

    /// Keeps an object alive until the evaluation ends.
    func keep<Object: AnyObject>(_ object: Object) -> Unmanaged<Object> {
        state.pointee.kept.append(object)
        return .passUnretained(object)
    }

    func list(_ elements: some Collection<Cell>) -> Cell {
        charge(memory: 64 + elements.count * MemoryLayout<Cell>.stride)
        return .list(keep(ListBox(elements)))
    }

    /// Makes a map; an error where two keys are equal or a key is of no type that a key may have.
    func map(keys: [Cell], values: [Cell]) -> Cell {
        charge(memory: 128 + keys.count * (2 * MemoryLayout<Cell>.stride + 8))
        for key in keys {
            switch key {
            case .bool, .int, .uint, .string: continue
            default: return error("unsupported key type: \(typeName(key))")
            }
        }
        var duplicate: Int?
        guard let index = CellIndex(keys, duplicate: { duplicate = $0 }) else { return error("unsupported key type") }
        if let duplicate {
            return error("insert failed: key \(display(keys[duplicate])) already exists")
        }
        return .map(keep(MapBox(keys: keys, values: values, index: index)))
    }

    func optional(_ cell: Cell) -> Cell { .optional(keep(OptionalBox(cell))) }

    func opaque(_ value: any OpaqueValue) -> Cell {
        charge(memory: 64)
        return .opaque(keep(OpaqueBox(value)))
    }

    func type(_ type: CELType) -> Cell { .type(keep(TypeBox(type))) }

    // MARK: Errors

    func error(_ message: String) -> Cell { .error(keep(ErrorBox(message))) }

    func noSuchOverload() -> Cell { .error(.passUnretained(CommonErrors.noSuchOverload)) }

    func noSuchKey(_ key: Cell) -> Cell { error("no such key: \(display(key))") }

    // MARK: Budgets

    @inline(__always)
    func charge(memory bytes: Int) {
        state.pointee.memory &+= bytes
        if state.pointee.memory > state.pointee.limits.memory { halt("memory limit exceeded") }
    }

    /// Whether so many bytes more may be used; where not, the evaluation is halted.
    func hasRoom(_ bytes: Int) -> Bool {
        if bytes <= state.pointee.limits.memory - state.pointee.memory, state.pointee.halted == nil { return true }
        halt("memory limit exceeded")
        return false
    }

    /// The error of a spent budget.
    func spent() -> Cell { state.pointee.halted ?? error("memory limit exceeded") }

    @inline(__always)
    func charge(cost: UInt64) {
        let (sum, overflow) = state.pointee.cost.addingReportingOverflow(cost)
        state.pointee.cost = overflow ? .max : sum
        if state.pointee.cost > state.pointee.costLimit { halt("operation cancelled: actual cost limit exceeded") }
    }

    /// Counts a step of a loop; false when the loop must end.
    @inline(__always)
    func step() -> Bool {
        state.pointee.iterations &+= 1
        if state.pointee.iterations & 0xFF == 0 { checkBudgets() }
        return state.pointee.halted == nil
    }

    private func checkBudgets() {
        if state.pointee.iterations > state.pointee.limits.iterations {
            halt("operation cancelled: iteration limit exceeded")
        }
        if let deadline = state.pointee.deadline, ContinuousClock.now >= deadline {
            halt("operation interrupted: deadline exceeded")
        }
        if let isCancelled = state.pointee.isCancelled, isCancelled() { halt("operation interrupted") }
    }

    func halt(_ message: String) {
        if state.pointee.halted == nil { state.pointee.halted = error(message) }
    }
}

/// Errors that are made once, so that meeting them allocates nothing.
enum CommonErrors {
    static let noSuchOverload = ErrorBox("no such overload")
    static let divisionByZero = ErrorBox("division by zero")
    static let modulusByZero = ErrorBox("modulus by zero")
    static let integerOverflow = ErrorBox("integer overflow")
    static let unsignedOverflow = ErrorBox("unsigned integer overflow")
    static let tooDeep = ErrorBox("value is nested too deeply")
}
