/// A moment, in nanoseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable, BitwiseCopyable {
    public var nanoseconds: Int64

    /// Makes a moment of nanoseconds since 1970.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    /// Makes a moment of seconds since 1970; nil beyond the years 1677 to 2262.
    public init?(seconds: Int64, nanoseconds: Int64 = 0) {
        // Before 1970 the product may lie below the least number and only the sum above it: one second goes over to the
        // nanoseconds, so that every moment can be read from its own text.
        let isEarly = seconds < 0 && nanoseconds > 0
        let whole = isEarly ? seconds + 1 : seconds
        let rest = isEarly ? nanoseconds - 1_000_000_000 : nanoseconds
        let (product, overflow) = whole.multipliedReportingOverflow(by: 1_000_000_000)
        let (sum, carried) = product.addingReportingOverflow(rest)
        guard !overflow, !carried else { return nil }
        self.nanoseconds = sum
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool { left.nanoseconds < right.nanoseconds }
}
