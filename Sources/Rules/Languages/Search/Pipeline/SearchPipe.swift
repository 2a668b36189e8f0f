internal import SecurityEvents

/// Rows in, a table out: the stages of a search behind its conditions.
///
/// Memory is bounded: what is past a bound is counted and told in ``notes``, never left out in silence.
package struct SearchPipe: Sendable {
    /// How many rows sorting and the end of a table keep.
    package static let rowLimit = 100_000

    private let stages: [SearchStage]
    /// The columns where no stage says which.
    private let columns: [String]
    private let now: Double
    private var states: [State]
    private var output: [SearchRow] = []
    private var lostRows = 0
    private var groupsWereLost = 0
    private var valuesWereCut = false

    private enum State: Sendable {
        case none
        case count(Int)
        case seen(Set<[SearchCell]>)
        case rows([SearchRow])
        case groups(SearchGroups)
    }

    init(_ stages: [SearchStage], columns: [String], now: Double) {
        self.stages = stages
        self.columns = columns
        self.now = now
        states = stages.map { stage in
            switch stage {
            case .head: .count(0)
            case .dedup: .seen([])
            case .sort, .tail: .rows([])
            case .stats(let aggregates, _): .groups(SearchGroups(aggregates))
            case .timechart(_, let aggregates, _): .groups(SearchGroups(aggregates))
            case .top(_, _, _): .groups(SearchGroups([SearchAggregate(function: .count, argument: nil, name: "count")]))
            default: .none
            }
        }
    }

    /// Whether no row can change the result any more.
    package private(set) var isFull = false

    /// Takes a row.
    ///
    /// - Parameters:
    ///   - row: the fields that the stages ask for.
    ///   - anywhere: whether a text stands somewhere in the record that the row was made of.
    package mutating func add(_ row: SearchRow, anywhere: (String) -> Bool = { _ in false }) {
        push(row, from: 0, anywhere: anywhere)
    }

    private mutating func push(_ row: SearchRow, from begin: Int, anywhere: (String) -> Bool) {
        var row = row
        for at in begin..<stages.count {
            switch stages[at] {
            case .filter(let tree): if !tree.isTrue(of: row, anywhere: anywhere) { return }
            case .condition(let expression): if !expression.isTrue(in: row, now: now) { return }
            case .eval(let values): for (name, value) in values { row[name] = value.value(in: row, now: now) }
            case .bin(let field, let span, let isTime): row[field.name] = Self.bucket(row[field.name], span, isTime)
            case .head(let limit):
                guard case .count(let taken) = states[at], taken < limit else { return }
                states[at] = .count(taken + 1)
                // What follows only narrows or orders, so that rows behind the last one are not needed.
                if taken + 1 == limit { isFull = true }
            case .dedup(let fields):
                let key = fields.map { row[$0.name] }
                guard case .seen(var seen) = states[at], !key.contains(where: \.isNull), !seen.contains(key) else {
                    return
                }
                states[at] = .none
                if seen.count < SearchGroups.limit { seen.insert(key) } else { groupsWereLost += 1 }
                states[at] = .seen(seen)
            case .rename(let names):
                for (from, to) in names {
                    let cell = row[from.name]
                    row.remove(from.name)
                    row[to] = cell
                }
            case .table, .fieldsWithout: break
            case .sort, .tail: return keep(row, at)
            case .stats(_, let by): return group(row, by.map { row[$0.name] }, at)
            case .top(_, let fields, _): return group(row, fields.map { row[$0.name] }, at)
            case .timechart(let span, _, let by):
                let time = Self.bucket(row["_time"], Double(span) / 1e9, true)
                return group(row, [time] + (by.map { [row[$0.name]] } ?? []), at)
            }
        }
        guard output.count < Self.rowLimit else {
            lostRows += 1
            return
        }
        output.append(row)
    }

    private mutating func keep(_ row: SearchRow, _ at: Int) {
        guard case .rows(var rows) = states[at] else { return }
        states[at] = .none
        if case .tail(let limit) = stages[at] {
            rows.append(row)
            if rows.count > 2 * limit + 64 { rows.removeFirst(rows.count - limit) }
        } else if rows.count < Self.rowLimit {
            rows.append(row)
        } else {
            lostRows += 1
        }
        states[at] = .rows(rows)
    }

    private mutating func group(_ row: SearchRow, _ key: [SearchCell], _ at: Int) {
        guard case .groups(var groups) = states[at] else { return }
        states[at] = .none
        groups.add(key, row, now: now)
        states[at] = .groups(groups)
    }

    /// A number or time at the beginning of its stretch.
    private static func bucket(_ cell: SearchCell, _ span: Double, _ isTime: Bool) -> SearchCell {
        guard let number = cell.number, span > 0, number.isFinite else { return .none }
        let begin = (number / span).rounded(.down) * span
        guard isTime else { return .number(begin) }
        return Int64(exactly: begin.rounded()).flatMap { Timestamp(seconds: $0) }.map { .time($0) } ?? .none
    }

    // MARK: The end

    /// The rows that came out and the columns to show, once all rows were added.
    package mutating func finish() -> (columns: [String], rows: [SearchRow]) {
        for at in stages.indices { drain(at) }
        return (resultColumns(), output)
    }

    /// What the bounds left out, a sentence each.
    package var notes: [String] {
        var notes: [String] = []
        if lostRows > 0 { notes.append("\(lostRows) rows beyond \(Self.rowLimit) were left out") }
        if groupsWereLost > 0 {
            notes.append("more than \(SearchGroups.limit) groups: \(groupsWereLost) rows of others were not counted")
        }
        if valuesWereCut {
            notes.append(
                "a group with more than \(SearchAggregate.valueLimit) different values: dc, values and list are cut")
        }
        return notes
    }

    /// Hands on what a stage kept back until the last row.
    private mutating func drain(_ at: Int) {
        switch (stages[at], states[at]) {
        case (.sort(let keys), .rows(let rows)):
            for row in Self.sorted(rows, keys) { push(row, from: at + 1, anywhere: Self.nowhere) }
        case (.tail(let limit), .rows(let rows)):
            // As Splunk has it: the last rows, the last one first.
            for row in rows.suffix(limit).reversed() { push(row, from: at + 1, anywhere: Self.nowhere) }
        case (.stats(let aggregates, let by), .groups(var groups)):
            if by.isEmpty, groups.groups.isEmpty { groups.addEmpty() }
            note(groups)
            for position in groups.sorted {
                var row = SearchRow()
                for (field, cell) in zip(by, groups.groups[position].key) { row[field.name] = cell }
                for (aggregate, cell) in zip(aggregates, groups.results(position)) { row[aggregate.name] = cell }
                push(row, from: at + 1, anywhere: Self.nowhere)
            }
        case (.top(let limit, let fields, let isRare), .groups(let groups)):
            note(groups)
            let counts = groups.groups.indices.map { groups.results($0)[0].number ?? 0 }
            let total = counts.reduce(0, +)
            let order = groups.sorted.sorted { isRare ? counts[$0] < counts[$1] : counts[$0] > counts[$1] }
            for position in order.prefix(limit) {
                var row = SearchRow()
                for (field, cell) in zip(fields, groups.groups[position].key) { row[field.name] = cell }
                row["count"] = .number(counts[position])
                row["percent"] = .number((counts[position] / total * 10_000).rounded() / 100)
                push(row, from: at + 1, anywhere: Self.nowhere)
            }
        case (.timechart(let span, let aggregates, let by), .groups(let groups)):
            note(groups)
            let chart = SearchChart(groups, aggregates, span: span, isSplit: by != nil)
            series = chart.columns
            for row in chart.rows { push(row, from: at + 1, anywhere: Self.nowhere) }
        default: break
        }
        states[at] = .none
    }

    /// The columns of the last chart.
    private var series: [String] = []

    private static func nowhere(_ text: String) -> Bool { false }

    private mutating func note(_ groups: SearchGroups) {
        groupsWereLost += groups.lost
        if groups.isCut { valuesWereCut = true }
    }

    private static func sorted(_ rows: [SearchRow], _ keys: [SearchStage.SortKey]) -> [SearchRow] {
        rows.enumerated().sorted { left, right in
            for key in keys {
                let (one, other) = (left.element[key.field.name], right.element[key.field.name])
                if SearchCell.isBefore(one, other) { return !key.isDescending || other.isNull }
                if SearchCell.isBefore(other, one) { return key.isDescending && !one.isNull }
            }
            return left.offset < right.offset
        }.map(\.element)
    }

    private func resultColumns() -> [String] {
        var columns = self.columns
        for stage in stages {
            switch stage {
            case .eval(let values): for (name, _) in values where !columns.contains(name) { columns.append(name) }
            case .stats(let aggregates, let by): columns = by.map(\.name) + aggregates.map(\.name)
            case .timechart: columns = series
            case .top(_, let fields, _): columns = fields.map(\.name) + ["count", "percent"]
            case .table(let fields): columns = fields.map(\.name)
            case .fieldsWithout(let fields): columns.removeAll { column in fields.contains { $0.name == column } }
            case .rename(let names):
                for (from, to) in names {
                    if let at = columns.firstIndex(of: from.name) { columns[at] = to } else { columns.append(to) }
                }
            default: break
            }
        }
        return columns
    }
}
