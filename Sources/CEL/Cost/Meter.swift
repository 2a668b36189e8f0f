import JSONView

/// How the cost of a call is found, in the units of Kubernetes' cost limits.
enum Meter: Sendable {
    case declared(CallCost)
    /// A tenth of the size of an argument.
    case tenth(Int)
    /// A fifth of the size of an argument: it is read and written.
    case fifth(Int)
    /// A fifth of the size of the result.
    case resultFifth
    /// A text against a part of it.
    case parts
    /// A text against a regular expression.
    case search
    /// Everything inside a value.
    case traversal
    /// A list made: its size, and what making it costs.
    case listMade
    case listFlattened
    /// A list compared with itself, whose keys are an argument.
    case listSorted(Int)
    /// Two lists compared, so many times.
    case sets(UInt64)
    case containsIP(isText: Bool), containsCIDR(isText: Bool)
    case selector
    case format

    /// The meter of an overload.
    static func of(_ overload: Overload) -> Meter {
        if let meter = kubernetes(overload) ?? extensions(overload) ?? core[overload.id] { return meter }
        return .declared(overload.cost)
    }

    /// The meter of a call that may mean several overloads: cel-go then knows the function alone.
    static func of(_ overloads: [Overload]) -> Meter {
        if overloads.count == 1 { return of(overloads[0]) }
        return overloads.first.flatMap { kubernetes($0) } ?? .declared(.constant(Prices.call))
    }

    /// What every call costs, where that does not depend on its arguments.
    var fixed: UInt64? {
        if case .declared(.constant(let cost)) = self { cost } else { nil }
    }

    private static let core: [String: Meter] = [
        "string_to_bytes": .tenth(0), "bytes_to_string": .tenth(0), "strings_quote": .tenth(0),
        "string_format": .tenth(0),
        "matches_string": .search, "starts_with_string": .tenth(0), "ends_with_string": .tenth(0),
        "contains_string": .parts,
    ]

    private static func extensions(_ overload: Overload) -> Meter? {
        switch overload.function {
        case "slice": .listMade
        case "reverse": overload.parameters.first == .string ? nil : .listMade
        case "lists.range": .listMade
        case "flatten": .listFlattened
        case "sort", "distinct": .listSorted(0)
        case "@sortByAssociatedKeys": .listSorted(1)
        case "sets.contains", "sets.intersects": .sets(1)
        case "sets.equivalent": .sets(2)
        default: nil
        }
    }

    private static func kubernetes(_ overload: Overload) -> Meter? {
        switch overload.function {
        case "check": .declared(.constant(350_000))
        case "fieldSelector", "labelSelector": .selector
        case "isSorted", "sum", "max", "min", "indexOf", "lastIndexOf": .traversal
        case "url", "lowerAscii", "upperAscii", "substring", "trim", "jsonpatch.escapeKey", "cidr", "isIP", "isCIDR":
            .tenth(0)
        case "quantity", "isQuantity", "semver", "isSemver": .tenth(0)
        case "ip": overload.isMember ? .declared(.constant(1)) : .tenth(0)
        case "replace", "split", "ip.isCanonical": .fifth(0)
        case "join": .resultFifth
        case "find", "findAll": .search
        case "containsIP": .containsIP(isText: overload.parameters.last == .string)
        case "containsCIDR": .containsCIDR(isText: overload.parameters.last == .string)
        case "validate": .format
        default: nil
        }
    }
}

