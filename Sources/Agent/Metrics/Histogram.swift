/// How often a duration fell into each of a few ranges.
struct Histogram {
    /// The upper bounds, in seconds: from a rule set's usual time for an event to what would be felt.
    static let bounds = [0.000_005, 0.000_02, 0.000_05, 0.000_1, 0.000_25, 0.001, 0.005, 0.025, 0.1, 1]

    private(set) var counts = [Int](repeating: 0, count: bounds.count + 1)
    private(set) var sum = 0.0

    /// How many durations there were.
    var count: Int { counts.reduce(0, +) }

    /// Counts a duration.
    mutating func observe(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let value = Double(seconds) + Double(attoseconds) / 1e18
        sum += value
        counts[Self.bounds.firstIndex { value <= $0 } ?? Self.bounds.count] += 1
    }

    /// Writes the histogram's samples.
    func write(_ name: String, to text: inout PrometheusText) {
        var total = 0
        for (place, bound) in Self.bounds.enumerated() {
            total += counts[place]
            text.sample(name + "_bucket", [("le", "\(bound)")], Double(total))
        }
        text.sample(name + "_bucket", [("le", "+Inf")], Double(count))
        text.sample(name + "_sum", sum)
        text.sample(name + "_count", Double(count))
    }
}
