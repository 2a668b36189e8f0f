/// Numbers by the values of labels, of which only so many are kept apart.
///
/// Values come from outside (names of sources, rules, servers): whoever can make up new ones must not be able to fill the
/// memory.
struct LabelledCounts {
    /// What values past the limit are counted as.
    static let other = "other"

    private let limit: Int
    private(set) var values: [[String]: Double] = [:]

    /// Makes an empty table.
    ///
    /// - Parameter limit: how many combinations of values are kept apart.
    init(limit: Int) { self.limit = max(limit, 1) }

    /// Adds to a number.
    mutating func add(_ count: Double, _ labels: [String]) {
        if let place = values.index(forKey: labels) {
            values.values[place] += count
        } else {
            values[room(for: labels), default: 0] += count
        }
    }

    /// Sets a number.
    mutating func set(_ value: Double, _ labels: [String]) { values[room(for: labels)] = value }

    private func room(for labels: [String]) -> [String] {
        values[labels] != nil || values.count < limit ? labels : labels.map { _ in Self.other }
    }

    /// The numbers, in the order of their labels.
    var sorted: [(labels: [String], value: Double)] {
        values.sorted { $0.key.lexicographicallyPrecedes($1.key) }.map { ($0.key, $0.value) }
    }
}
