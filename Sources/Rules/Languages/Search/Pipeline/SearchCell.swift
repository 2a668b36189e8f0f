package import SecurityEvents

/// A value in a row of a search's result.
package enum SearchCell: Hashable, Sendable {
    /// Nothing is known.
    case none
    case text(String)
    case number(Double)
    case bool(Bool)
    case time(Timestamp)
    /// A field with several values.
    case list([SearchCell])

    /// The values, one by one: none of ``none``, those of a list, or itself.
    package var values: [SearchCell] {
        switch self {
        case .none: []
        case .list(let cells): cells.flatMap(\.values)
        default: [self]
        }
    }

    /// Whether nothing is known; an empty list says no more.
    var isNull: Bool { values.isEmpty }

    /// The value as a text; of several, joined by spaces.
    package var text: String {
        switch self {
        case .none: ""
        case .text(let text): text
        case .number(let number): Self.written(number)
        case .bool(let bool): bool ? "true" : "false"
        case .time(let time): time.description
        case .list(let cells): cells.map(\.text).joined(separator: " ")
        }
    }

    /// The value as a number, where it is one or is written as one; a time is its seconds since 1970.
    var number: Double? {
        switch self {
        case .number(let number): number
        case .text(let text): text.utf8.count < 64 ? Double(text.trimmingPrefix(" ")) : nil
        case .bool(let bool): bool ? 1 : 0
        case .time(let time): Double(time.nanoseconds) / 1e9
        case .list(let cells): cells.count == 1 ? cells[0].number : nil
        case .none: nil
        }
    }

    /// Whole numbers without a fraction.
    static func written(_ number: Double) -> String {
        number == number.rounded() && abs(number) < 1e15 ? "\(Int64(number))" : "\(number)"
    }

    /// The order of sorting: numbers as numbers, everything else as text; what is not known comes last.
    static func isBefore(_ left: SearchCell, _ right: SearchCell) -> Bool {
        switch (left.isNull, right.isNull) {
        case (true, _): return false
        case (_, true): return true
        default: break
        }
        if let one = left.number, let other = right.number { return one < other }
        return left.text < right.text
    }

    /// Whether two values are the same as searches compare them: numbers as numbers, texts in any case.
    static func isEqual(_ left: SearchCell, _ right: SearchCell) -> Bool {
        if let one = left.number, let other = right.number { return one == other }
        return left.text.lowercased() == right.text.lowercased()
    }
}

/// A row of a search's result: fields and their values.
package struct SearchRow: Sendable, Equatable {
    private var cells: [String: SearchCell]

    /// Makes a row.
    package init(_ cells: [String: SearchCell] = [:]) { self.cells = cells }

    /// The value of a field; ``SearchCell/none`` where there is no such field.
    package subscript(_ name: String) -> SearchCell {
        get { cells[name] ?? .none }
        set { cells[name] = newValue }
    }

    mutating func remove(_ name: String) { cells[name] = nil }
}
