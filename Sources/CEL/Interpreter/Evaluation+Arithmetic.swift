import JSONView

extension Evaluation {
    /// `+ - * / %` over numbers, and what else they mean: joining texts and lists, moving moments.
    @inline(__always)
    func calculate(_ code: Opcode, _ left: Cell, _ right: Cell) -> Cell {
        switch (left, right) {
        case (.int(let one), .int(let other)): return integers(code, one, other)
        case (.double(let one), .double(let other)):
            switch code {
            case .add: return .double(one + other)
            case .subtract: return .double(one - other)
            case .multiply: return .double(one * other)
            case .divide: return .double(one / other)
            default: return noSuchOverload()
            }
        default: return calculateOther(code, left, right)
        }
    }

    @inline(__always)
    private func integers(_ code: Opcode, _ one: Int64, _ other: Int64) -> Cell {
        let (value, overflow): (Int64, Bool)
        switch code {
        case .add: (value, overflow) = one.addingReportingOverflow(other)
        case .subtract: (value, overflow) = one.subtractingReportingOverflow(other)
        case .multiply: (value, overflow) = one.multipliedReportingOverflow(by: other)
        case .divide:
            if other == 0 { return .error(.passUnretained(CommonErrors.divisionByZero)) }
            (value, overflow) = one.dividedReportingOverflow(by: other)
        default:
            if other == 0 { return .error(.passUnretained(CommonErrors.modulusByZero)) }
            (value, overflow) = one.remainderReportingOverflow(dividingBy: other)
        }
        return overflow ? .error(.passUnretained(CommonErrors.integerOverflow)) : .int(value)
    }

    private func unsigned(_ code: Opcode, _ one: UInt64, _ other: UInt64) -> Cell {
        let (value, overflow): (UInt64, Bool)
        switch code {
        case .add: (value, overflow) = one.addingReportingOverflow(other)
        case .subtract: (value, overflow) = one.subtractingReportingOverflow(other)
        case .multiply: (value, overflow) = one.multipliedReportingOverflow(by: other)
        case .divide:
            if other == 0 { return .error(.passUnretained(CommonErrors.divisionByZero)) }
            (value, overflow) = one.dividedReportingOverflow(by: other)
        default:
            if other == 0 { return .error(.passUnretained(CommonErrors.modulusByZero)) }
            (value, overflow) = one.remainderReportingOverflow(dividingBy: other)
        }
        return overflow ? .error(.passUnretained(CommonErrors.unsignedOverflow)) : .uint(value)
    }

    private func calculateOther(_ code: Opcode, _ left: Cell, _ right: Cell) -> Cell {
        if left.isError { return left }
        if right.isError { return right }
        if let halted = state.pointee.halted { return halted }
        switch (code, left, right) {
        case (_, .uint(let one), .uint(let other)): return unsigned(code, one, other)
        case (.add, .string(let one), .string(let other)):
            return hasRoom(one.count &+ other.count) ? .string(join(one, other)) : spent()
        case (.add, .bytes(let one), .bytes(let other)):
            return hasRoom(one.count &+ other.count) ? .bytes(join(one, other)) : spent()
        case (.add, .duration(let one), .duration(let other)): return durations(one.addingReportingOverflow(other))
        case (.subtract, .duration(let one), .duration(let other)):
            return durations(one.subtractingReportingOverflow(other))
        case (.add, .timestamp(let seconds, let nanoseconds), .duration(let span)),
            (.add, .duration(let span), .timestamp(let seconds, let nanoseconds)):
            return timestamp(seconds, nanoseconds, plus: span)
        case (.subtract, .timestamp(let seconds, let nanoseconds), .duration(let span)):
            if span == .min { return error("timestamp overflow") }
            return timestamp(seconds, nanoseconds, plus: -span)
        case (.subtract, .timestamp(let one, let part), .timestamp(let other, let otherPart)):
            let (seconds, overflow) = (one - other).multipliedReportingOverflow(by: 1_000_000_000)
            if overflow { return error("duration overflow: out of range") }
            return durations(seconds.addingReportingOverflow(Int64(part) - Int64(otherPart)))
        case (.add, _, _):
            guard listCount(left) != nil, listCount(right) != nil else { return noSuchOverload() }
            if case .values(let box) = left, box._withUnsafeGuaranteedRef({ $0.identity != .place }) {
                return merge(box.takeUnretainedValue(), right)
            }
            return concatenate(left, right)
        default: return noSuchOverload()
        }
    }

    private func durations(_ sum: (partialValue: Int64, overflow: Bool)) -> Cell {
        sum.overflow ? error("duration overflow: out of range") : .duration(sum.partialValue)
    }

    private func timestamp(_ seconds: Int64, _ nanoseconds: Int32, plus span: Int64) -> Cell {
        var part = Int64(nanoseconds) + span % 1_000_000_000
        var whole = seconds + span / 1_000_000_000
        if part < 0 {
            part += 1_000_000_000
            whole -= 1
        } else if part >= 1_000_000_000 {
            part -= 1_000_000_000
            whole += 1
        }
        guard Timestamp.range.contains(whole) else { return error("timestamp overflow") }
        return .timestamp(seconds: whole, nanoseconds: Int32(truncatingIfNeeded: part))
    }

    func negate(_ cell: Cell) -> Cell {
        switch cell {
        case .int(let value):
            value == .min ? .error(.passUnretained(CommonErrors.integerOverflow)) : .int(-value)
        case .double(let value): .double(-value)
        case .duration(let value): value == .min ? error("duration overflow: out of range") : .duration(-value)
        case .error, .unknown: cell
        default: noSuchOverload()
        }
    }
}
