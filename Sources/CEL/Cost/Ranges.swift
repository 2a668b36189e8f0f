/// Between what and what a size or a cost lies; sums and products stop at the greatest number.
public struct CostRange: Hashable, Sendable {
    /// The least.
    public var min: UInt64
    /// The most.
    public var max: UInt64

    /// A range.
    public init(min: UInt64, max: UInt64) {
        self.min = min
        self.max = max
    }

    init(_ exactly: UInt64) { self.init(min: exactly, max: exactly) }

    static let unknown = CostRange(min: 0, max: .max)

    static func + (one: CostRange, other: CostRange) -> CostRange {
        CostRange(min: sum(one.min, other.min), max: sum(one.max, other.max))
    }

    static func * (one: CostRange, other: CostRange) -> CostRange {
        CostRange(min: product(one.min, other.min), max: product(one.max, other.max))
    }

    static func * (one: CostRange, factor: Double) -> CostRange {
        CostRange(min: share(one.min, factor), max: share(one.max, factor))
    }

    /// The range that holds both.
    func union(_ other: CostRange) -> CostRange {
        CostRange(min: Swift.min(min, other.min), max: Swift.max(max, other.max))
    }

    private static func sum(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (sum, overflow) = one.addingReportingOverflow(other)
        return overflow ? .max : sum
    }

    private static func product(_ one: UInt64, _ other: UInt64) -> UInt64 {
        let (product, overflow) = one.multipliedReportingOverflow(by: other)
        return overflow ? .max : product
    }

    private static func share(_ size: UInt64, _ factor: Double) -> UInt64 {
        let share = (Double(size) * factor).rounded(.up)
        return share < 0x1p64 ? UInt64(share) : .max
    }
}

/// Knows how large the values of variables may be.
public protocol SizeEstimator {
    /// The size of what stands at a path; nil where nothing is known.
    ///
    /// The first part is a variable; the others are fields, or `@items`, `@values`, `@keys` and `@indices` of what is there.
    func size(at path: [String]) -> CostRange?
}

/// Knows nothing.
public struct NoSizes: SizeEstimator {
    /// An estimator that knows nothing.
    public init() {}

    /// Nothing.
    public func size(at path: [String]) -> CostRange? { nil }
}