extension Evaluation {
    /// What a call cost.
    func price(_ meter: Meter, _ arguments: Arguments, _ result: Cell) -> UInt64 {
        func size(_ position: Int) -> UInt64 { position < arguments.count ? costSize(arguments[position]) : 1 }
        switch meter {
        case .declared(let cost): return price(cost, arguments)
        case .tenth(let position): return Self.share(size(position), 0.1)
        case .fifth(let position): return Self.share(size(position), 0.2)
        case .resultFifth: return Self.share(costSize(result), 0.2)
        case .parts: return Self.product(Self.share(size(0), 0.1), Self.share(size(1), 0.1))
        case .search: return Self.product(Self.share(size(0) &+ 1, 0.1), Self.share(size(1), 0.25))
        case .traversal: return traversal(arguments[0], depth: 0)
        case .listMade: return 11 + costSize(result)
        case .listFlattened:
            let depth = arguments.count > 1 ? UInt64(max(0, arguments.integer(1))) : 1
            return Self.sum(Self.product(size(0), depth), 11)
        case .listSorted(let position):
            let isText = element(arguments[position], at: 0).map(self.isText) ?? false
            return Self.sum(UInt64(Double(Self.product(size(position), size(position))) * (isText ? 2.1 : 2)), 11)
        case .sets(let times): return Self.sum(Self.product(Self.product(size(0), size(1)), times), 1)
        case .containsIP(let isText):
            return Self.share(size(0) &* 2, 0.1) + (isText ? Self.share(size(1), 0.1) : 0)
        case .containsCIDR(let isText):
            return Self.share(size(0) &* 2, 0.1) + Self.share(size(0), 0.1) + 1
                + (isText ? Self.share(size(1), 0.1) : 0)
        case .selector: return 10 + Self.share(size(1), 0.1) + Self.share(Self.share(size(1), 0.5), 50)
        case .format:
            guard case .opaque(let box) = arguments[0], let value = box.takeUnretainedValue().value as? FormatValue
            else { return 1 }
            return Self.product(Self.share(size(1) &+ 1, 0.1), Self.share(UInt64(value.format.regexSize), 0.25))
        }
    }

    private func price(_ cost: CallCost, _ arguments: Arguments) -> UInt64 {
        func size(_ position: Int) -> UInt64 { position < arguments.count ? costSize(arguments[position]) : 1 }
        switch cost {
        case .constant(let cost): return cost
        case .perSize(let position, let factor, let base): return Self.sum(Self.share(size(position), factor), base)
        case .product(let first, let firstFactor, let second, let secondFactor):
            return Self.product(Self.share(size(first), firstFactor), Self.share(size(second), secondFactor))
        case .smaller(let first, let second, let factor): return Self.share(min(size(first), size(second)), factor)
        }
    }

    private func isText(_ cell: Cell) -> Bool {
        switch cell {
        case .string, .bytes: true
        default: false
        }
    }

    /// How much of a value there is: characters, bytes, elements, entries; 1 for what has no size.
    func costSize(_ cell: Cell) -> UInt64 {
        switch cell {
        case .optional(let box): return costSize(box._withUnsafeGuaranteedRef { $0.cell })
        case .string(let text): return UInt64(text.scalarCount)
        case .bytes(let bytes): return UInt64(bytes.count)
        case .opaque(let box):
            switch box.takeUnretainedValue().value {
            case let address as NetworkAddress: return UInt64(address.bytes.count)
            case let range as NetworkRange: return UInt64(range.prefix + 7) / 8
            default: return 1
            }
        case .object(let position):
            let object = state.pointee.objects[Int(position)]
            return UInt64((object as? SchemaObject)?.memberCount ?? object.objectType.fields.count)
        default: return UInt64(listCount(cell) ?? mapCount(cell) ?? 1)
        }
    }

    private func traversal(_ cell: Cell, depth: Int) -> UInt64 {
        guard depth < state.pointee.limits.valueDepth else { return 1 }
        switch cell {
        case .string(let text), .bytes(let text): return UInt64(Double(text.count) * 0.1)
        default:
            if listCount(cell) != nil {
                return elements(cell).reduce(0) { Self.sum($0, traversal($1, depth: depth + 1)) }
            }
            guard mapCount(cell) != nil else { return 1 }
            return entries(cell).reduce(0) {
                Self.sum($0, Self.sum(traversal($1.key, depth: depth + 1), traversal($1.value, depth: depth + 1)))
            }
        }
    }

    private static func share(_ size: UInt64, _ factor: Double) -> UInt64 {
        let share = (Double(size) * factor).rounded(.up)
        return share < 0x1p64 ? UInt64(share) : .max
    }

    private static func product(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (product, overflow) = one.multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }

    private static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}

extension Meter {
    /// Whether an overload compares texts, which costs what reading the shorter one costs.
    static func isTextOrder(_ overload: Overload) -> Bool {
        switch overload.function {
        case Operator.less, Operator.lessEqual, Operator.greater, Operator.greaterEqual:
            overload.parameters == [.string, .string] || overload.parameters == [.bytes, .bytes]
        default: false
        }
    }
}
