extension CheckedExpression {
    /// Between what and what an evaluation will cost, in the units of Kubernetes' cost limits.
    ///
    /// - Parameters:
    ///   - sizes: How large the values of variables may be.
    ///   - presenceHasCost: Whether `has()` costs something; it does not in the rules of custom resources.
    /// - Returns: The range.
    public func estimatedCost(_ sizes: some SizeEstimator = NoSizes(), presenceHasCost: Bool = false) -> CostRange {
        var estimator = CostEstimator(self, sizes, presence: CostRange(presenceHasCost ? 1 : 0))
        return estimator.cost(root)
    }
}

/// Goes through a checked tree and adds up what its parts may cost.
struct CostEstimator {
    /// How large the keys and values of a container may be.
    struct EntrySize {
        var isList: Bool
        var key: CostRange
        var value: CostRange
    }

    /// A name that an expression gives something.
    private struct Local {
        let path: [String]
        let size: CostRange?
        let entry: EntrySize?
    }

    let expression: CheckedExpression
    private let sizes: any SizeEstimator
    private let presence: CostRange
    private var paths: [Int: [String]] = [:]
    private var locals: [String: [Local]] = [:]
    private var computed: [Int: CostRange] = [:]
    private var entries: [Int: EntrySize] = [:]

    init(_ expression: CheckedExpression, _ sizes: any SizeEstimator, presence: CostRange) {
        self.expression = expression
        self.sizes = sizes
        self.presence = presence
    }

    func type(_ node: Expression) -> CELType { expression.type(of: node) }

    // MARK: Costs

    mutating func cost(_ node: Expression) -> CostRange {
        switch node.kind {
        case .literal: return CostRange(0)
        case .ident(let name):
            paths[node.id] = locals[name]?.last?.path ?? [name]
            return CostRange(1)
        case .select(let operand, let field, let testOnly): return select(node, operand, field, testOnly)
        case .call(let function, let target, let arguments): return call(node, function, target, arguments)
        case .list(let elements, _): return list(node, elements)
        case .map(let entries): return map(node, entries)
        case .structure(_, let fields): return fields.reduce(CostRange(40)) { $0 + cost($1.value) }
        case .comprehension(let loop):
            if case .bind = loop.shape { return bind(node, loop) }
            return comprehension(node, loop)
        }
    }

    private mutating func select(
        _ node: Expression, _ operand: Expression, _ field: String, _ testOnly: Bool
    ) -> CostRange {
        if expression.references[node.id] != nil, let name = node.qualifiedName {
            // A qualified name is one name.
            paths[node.id] = [name]
            return CostRange(1)
        }
        var sum = cost(operand)
        if testOnly { return presence + sum }
        switch type(operand) {
        case .map, .object, .typeParam: sum = sum + CostRange(1)
        default: break
        }
        paths[node.id] = path(operand) + [field]
        return sum
    }

    private mutating func list(_ node: Expression, _ elements: [Expression]) -> CostRange {
        var sum = CostRange(10)
        var item = CostRange(min: elements.isEmpty ? 0 : .max, max: 0)
        for element in elements {
            sum = sum + cost(element)
            item = item.union(sizeOrUnknown(element))
        }
        entries[node.id] = EntrySize(isList: true, key: CostRange(1), value: item)
        return sum
    }

    private mutating func map(_ node: Expression, _ members: [Expression.MapEntry]) -> CostRange {
        var sum = CostRange(30)
        var entry = EntrySize(
            isList: false, key: CostRange(min: members.isEmpty ? 0 : .max, max: 0),
            value: CostRange(min: members.isEmpty ? 0 : .max, max: 0))
        for member in members {
            sum = sum + cost(member.key) + cost(member.value)
            entry.key = entry.key.union(sizeOrUnknown(member.key))
            entry.value = entry.value.union(sizeOrUnknown(member.value))
        }
        entries[node.id] = entry
        return sum
    }

    // MARK: Calls

    private mutating func call(
        _ node: Expression, _ function: String, _ target: Expression?, _ arguments: [Expression]
    ) -> CostRange {
        if function == "dyn", arguments.count == 1, target == nil {
            let cost = cost(arguments[0])
            copySizes(from: arguments[0], to: node)
            return cost + CostRange(1)
        }
        var argumentCosts = arguments.map { cost($0) }
        var overloads: [Overload] = []
        var name = function
        var member = target
        if case .call(let resolved, let found, let isQualified)? = expression.references[node.id] {
            (name, overloads) = (resolved, found)
            if isQualified { member = nil }
        }
        if function == Operator.optionalSelect {
            return argumentCosts[0] + CostRange(1)
        }
        guard !overloads.isEmpty else { return CostRange(0) }
        var sum = CostRange(0)
        if let member { sum = cost(member) }
        if function == Operator.and || function == Operator.or, argumentCosts.count == 2 {
            argumentCosts = [CostRange(min: argumentCosts[0].min, max: (argumentCosts[0] + argumentCosts[1]).max)]
        } else if function == Operator.conditional, argumentCosts.count == 3 {
            argumentCosts = [argumentCosts[0], argumentCosts[1].union(argumentCosts[2])]
        }
        let argumentCost = argumentCosts.reduce(CostRange(0)) { $0 + $1 }
        var price = CostRange(min: .max, max: 0)
        var result: CostRange?
        for overload in overloads {
            let estimate = estimate(node, name, overload, member, arguments)
            price = price.union(estimate.cost + argumentCost)
            if let size = estimate.result { result = result.map { $0.union(size) } ?? size }
            if overload.id == "index_list" || overload.id == "index_map" {
                result = entrySize(arguments[0])?.value
                paths[node.id] = path(arguments[0]) + [overload.id == "index_list" ? "@items" : "@values"]
            }
            if result == nil { result = size(node) }
        }
        if let result { computed[node.id] = result }
        return sum + price
    }

