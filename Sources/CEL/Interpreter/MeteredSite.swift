import JSONView

/// A call whose cost is counted.
struct MeteredSite: Sendable {
    /// The instruction behind an operator, or the overloads of a function.
    enum Action: Sendable {
        case operation(Opcode)
        case overloads(CallSite, [Meter])
        /// `matches` with a constant pattern.
        case matches(RegularExpression)
    }

    let action: Action
    /// What an operator costs; of a function, what a call costs that no overload takes.
    let meter: Meter
}

extension Evaluation {
    /// Makes a call and counts its cost.
    func metered(_ op: UnsafePointer<Op>) -> Cell {
        guard let site = state.pointee.tables?.takeUnretainedValue().meteredSites[Int(op.pointee.c)] else {
            return noSuchOverload()
        }
        let base = state.pointee.stackCount
        defer { state.pointee.stackCount = base }
        let count = Int(op.pointee.b)
        var failure: Cell?
        for at in 0..<count {
            let cell = eval(state.pointee.operands[Int(op.pointee.a) + at])
            if cell.isError, failure == nil { failure = cell }
            // Of three arguments and more, those after one that fails are not looked at.
            if failure != nil, count > 2 { return cell }
            push(cell)
        }
        let arguments = Arguments(evaluation: self, cells: state.pointee.stack + base, count: count)
        var meter = site.meter
        let result: Cell
        if let failure {
            result = failure
        } else {
            switch site.action {
            case .operation(let code): result = apply(code, arguments)
            case .matches(let regex):
                if case .string(let text) = arguments[0] {
                    result = .bool(regex.matches(text))
                } else {
                    result = noSuchOverload()
                }
            case .overloads(let callSite, let meters):
                if let chosen = callSite.overloads.firstIndex(where: { $0.body != nil && $0.accepts(arguments) }),
                    let body = callSite.overloads[chosen].body
                {
                    meter = meters[chosen]
                    result = body(arguments)
                } else {
                    result = callSite.call(arguments)
                }
            }
        }
        if case .error = result { fault(op) }
        charge(cost: failure == nil ? price(meter, arguments, result) : 1)
        return state.pointee.halted ?? result
    }

    /// An operator over values.
    private func apply(_ code: Opcode, _ arguments: Arguments) -> Cell {
        switch code {
        case .equal: return cell(areEqual(arguments[0], arguments[1]))
        case .notEqual:
            let same = areEqual(arguments[0], arguments[1])
            return same == .other ? state.pointee.pending : .bool(same == .false)
        case .less, .lessEqual, .greater, .greaterEqual: return cell(compare(code, arguments[0], arguments[1]))
        case .contained: return cell(isContained(arguments[0], in: arguments[1]))
        case .add, .subtract, .multiply, .divide, .modulo: return calculate(code, arguments[0], arguments[1])
        case .negate: return negate(arguments[0])
        case .startsWith, .endsWith, .contains:
            guard case .string(let text) = arguments[0], case .string(let part) = arguments[1] else {
                return noSuchOverload()
            }
            switch code {
            case .startsWith: return .bool(text.hasPrefix(part))
            case .endsWith: return .bool(text.hasSuffix(part))
            default: return .bool(text.contains(part))
            }
        case .size:
            switch arguments[0] {
            case .string(let text): return .int(Int64(text.scalarCount))
            case .bytes(let bytes): return .int(Int64(bytes.count))
            default:
                return (listCount(arguments[0]) ?? mapCount(arguments[0])).map { .int(Int64($0)) } ?? noSuchOverload()
            }
        case .not:
            guard case .bool(let value) = arguments[0] else { return noSuchOverload() }
            return .bool(!value)
        default: return noSuchOverload()
        }
    }

    private func cell(_ truth: Truth) -> Cell {
        switch truth {
        case .true: .bool(true)
        case .false: .bool(false)
        case .other: state.pointee.pending
        }
    }
}
