import Rules
import SecurityEvents

/// What is worked out of the events of one window while it moves on: each event comes in once and goes once.
struct AggregationMeasure {
    private let kind: Aggregation.Kind
    private let percentile: Double
    private var count = 0
    private var sum = 0.0
    private var numbers = 0
    /// How often each value is there.
    private var values: [Fingerprint: Int] = [:]
    /// The numbers in order, where their rank matters.
    private var ranked: [Double] = []
    /// How many events of each input there are.
    private(set) var inputs: [Int]

    init(_ aggregation: Aggregation) {
        kind = aggregation.kind
        percentile = aggregation.percentile
        inputs = Array(repeating: 0, count: aggregation.inputs.count)
    }

    private var isRanked: Bool { kind == .valueMedian || kind == .valuePercentile }

    mutating func add(_ event: AggregatedEvent) {
        count += 1
        inputs[event.input] += 1
        if let value = event.value { values[value, default: 0] += 1 }
        guard let number = event.number else { return }
        numbers += 1
        sum += number
        if isRanked { ranked.insert(number, at: position(of: number)) }
    }

    mutating func remove(_ event: AggregatedEvent) {
        count -= 1
        inputs[event.input] -= 1
        if let value = event.value, let known = values[value] { values[value] = known > 1 ? known - 1 : nil }
        guard let number = event.number else { return }
        numbers -= 1
        sum = numbers == 0 ? 0 : sum - number
        let place = position(of: number)
        if isRanked, ranked.indices.contains(place) { ranked.remove(at: place) }
    }

    /// The first place whose number is not less.
    private func position(of number: Double) -> Int {
        var (low, high) = (0, ranked.count)
        while low < high {
            let middle = (low + high) / 2
            if ranked[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }

    /// What it comes to; nil where there is no number to work anything out of.
    ///
    /// Of ordered kinds the order is left out.
    var result: Double? {
        switch kind {
        case .eventCount: return Double(count)
        case .valueCount: return Double(values.count)
        case .valueSum: return numbers > 0 ? sum : nil
        case .valueAverage: return numbers > 0 ? sum / Double(numbers) : nil
        case .valueMedian, .valuePercentile:
            guard !ranked.isEmpty else { return nil }
            // Between two numbers, in proportion, as spreadsheets and NumPy do.
            let rank = Double(ranked.count - 1) * (kind == .valueMedian ? 50 : percentile) / 100
            let below = min(ranked.count - 1, max(0, Int(rank)))
            let above = min(ranked.count - 1, below + 1)
            return ranked[below] + (ranked[above] - ranked[below]) * (rank - Double(below))
        case .temporal, .temporalOrdered: return Double(inputs.count { $0 > 0 })
        }
    }

    /// How many different inputs follow one another in their order, at most; equal times count in the order of the log.
    static func longestOrder(_ events: ArraySlice<AggregatedEvent>, inputs: Int) -> Int {
        var longest = Array(repeating: 0, count: inputs)
        for event in events {
            let before = longest[..<event.input].max() ?? 0
            longest[event.input] = max(longest[event.input], before + 1)
        }
        return longest.max() ?? 0
    }
}
