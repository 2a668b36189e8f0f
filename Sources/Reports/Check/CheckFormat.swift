public import SecurityEvents

/// The formats of a check's report, named as a user names them on the command line.
public enum CheckFormat: String, CaseIterable, Sendable {
    case text, json, sarif

    /// Writes a whole report.
    ///
    /// - Parameters:
    ///   - issues: what was found, in order.
    ///   - diagnostics: what could not be read.
    ///   - version: the version of the program.
    ///   - styling: how text is to look.
    /// - Returns: whole lines; nothing where there is nothing to say.
    public func text(
        of issues: [CheckIssue], diagnostics: [Diagnostic], version: String, styling: Styling = .plain
    ) -> String {
        switch self {
        case .text: issues.map { CheckTextReport(styling: styling).text(of: $0) }.joined()
        case .json: issues.map { CheckJSONReport().text(of: $0) }.joined()
        case .sarif: SARIFReport(version: version).text(of: issues, diagnostics: diagnostics)
        }
    }
}
