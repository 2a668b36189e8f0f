import JSONView
import SecurityEvents

/// A table as one JSON object a row.
public struct TableJSONReport: TableReport {
    /// Makes the report.
    public init() {}

    public func text(of table: Table) -> String {
        var lines = ""
        for row in table.rows {
            var writer = JSONWriter()
            writer.object { object in
                for (column, cell) in zip(table.columns, row) {
                    object.key(column.key)
                    write(cell, to: &object)
                }
            }
            lines += writer.text + "\n"
        }
        return lines
    }

    private func write(_ cell: Table.Cell, to writer: inout JSONWriter) {
        switch cell {
        case .none: writer.null()
        case .text(let text): writer.value(text)
        case .texts(let texts): writer.array { array in for text in texts { array.value(text) } }
        case .number(let number): writer.value(number)
        case .bool(let bool): writer.value(bool)
        case .level(let level): writer.value(level.rawValue)
        case .time(let time): writer.value(time.description)
        }
    }
}
