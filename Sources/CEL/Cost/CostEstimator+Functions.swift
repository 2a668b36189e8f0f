// What calls may cost: the same prices as at run time (`Meter`), over ranges of sizes.
extension CostEstimator {
    /// The cost of a call beside that of its arguments, and how large its result may be.
    struct Estimate {
        var cost: CostRange
        var result: CostRange?

        init(_ cost: CostRange, result: CostRange? = nil) {
            self.cost = cost
            self.result = result
        }
    }

    mutating func estimate(
        _ node: Expression, _ function: String, _ overload: Overload, _ target: Expression?, _ arguments: [Expression]
    ) -> Estimate {
        if let estimate = listFunction(function, overload, target, arguments) { return estimate }
        if let estimate = kubernetesFunction(function, overload, target, arguments) { return estimate }
        return coreFunction(node, function, overload, target, arguments)
    }

    // MARK: The core language

    private mutating func coreFunction(
        _ node: Expression, _ function: String, _ overload: Overload, _ target: Expression?, _ arguments: [Expression]
    ) -> Estimate {
        switch overload.id {
        case "string_format":
            guard let target, let list = arguments.first else { break }
            let size = sizeOrUnknown(target)
            return Estimate(size * 0.1, result: size + sizeOrUnknown(list))
        case "string_to_bytes":
            let size = sizeOrUnknown(arguments[0])
            return Estimate(size * 0.1, result: CostRange(min: size.min, max: (size * CostRange(4)).max))
        case "bytes_to_string":
            let size = sizeOrUnknown(arguments[0])
            return Estimate(size * 0.1, result: CostRange(min: size.min / 4, max: size.max))
        case "strings_quote":
            let size = sizeOrUnknown(arguments[0])
            return Estimate(size * 0.1, result: CostRange(min: size.min, max: (size * CostRange(2)).max) + CostRange(2))
        case "starts_with_string", "ends_with_string": return Estimate(sizeOrUnknown(arguments[0]) * 0.1)
        case "in_list": return Estimate(sizeOrUnknown(arguments[1]))
        case "matches_string":
            guard let target else { break }
            return Estimate(search(target, arguments[0]))
        case "contains_string":
            guard let target else { break }
            return Estimate((sizeOrUnknown(target) * 0.1) * (sizeOrUnknown(arguments[0]) * 0.1))
        case "logical_or", "logical_and": return Estimate(CostRange(0))
        case "conditional":
            let size = sizeOrUnknown(arguments[1]).union(sizeOrUnknown(arguments[2]))
            setEntrySize(node, union(entrySize(arguments[1]), entrySize(arguments[2])))
            return Estimate(CostRange(0), result: size)
        case "add_string", "add_bytes", "add_list":
            let size = sizeOrUnknown(arguments[0]) + sizeOrUnknown(arguments[1])
            setEntrySize(node, union(entrySize(arguments[0]), entrySize(arguments[1])))
            return Estimate(overload.id == "add_list" ? CostRange(1) : size * 0.1, result: size)
        case "equals", "not_equals": return Estimate(smaller(arguments))
        default:
            if Meter.isTextOrder(overload) { return Estimate(smaller(arguments)) }
        }
        return declared(overload, target, arguments)
    }

    private mutating func declared(_ overload: Overload, _ target: Expression?, _ arguments: [Expression]) -> Estimate {
        let all = (target.map { [$0] } ?? []) + arguments
        func size(_ position: Int, _ estimator: inout CostEstimator) -> CostRange {
            all.indices.contains(position) ? estimator.sizeOrUnknown(all[position]) : CostRange(1)
        }
        switch overload.cost {
        case .constant(let cost): return Estimate(CostRange(cost))
        case .perSize(let position, let factor, let base):
            return Estimate(size(position, &self) * factor + CostRange(base))
        case .product(let first, let firstFactor, let second, let secondFactor):
            return Estimate((size(first, &self) * firstFactor) * (size(second, &self) * secondFactor))
        case .smaller(let first, let second, let factor):
            let (one, other) = (size(first, &self), size(second, &self))
            return Estimate(CostRange(min: 0, max: min(one.max, other.max)) * factor)
        }
    }

    private mutating func smaller(_ arguments: [Expression]) -> CostRange {
        let most = min(sizeOrUnknown(arguments[0]).max, sizeOrUnknown(arguments[1]).max)
        return CostRange(min: most > 0 ? 1 : 0, max: most) * 0.1
    }

    private mutating func search(_ text: Expression, _ pattern: Expression) -> CostRange {
        ((sizeOrUnknown(text) + CostRange(1)) * 0.1) * (sizeOrUnknown(pattern) * 0.25)
    }

    private func union(_ one: EntrySize?, _ other: EntrySize?) -> EntrySize? {
        guard let one, let other else { return nil }
        return EntrySize(isList: one.isList, key: one.key.union(other.key), value: one.value.union(other.value))
    }

    // MARK: Lists and sets

