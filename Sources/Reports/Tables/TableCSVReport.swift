/// A table as comma-separated values (RFC 4180), with a line of headings.
///
/// A text that a spreadsheet would take for a formula gets an apostrophe before it.
public struct TableCSVReport: TableReport {
    /// Makes the report.
    public init() {}

    public func text(of table: Table) -> String {
        guard !table.columns.isEmpty else { return "" }
        var lines = line(table.columns.map(\.key))
        for row in table.rows { lines += line(row.map(field)) }
        return lines
    }

    private func field(_ cell: Table.Cell) -> String {
        guard case .number = cell else { return harmless(cell.text) }
        return cell.text
    }

    private func harmless(_ text: String) -> String {
        guard let first = text.first, "=+-@".contains(first) else { return text }
        return "'" + text
    }

    private func line(_ fields: [String]) -> String {
        let quoted = fields.map { field in
            guard field.contains(where: { $0 == "," || $0 == "\"" }) else { return field }
            return "\"\(field.replacing("\"", with: "\"\""))\""
        }
        return quoted.joined(separator: ",") + "\r\n"
    }
}
