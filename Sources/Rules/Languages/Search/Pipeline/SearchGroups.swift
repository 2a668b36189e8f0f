/// Groups of rows that have the same values in some fields, and what is gathered of each.
struct SearchGroups: Sendable {
    /// How many groups are kept.
    static let limit = 50_000
    /// How many groups one row may belong to, where its fields have several values.
    private static let combinationLimit = 256

    private let aggregates: [SearchAggregate]
    private var positions: [[SearchCell]: Int] = [:]
    private(set) var groups: [(key: [SearchCell], states: [SearchAggregate.State])] = []
    /// Rows that would have made one group too many.
    private(set) var lost = 0

    init(_ aggregates: [SearchAggregate]) { self.aggregates = aggregates }

    /// Whether some group could not remember all of its values.
    var isCut: Bool { groups.contains { $0.states.contains(where: \.isCut) } }

    /// Takes a row.
    ///
    /// - Parameters:
    ///   - key: the values of the fields; a field with several values puts the row into several groups, one without any
    ///     into none.
    ///   - row: what is gathered.
    ///   - now: the time.
    mutating func add(_ key: [SearchCell], _ row: SearchRow, now: Double) {
        var keys: [[SearchCell]] = [[]]
        for cell in key {
            let values = cell.values
            keys = keys.flatMap { begun in values.map { begun + [$0] } }
            if keys.count > Self.combinationLimit { keys.removeLast(keys.count - Self.combinationLimit) }
        }
        for key in keys {
            guard let position = position(of: key) else {
                lost += 1
                continue
            }
            for (number, aggregate) in aggregates.enumerated() {
                groups[position].states[number].add(aggregate, row, now: now)
            }
        }
    }

    /// Makes the one group that there is without keys, though nothing is in it.
    mutating func addEmpty() { _ = position(of: []) }

    private mutating func position(of key: [SearchCell]) -> Int? {
        if let known = positions[key] { return known }
        guard groups.count < Self.limit else { return nil }
        positions[key] = groups.count
        groups.append((key, Array(repeating: SearchAggregate.State(), count: aggregates.count)))
        return groups.count - 1
    }

    /// What came out of a group, in the order of the aggregates.
    func results(_ position: Int) -> [SearchCell] {
        zip(groups[position].states, aggregates).map { $0.result($1.function) }
    }

    /// The groups in the order of their keys.
    var sorted: [Int] {
        groups.indices.sorted { left, right in
            for (one, other) in zip(groups[left].key, groups[right].key) where one != other {
                return SearchCell.isBefore(one, other)
            }
            return left < right
        }
    }
}
