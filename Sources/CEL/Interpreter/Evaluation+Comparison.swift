import JSONView

extension Evaluation {
    /// Whether two values are equal; values of different types are not.
    @inline(__always)
    func areEqual(_ left: Cell, _ right: Cell) -> Truth {
        switch (left, right) {
        case (.string(let one), .string(let other)): return one == other ? .true : .false
        case (.bool(let one), .bool(let other)): return one == other ? .true : .false
        case (.int(let one), .int(let other)): return one == other ? .true : .false
        default: return areEqualOther(left, right)
        }
    }

    private func areEqualOther(_ left: Cell, _ right: Cell) -> Truth {
        if left.isError { return fail(left) }
        if right.isError { return fail(right) }
        if let same = Numbers.areEqual(left, right) { return same ? .true : .false }
        switch (left, right) {
        case (.null, .null): return .true
        case (.bytes(let one), .bytes(let other)): return one == other ? .true : .false
        case (.timestamp(let one, let part), .timestamp(let other, let otherPart)):
            return one == other && part == otherPart ? .true : .false
        case (.duration(let one), .duration(let other)): return one == other ? .true : .false
        case (.type(let one), .type(let other)):
            return one.takeUnretainedValue().type.runtimeName == other.takeUnretainedValue().type.runtimeName
                ? .true : .false
        case (.emptyOptional, .emptyOptional): return .true
        case (.optional(let one), .optional(let other)):
            return nested { areEqual(one.takeUnretainedValue().cell, other.takeUnretainedValue().cell) }
        case (.opaque(let one), .opaque(let other)):
            let (one, other) = (one.takeUnretainedValue().value, other.takeUnretainedValue().value)
            return one.typeName == other.typeName && one.isEqual(to: other) ? .true : .false
        case (.object(let one), .object(let other)):
            return areObjectsEqual(state.pointee.objects[Int(one)], state.pointee.objects[Int(other)])
        case (.values(let box), _) where box._withUnsafeGuaranteedRef({ $0.identity != .place }):
            return nested { areIdentityListsEqual(box.takeUnretainedValue(), left, right) }
        default:
            if let count = listCount(left), let otherCount = listCount(right) {
                return count == otherCount ? nested { areListsEqual(left, right) } : .false
            }
            if let count = mapCount(left), let otherCount = mapCount(right) {
                return count == otherCount ? nested { areMapsEqual(left, right) } : .false
            }
            return .false
        }
    }

    /// Compares what is inside, to a bounded depth.
    private func nested(_ compare: () -> Truth) -> Truth {
        guard state.pointee.comparisonDepth < state.pointee.limits.valueDepth else {
            return fail(.error(.passUnretained(CommonErrors.tooDeep)))
        }
        state.pointee.comparisonDepth += 1
        defer { state.pointee.comparisonDepth -= 1 }
        return compare()
    }

    /// Records are equal when their types, the fields that are set and the values of these are.
    private func areObjectsEqual(_ one: any ObjectValue, _ other: any ObjectValue) -> Truth {
        if one === other { return .true }
        guard one.objectType == other.objectType else { return .false }
        if let one = one as? SchemaObject, let other = other as? SchemaObject, !one.hasEqualUnknowns(other) {
            return .false
        }
        return nested {
            for index in one.objectType.fields.indices {
                guard one.hasField(index) == other.hasField(index) else { return .false }
                guard one.hasField(index) else { continue }
                let same = areEqual(importing(one.field(index)), importing(other.field(index)))
                if same != .true { return same }
            }
            return .true
        }
    }

    private func areListsEqual(_ left: Cell, _ right: Cell) -> Truth {
        var (one, other) = (ListCursor(left, self), ListCursor(right, self))
        while let element = one.next(), let otherElement = other.next() {
            guard step() else { return fail(spent()) }
            let same = areEqual(element, otherElement)
            if same != .true { return same }
        }
        return .true
    }

    private func areMapsEqual(_ left: Cell, _ right: Cell) -> Truth {
        for (key, value) in entries(left) {
            guard step() else { return fail(spent()) }
            guard let other = lookup(right, key) else { return .false }
            let same = areEqual(value, other)
            if same != .true { return same }
        }
        return .true
    }

    /// Which order a comparison asks for.
    @inline(__always)
    func compare(_ code: Opcode, _ left: Cell, _ right: Cell) -> Truth {
        let order: Numbers.Order
        switch (left, right) {
        case (.int(let one), .int(let other)): order = one < other ? .less : one == other ? .same : .greater
        default:
            guard let found = self.order(left, right) else {
                if left.isError { return fail(left) }
                if right.isError { return fail(right) }
                return fail(noSuchOverload())
            }
            order = found
        }
        let holds =
            switch code {
            case .less: order == .less
            case .lessEqual: order == .less || order == .same
            case .greater: order == .greater
            default: order == .greater || order == .same
            }
        return holds ? .true : .false
    }

    /// How two values stand to each other; nil when they have no order.
    func order(_ left: Cell, _ right: Cell) -> Numbers.Order? {
        if let order = Numbers.order(left, right) { return order }
        switch (left, right) {
        case (.string(let one), .string(let other)), (.bytes(let one), .bytes(let other)):
            return one.order(other)
        case (.bool(let one), .bool(let other)): return one == other ? .same : other ? .less : .greater
        case (.timestamp(let one, let part), .timestamp(let other, let otherPart)):
            return (one, part) == (other, otherPart) ? .same : (one, part) < (other, otherPart) ? .less : .greater
        case (.duration(let one), .duration(let other)): return one == other ? .same : one < other ? .less : .greater
        default: return nil
        }
    }

    /// Whether an element is in a list or a key in a map.
    @inline(__always)
    func isContained(_ element: Cell, in container: Cell) -> Truth {
        if case .list(let box) = container {
            let found: Bool? = box._withUnsafeGuaranteedRef { list in
                guard let index = list.index, CellIndex.hash(element) != nil else { return nil }
                return index.position(of: element, in: list.cells) != nil
            }
            if let found { return found ? .true : .false }
        }
        return isContainedByScan(element, in: container)
    }

    private func isContainedByScan(_ element: Cell, in container: Cell) -> Truth {
        if element.isError { return fail(element) }
        if container.isError { return fail(container) }
        if listCount(container) != nil {
            var cursor = ListCursor(container, self)
            while let other = cursor.next() {
                guard step() else { return fail(spent()) }
                let same = areEqual(element, other)
                if same != .false { return same }
            }
            return .false
        }
        guard mapCount(container) != nil else { return fail(noSuchOverload()) }
        return lookup(container, element) == nil ? .false : .true
    }
}

extension JSONText {
    /// How the bytes of two texts stand to each other.
    func order(_ other: JSONText) -> Numbers.Order {
        for at in 0..<Swift.min(count, other.count) where start[at] != other.start[at] {
            return start[at] < other.start[at] ? .less : .greater
        }
        return count == other.count ? .same : count < other.count ? .less : .greater
    }
}
