internal import SecurityEvents

/// A chart over time as rows: one a stretch, a column a series.
struct SearchChart {
    /// How many series have columns of their own; the rest is OTHER.
    private static let seriesLimit = 10
    /// How many stretches are shown at most.
    private static let rowLimit = 10_000

    private(set) var columns: [String]
    private(set) var rows: [SearchRow] = []

    /// Makes the chart of groups by time, or by time and series.
    init(_ groups: SearchGroups, _ aggregates: [SearchAggregate], span: Int64, isSplit: Bool) {
        var totals: [String: Double] = [:]
        for position in groups.groups.indices where isSplit {
            totals[groups.groups[position].key[1].text, default: 0] += groups.results(position)[0].number ?? 0
        }
        let named = Set(totals.sorted { ($0.value, $1.key) > ($1.value, $0.key) }.prefix(Self.seriesLimit).map(\.key))
        var byTime: [Timestamp: SearchRow] = [:]
        var hasOther = false
        for position in groups.sorted {
            guard case .time(let time) = groups.groups[position].key[0] else { continue }
            var row = byTime[time] ?? SearchRow(["_time": .time(time)])
            let results = groups.results(position)
            if isSplit {
                let name = groups.groups[position].key[1].text
                let isNamed = named.contains(name)
                hasOther = hasOther || !isNamed
                let column = isNamed ? name : "OTHER"
                let sum = (row[column].number ?? 0) + (results[0].number ?? 0)
                row[column] = isNamed ? results[0] : .number(sum)
            } else {
                for (aggregate, cell) in zip(aggregates, results) { row[aggregate.name] = cell }
            }
            byTime[time] = row
        }
        let series = isSplit ? named.sorted() + (hasOther ? ["OTHER"] : []) : aggregates.map(\.name)
        columns = ["_time"] + series
        fill(byTime, series, aggregates, span: span)
    }

    /// Adds the rows, with those stretches in which nothing happened.
    private mutating func fill(
        _ byTime: [Timestamp: SearchRow], _ series: [String], _ aggregates: [SearchAggregate], span: Int64
    ) {
        guard let first = byTime.keys.min(), let last = byTime.keys.max() else { return }
        let counts = aggregates.allSatisfy { $0.function == .count || $0.function == .dc }
        let stretches = (last.nanoseconds - first.nanoseconds) / span
        guard counts, stretches <= Self.rowLimit else {
            rows = byTime.sorted { $0.key < $1.key }.map(\.value)
            return
        }
        var time = first
        while time <= last {
            var row = byTime[time] ?? SearchRow(["_time": .time(time)])
            for name in series where row[name] == .none { row[name] = .number(0) }
            rows.append(row)
            let next = Timestamp(nanoseconds: time.nanoseconds + span)
            time = next
        }
    }
}
