import JSONView

/// The instructions of a program and everything they refer to.
///
/// Never changed after planning, so that any number of threads may run it: hence `@unchecked Sendable` although it holds
/// bare pointers. What they point at lives in `pool` or in buffers that are freed with the tables.
final class ProgramTables: @unchecked Sendable {
    let ops: UnsafeMutableBufferPointer<Op>
    let operands: UnsafeMutableBufferPointer<Int32>
    let constants: UnsafeMutableBufferPointer<Cell>
    let paths: UnsafeMutableBufferPointer<PathStep>
    let calls: UnsafeMutableBufferPointer<Unmanaged<PlannedCall>>
    let regexes: UnsafeMutableBufferPointer<RegularExpression>
    /// By register: the slots of ``variables``.
    let slots: UnsafeMutableBufferPointer<Int32>
    let structures: [StructureLiteral]
    let isMetered: Bool
    /// By register: the variables of the environment.
    let variables: [(name: String, slot: Int)]
    let registerCount: Int
    let memoCount: Int
    let limits: Limits
    /// Keeps the constants alive.
    private let pool: Evaluator
    private let callCount: Int
    private let regexCount: Int

    struct StructureLiteral: Sendable {
        let type: WellKnownType
        let fields: [(name: String, isOptional: Bool)]
    }

    init(_ planner: Planner) {
        // Memos of shared values stand behind those of the paths, whose number is known only now.
        let pathCount = Int32(truncatingIfNeeded: planner.paths.count)
        ops = Self.copy(
            planner.ops.map { op in
                var op = op
                if op.code == .shared { op.b += pathCount }
                return op
            })
        operands = Self.copy(planner.operands)
        constants = Self.copy(planner.constants)
        paths = Self.copy(planner.paths)
        calls = Self.copy(planner.callSites.map { .passRetained(PlannedCall($0)) })
        regexes = Self.copy(planner.regexes)
        slots = Self.copy(planner.variables.map { Int32(truncatingIfNeeded: $0.slot) })
        callCount = planner.callSites.count
        regexCount = planner.regexes.count
        structures = planner.structures
        isMetered = planner.isMetered
        variables = planner.variables
        registerCount = planner.registerCount
        memoCount = planner.paths.count + planner.sharedCount
        limits = planner.limits
        pool = planner.pool
    }

    private static func copy<Element>(_ elements: [Element]) -> UnsafeMutableBufferPointer<Element> {
        let copy = UnsafeMutableBufferPointer<Element>.allocate(capacity: max(1, elements.count))
        _ = copy.initialize(from: elements)
        return copy
    }

    deinit {
        for call in calls.prefix(callCount) { call.release() }
        regexes.baseAddress?.deinitialize(count: regexCount)
        calls.deallocate()
        regexes.deallocate()
        slots.deallocate()
        ops.deallocate()
        operands.deallocate()
        constants.deallocate()
        paths.deallocate()
    }
}
