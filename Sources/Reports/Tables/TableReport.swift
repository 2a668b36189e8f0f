/// A way to write a table down.
public protocol TableReport: Sendable {
    /// Writes a table.
    ///
    /// - Parameter table: columns and rows.
    /// - Returns: whole lines, the last one ended too; nothing where there is nothing to say.
    func text(of table: Table) -> String
}

/// The formats of tables, named as a user names them on the command line.
public enum TableFormat: String, CaseIterable, Sendable {
    case text, json, csv

    /// The report of the format.
    ///
    /// - Parameter styling: how text is to look.
    /// - Returns: an encoder.
    public func report(styling: Styling = .plain) -> any TableReport {
        switch self {
        case .text: TableTextReport(styling: styling)
        case .json: TableJSONReport()
        case .csv: TableCSVReport()
        }
    }
}