    // MARK: Loops

    private mutating func comprehension(_ node: Expression, _ loop: Comprehension) -> CostRange {
        var sum = cost(loop.range) + cost(loop.initial)
        push(
            loop.accumulator, Local(path: path(loop.initial), size: size(loop.initial), entry: entrySize(loop.initial)))
        let entry = entrySize(loop.range)
        let isList: Bool
        if let entry {
            isList = entry.isList
        } else if case .list = type(loop.range) {
            isList = true
        } else {
            isList = false
        }
        let range = path(loop.range)
        let (keys, values) = isList ? ("@indices", "@items") : ("@keys", "@values")
        if let second = loop.secondVariable {
            push(loop.variable, Local(path: range + [keys], size: entry?.key, entry: nil))
            push(second, Local(path: range + [values], size: entry?.value, entry: nil))
        } else {
            push(
                loop.variable,
                Local(path: range + [isList ? values : keys], size: isList ? entry?.value : entry?.key, entry: nil))
        }
        let each = cost(loop.condition) + cost(loop.step)
        pop(loop.variable)
        if let second = loop.secondVariable { pop(second) }
        sum = sum + cost(loop.result)
        pop(loop.accumulator)
        let count = sizeOrUnknown(loop.range)
        sum = sum + count * each
        switch loop.initial.kind {
        case .literal: if let size = size(loop.initial) { computed[node.id] = size }
        case .list, .map:
            computed[node.id] = count
            if let step = entrySize(loop.step) { entries[node.id] = step }
        default: break
        }
        return sum
    }

    private mutating func bind(_ node: Expression, _ loop: Comprehension) -> CostRange {
        let sum = cost(loop.range) + cost(loop.initial)
        push(
            loop.accumulator, Local(path: path(loop.initial), size: size(loop.initial), entry: entrySize(loop.initial)))
        let result = cost(loop.result)
        copySizes(from: loop.result, to: node)
        pop(loop.accumulator)
        return sum + result
    }

    private mutating func push(_ name: String, _ local: Local) { locals[name, default: []].append(local) }

    private mutating func pop(_ name: String) { _ = locals[name]?.popLast() }

    // MARK: Sizes

    func path(_ node: Expression) -> [String] {
        if case .ident(let name) = node.kind, let local = locals[name]?.last { return local.path }
        return paths[node.id] ?? []
    }

    private mutating func copySizes(from: Expression, to: Expression) {
        if let size = size(from) { computed[to.id] = size }
        if let entry = entrySize(from) { entries[to.id] = entry }
    }

    mutating func setEntrySize(_ node: Expression, _ entry: EntrySize?) {
        if let entry { entries[node.id] = entry }
    }

    func entrySize(_ node: Expression) -> EntrySize? {
        if let known = entries[node.id] { return known }
        guard case .ident(let name) = node.kind else { return nil }
        return locals[name]?.last?.entry
    }

    mutating func sizeOrUnknown(_ node: Expression) -> CostRange { size(node) ?? .unknown }

    /// The size of what stands at a path.
    func size(at path: [String]) -> CostRange? {
        path.isEmpty || path[0] == Operator.accumulator ? nil : sizes.size(at: path)
    }

    mutating func size(_ node: Expression) -> CostRange? {
        if let known = computed[node.id] ?? Self.literalSize(node) { return known }
        if let size = size(at: path(node)) {
            computed[node.id] = size
            return size
        }
        if Self.isScalar(type(node)) { return CostRange(1) }
        guard case .ident(let name) = node.kind else { return nil }
        return locals[name]?.last?.size
    }

    private static func literalSize(_ node: Expression) -> CostRange? {
        switch node.kind {
        case .literal(.string(let text)): CostRange(UInt64(text.unicodeScalars.count))
        case .literal(.bytes(let bytes)): CostRange(UInt64(bytes.count))
        case .literal: CostRange(1)
        case .list(let elements, _): CostRange(UInt64(elements.count))
        case .map(let entries): CostRange(UInt64(entries.count))
        default: nil
        }
    }

    private static func isScalar(_ type: CELType) -> Bool {
        switch type {
        case .bool, .double, .duration, .int, .timestamp, .uint: true
        default: type.optionalWrapped.map { isScalar($0) } ?? false
        }
    }
}
