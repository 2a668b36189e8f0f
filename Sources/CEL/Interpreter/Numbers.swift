/// Comparison of numbers across types.
enum Numbers {
    /// Whether two numbers are equal; nil when one is no number.
    @inline(__always)
    static func areEqual(_ left: Cell, _ right: Cell) -> Bool? {
        switch (left, right) {
        case (.int(let one), .int(let other)): return one == other
        case (.uint(let one), .uint(let other)): return one == other
        case (.double(let one), .double(let other)): return one == other
        default:
            guard let order = order(left, right) else { return nil }
            return order == .same
        }
    }

    enum Order { case less, same, greater, unordered }

    /// How two numbers stand to each other; nil when one is no number.
    static func order(_ left: Cell, _ right: Cell) -> Order? {
        switch (left, right) {
        case (.int(let one), .int(let other)): return compare(one, other)
        case (.uint(let one), .uint(let other)): return compare(one, other)
        case (.double(let one), .double(let other)): return compare(one, other)
        case (.int(let one), .uint(let other)): return one < 0 ? .less : compare(UInt64(one), other)
        case (.uint(let one), .int(let other)): return other < 0 ? .greater : compare(one, UInt64(other))
        case (.double(let one), .int(let other)): return compare(one, other)
        case (.int(let one), .double(let other)): return compare(other, one).reversed
        case (.double(let one), .uint(let other)): return compare(one, other)
        case (.uint(let one), .double(let other)): return compare(other, one).reversed
        default: return nil
        }
    }

    private static func compare<Number: Comparable>(_ one: Number, _ other: Number) -> Order {
        if one < other { return .less }
        if one > other { return .greater }
        return one == other ? .same : .unordered
    }

    // As in cel-go, what is within the range of the integers is compared as doubles.
    private static func compare(_ one: Double, _ other: Int64) -> Order {
        if one < -0x1p63 { return .less }
        if one > 0x1p63 { return .greater }
        return compare(one, Double(other))
    }

    private static func compare(_ one: Double, _ other: UInt64) -> Order {
        if one < 0 { return .less }
        if one > 0x1p64 { return .greater }
        return compare(one, Double(other))
    }
}

extension Numbers.Order {
    var reversed: Numbers.Order {
        switch self {
        case .less: .greater
        case .greater: .less
        default: self
        }
    }
}
