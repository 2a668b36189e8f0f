public import SecurityEvents

/// Rows of cells under named columns.
public struct Table: Sendable, Equatable {
    /// A column.
    public struct Column: Sendable, Equatable {
        /// Its name in JSON and CSV.
        public var key: String
        /// Its heading for a person.
        public var title: String
        /// Whether it may be cut where a line does not fit.
        public var canShrink: Bool

        /// Makes a column.
        public init(_ key: String, title: String? = nil, canShrink: Bool = false) {
            self.key = key
            self.title = title ?? key.uppercased()
            self.canShrink = canShrink
        }
    }

    /// What stands in a cell.
    public enum Cell: Sendable, Equatable {
        /// Nothing is known.
        case none
        case text(String)
        case texts([String])
        case number(Int64)
        case bool(Bool)
        case level(Level)
        case time(Timestamp)

        /// A text, or nothing.
        public init(_ text: String?) { self = text.map { .text($0) } ?? .none }

        /// A time, or nothing.
        public init(_ time: Timestamp?) { self = time.map { .time($0) } ?? .none }
    }

    public var columns: [Column]
    public private(set) var rows: [[Cell]] = []

    /// Makes a table without rows.
    public init(columns: [Column]) { self.columns = columns }

    /// Adds a row; missing cells are empty, and those beyond the columns are left out.
    ///
    /// - Parameter cells: the cells in the order of the columns.
    public mutating func add(_ cells: [Cell]) {
        rows.append(Array((cells + Array(repeating: .none, count: columns.count)).prefix(columns.count)))
    }
}

extension Table.Cell {
    /// The cell as one line of text, made visible.
    var text: String {
        switch self {
        case .none: ""
        case .text(let text): visible(text)
        case .texts(let texts): texts.map(visible).joined(separator: ", ")
        case .number(let number): String(number)
        case .bool(let bool): bool ? "yes" : "no"
        case .level(let level): level.rawValue
        case .time(let time): time.description
        }
    }

    var isNumber: Bool {
        if case .number = self { return true }
        return false
    }
}
