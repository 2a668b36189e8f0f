/// A table as aligned columns under headings; on a terminal, lines are made to fit.
public struct TableTextReport: TableReport {
    /// A column is not cut below this.
    private static let leastWidth = 8
    private static let gap = "  "

    private let styling: Styling

    /// Makes the report.
    public init(styling: Styling = .plain) { self.styling = styling }

    public func text(of table: Table) -> String {
        guard !table.columns.isEmpty else { return "" }
        let texts = table.rows.map { $0.map(\.text) }
        let widths = self.widths(of: table, texts: texts)
        var output = line(table.columns.map { visible($0.title) }, widths: widths) { text, _ in
            styling.paint(text, .title)
        }
        for (row, cells) in zip(table.rows, texts) {
            output += line(cells, widths: widths, isRight: { row[$0].isNumber }) { text, column in
                if case .level(let level) = row[column] { return styling.paint(text, .level(level)) }
                return text
            }
        }
        return output
    }

    private func widths(of table: Table, texts: [[String]]) -> [Int] {
        var widths = table.columns.map { DisplayWidth.of(visible($0.title)) }
        for cells in texts {
            for (column, cell) in cells.enumerated() { widths[column] = max(widths[column], DisplayWidth.of(cell)) }
        }
        guard let limit = styling.width else { return widths }
        var excess = widths.reduce(0, +) + Self.gap.count * (widths.count - 1) - limit
        let shrinkable = table.columns.indices.filter { table.columns[$0].canShrink }
        while excess > 0 {
            // The widest gives way to the next widest first, so that short columns stay whole.
            let order = shrinkable.filter { widths[$0] > Self.leastWidth }.sorted { widths[$0] > widths[$1] }
            guard let widest = order.first else { break }
            let floor = max(order.dropFirst().first.map { widths[$0] } ?? 0, Self.leastWidth)
            let taken = min(excess, max(1, widths[widest] - floor))
            widths[widest] -= taken
            excess -= taken
        }
        return widths
    }

    private func line(
        _ cells: [String], widths: [Int], isRight: (Int) -> Bool = { _ in false }, paint: (String, Int) -> String
    ) -> String {
        var parts: [String] = []
        for (column, cell) in cells.enumerated() {
            let cut = DisplayWidth.cut(cell, columns: widths[column])
            let padding = String(repeating: " ", count: max(0, widths[column] - DisplayWidth.of(cut)))
            let isLast = column == cells.count - 1
            let painted = paint(cut, column)
            parts.append(isRight(column) ? padding + painted : painted + (isLast ? "" : padding))
        }
        var text = parts.joined(separator: Self.gap)
        while text.last == " " { text.removeLast() }
        return text + "\n"
    }
}
