/// A moment, in seconds and nanoseconds since 1970-01-01T00:00:00Z.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Whole seconds, rounded down.
    public let seconds: Int64
    /// Nanoseconds within the second, 0 to 999,999,999.
    public let nanoseconds: Int32

    /// The years 1 to 9999 are what a timestamp may hold.
    static let range: ClosedRange<Int64> = -62_135_596_800...253_402_300_799

    /// Makes a moment; nil outside the years 1 to 9999.
    public init?(seconds: Int64, nanoseconds: Int32 = 0) {
        guard Self.range.contains(seconds), (0..<1_000_000_000).contains(nanoseconds) else { return nil }
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    public static func < (left: Timestamp, right: Timestamp) -> Bool {
        (left.seconds, left.nanoseconds) < (right.seconds, right.nanoseconds)
    }
}

/// A length of time in whole nanoseconds, positive or negative.
public struct TimeSpan: Hashable, Comparable, Sendable {
    /// The whole length.
    public let nanoseconds: Int64

    /// Makes a length of time.
    public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

    public static func < (left: TimeSpan, right: TimeSpan) -> Bool { left.nanoseconds < right.nanoseconds }
}
