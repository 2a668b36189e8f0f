import Reports
import Rules

extension Table {
    /// The result of a search.
    init(columns names: [String], rows: [SearchRow]) {
        self.init(columns: names.map { Column($0, title: $0, canShrink: true) })
        for row in rows { add(names.map { Cell(row[$0]) }) }
    }
}

extension Table.Cell {
    /// A value of a search's result.
    init(_ cell: SearchCell) {
        switch cell {
        case .none: self = .none
        case .text(let text): self = .text(text)
        case .bool(let bool): self = .bool(bool)
        case .time(let time): self = .time(time)
        case .list(let cells): self = .texts(cells.flatMap(\.values).map(\.text))
        case .number(let number):
            self = Int64(exactly: number).map { .number($0) } ?? .text(cell.text)
        }
    }
}

extension Terminal {
    /// Says what is wrong with a search.
    static func explain(_ fault: SearchFault) {
        let lines = "\(fault)".split(separator: "\n", omittingEmptySubsequences: false)
        standardError.write("tallyman: \(lines.map { visible(String($0)) }.joined(separator: "\n"))\n")
    }
}
