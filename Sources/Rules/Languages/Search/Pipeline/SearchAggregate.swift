/// Something that is worked out of the rows of a group: `dc(user) AS users`.
struct SearchAggregate: Sendable {
    /// The functions, by the names that Splunk has for them.
    enum Function: String, CaseIterable, Sendable {
        case count, dc, values, list, min, max, range, sum, avg, first, last, earliest, latest, mode

        /// Understands the longer names too.
        init?(name: String) {
            switch name.lowercased() {
            case "c": self = .count
            case "distinct_count": self = .dc
            case "mean": self = .avg
            case let name:
                guard let known = Function(rawValue: name) else { return nil }
                self = known
            }
        }
    }

    var function: Function
    /// What it looks at; nil counts rows.
    var argument: SearchExpression?
    /// What the result is called.
    var name: String

    /// The fields that it reads.
    var fields: [SearchField] { argument?.fields ?? [] }

    /// How many different values a group remembers.
    static let valueLimit = 1000

    /// What was gathered of a group so far.
    struct State: Sendable {
        private var count = 0
        private var sum = 0.0
        private var numbers = 0
        private var least: SearchCell = .none
        private var greatest: SearchCell = .none
        private var first: SearchCell = .none
        private var last: SearchCell = .none
        private var earliest: (time: Double, cell: SearchCell)?
        private var latest: (time: Double, cell: SearchCell)?
        private var seen: [SearchCell: Int] = [:]
        private var listed: [SearchCell] = []
        /// Whether some value was not remembered.
        private(set) var isCut = false

        /// Takes a row.
        mutating func add(_ aggregate: SearchAggregate, _ row: SearchRow, now: Double) {
            guard let argument = aggregate.argument else {
                count += 1
                return
            }
            let cell = argument.value(in: row, now: now)
            // `count(eval(condition))` counts rows of which it is true.
            if aggregate.function == .count, case .bool(let isTrue) = cell {
                if isTrue { count += 1 }
                return
            }
            for value in cell.values { add(value, aggregate.function, time: row["_time"].number) }
        }

        private mutating func add(_ value: SearchCell, _ function: Function, time: Double?) {
            count += 1
            switch function {
            case .count: break
            case .dc, .values, .mode:
                if seen[value] != nil || seen.count < SearchAggregate.valueLimit {
                    seen[value, default: 0] += 1
                } else {
                    isCut = true
                }
            case .list:
                if listed.count < SearchAggregate.valueLimit { listed.append(value) } else { isCut = true }
            case .min, .max, .range:
                if least.isNull || SearchCell.isBefore(value, least) { least = value }
                if greatest.isNull || SearchCell.isBefore(greatest, value) { greatest = value }
            case .sum, .avg:
                guard let number = value.number, number.isFinite else { return }
                sum += number
                numbers += 1
            case .first, .last:
                if first.isNull { first = value }
                last = value
            case .earliest, .latest:
                guard let time else { return }
                if earliest.map({ time < $0.time }) ?? true { earliest = (time, value) }
                if latest.map({ time >= $0.time }) ?? true { latest = (time, value) }
            }
        }

        /// What came out.
        func result(_ function: Function) -> SearchCell {
            switch function {
            case .count: .number(Double(count))
            case .dc: .number(Double(seen.count))
            case .values: .list(seen.keys.sorted(by: SearchCell.isBefore))
            case .list: .list(listed)
            case .mode: seen.max { ($0.value, $1.key.text) < ($1.value, $0.key.text) }?.key ?? .none
            case .min: least
            case .max: greatest
            case .range:
                if let low = least.number, let high = greatest.number { .number(high - low) } else { .none }
            case .sum: numbers == 0 ? .none : .number(sum)
            case .avg: numbers == 0 ? .none : .number(sum / Double(numbers))
            case .first: first
            case .last: last
            case .earliest: earliest?.cell ?? .none
            case .latest: latest?.cell ?? .none
            }
        }
    }
}