    private mutating func listFunction(
        _ function: String, _ overload: Overload, _ target: Expression?, _ arguments: [Expression]
    ) -> Estimate? {
        func made(_ factor: Double, _ size: CostRange) -> Estimate {
            Estimate(size * factor + CostRange(11), result: size)
        }
        switch function {
        case "slice":
            guard let target, arguments.count == 2 else { return nil }
            let start = constant(arguments[0]) ?? 0
            let end = constant(arguments[1]) ?? sizeOrUnknown(target).max
            return made(1, CostRange(end >= start ? end - start : 0))
        case "lists.range": return made(1, CostRange(arguments.first.flatMap { constant($0) } ?? .max))
        case "reverse":
            guard let target, overload.parameters.first != .string else { return nil }
            return made(1, sizeOrUnknown(target))
        case "flatten":
            guard let target else { return nil }
            return made(Double(arguments.first.map { constant($0) ?? .max } ?? 1), sizeOrUnknown(target))
        case "distinct":
            guard let target else { return nil }
            let size = sizeOrUnknown(target)
            return made(2, size * size)
        case "sort":
            guard let target else { return nil }
            return sorted(sizeOrUnknown(target), overload.parameters.first)
        case "@sortByAssociatedKeys": return sorted(sizeOrUnknown(arguments[0]), overload.parameters.last)
        case "sets.contains", "sets.intersects", "sets.equivalent":
            let product = sizeOrUnknown(arguments[0]) * sizeOrUnknown(arguments[1])
            return Estimate(product * (function == "sets.equivalent" ? 2 : 1) + CostRange(1))
        default: return nil
        }
    }

    private func sorted(_ size: CostRange, _ keys: CELType?) -> Estimate {
        let isText = keys == .list(.string) || keys == .list(.bytes)
        return Estimate(size * size * (isText ? 2.1 : 2) + CostRange(11), result: size * size)
    }

    private func constant(_ node: Expression) -> UInt64? {
        guard case .literal(.int(let value)) = node.kind else { return nil }
        return UInt64(exactly: value)
    }

    // MARK: Kubernetes

    private mutating func kubernetesFunction(
        _ function: String, _ overload: Overload, _ target: Expression?, _ arguments: [Expression]
    ) -> Estimate? {
        switch function {
        case "check": return Estimate(CostRange(350_000))
        case "fieldSelector", "labelSelector":
            let size = sizeOrUnknown(arguments[0])
            return Estimate(CostRange(10) + size * 0.1 + size * 0.5 * 50)
        case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf":
            guard let target else { return nil }
            guard case .list(let element) = type(target) else { return Estimate(sizeOrUnknown(target) * 0.1) }
            var each = CostRange(1)
            if element == .string || element == .bytes {
                each = each + (size(at: elementPath(target)) ?? .unknown) * 0.1
            }
            return Estimate(sizeOrUnknown(target) * each)
        case "quantity", "isQuantity", "semver", "isSemver": return Estimate(sizeOrUnknown(arguments[0]) * 0.1)
        case "url", "jsonpatch.escapeKey":
            let size = sizeOrUnknown(arguments[0])
            return Estimate(size * 0.1, result: size)
        case "lowerAscii", "upperAscii", "substring", "trim":
            guard let target else { return nil }
            return Estimate(sizeOrUnknown(target) * 0.1, result: sizeOrUnknown(target))
        case "replace":
            guard let target, arguments.count >= 2 else { return nil }
            return replace(sizeOrUnknown(target), sizeOrUnknown(arguments[0]), sizeOrUnknown(arguments[1]))
        case "split":
            guard let target else { return nil }
            let size = sizeOrUnknown(target)
            let most = arguments.count > 1 ? constant(arguments[1]) ?? size.max : size.max
            return Estimate(size * 0.2, result: CostRange(min: 0, max: most))
        case "join":
            guard let target else { return nil }
            return join(target, arguments)
        case "find", "findAll":
            guard let target else { return nil }
            return Estimate(
                search(target, arguments[0]), result: CostRange(min: 0, max: sizeOrUnknown(target).max))
        case "containsIP", "containsCIDR":
            let address = CostRange(min: 4, max: 16)
            var cost = (address + address) * 0.1
            if function == "containsCIDR" { cost = cost + address * 0.1 + CostRange(1) }
            if overload.parameters.last == .string { cost = cost + sizeOrUnknown(arguments[0]) * 0.1 }
            return Estimate(cost)
        case "validate": return Estimate(sizeOrUnknown(arguments[0]) * 0.1 * (128 * 0.25))
        case Operator.equal:
            guard case .opaque(let name, _) = type(arguments[0]), name != "optional_type",
                type(arguments[0]) == type(arguments[1])
            else { return nil }
            return Estimate(CostRange(1))
        default: return nil
        }
    }

    private func elementPath(_ list: Expression) -> [String] {
        let path = path(list)
        return path.isEmpty ? [] : path + ["@items"]
    }

    private func replace(_ size: CostRange, _ old: CostRange, _ new: CostRange) -> Estimate {
        func times(_ size: UInt64, _ part: UInt64) -> UInt64 {
            let count = (Double(size) / Double(part)).rounded(.up)
            return count < 0x1p64 ? UInt64(count) : .max
        }
        var (count, kept) = (CostRange(0), CostRange(0))
        if old.min == 0 {
            (count.max, kept.max) = ((CostRange(size.max) + CostRange(1)).max, size.max)
        } else if new.max <= old.min {
            kept.max = size.max
        } else {
            count.max = times(size.max, old.min)
        }
        if old.max == 0 {
            (count.min, kept.min) = ((CostRange(size.min) + CostRange(1)).min, size.min)
        } else if old.max <= new.min {
            kept.min = size.min
        } else {
            count.min = times(size.min, old.max)
        }
        return Estimate(size * 0.2, result: count * new + kept)
    }

    private mutating func join(_ target: Expression, _ arguments: [Expression]) -> Estimate {
        let list = sizeOrUnknown(target)
        var size = CostRange(0)
        if case .list = type(target) { size = list * (self.size(at: elementPath(target)) ?? .unknown) }
        if let separator = arguments.first {
            let between = CostRange(min: list.min > 0 ? list.min - 1 : 0, max: list.max > 0 ? list.max - 1 : 0)
            size = size + sizeOrUnknown(separator) * between
        }
        return Estimate(size * 0.1, result: size)
    }
}
