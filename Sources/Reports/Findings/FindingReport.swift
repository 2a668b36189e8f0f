public import SecurityEvents

/// A way to write a finding down.
public protocol FindingReport: Sendable {
    /// Writes a finding.
    ///
    /// - Parameter finding: what was found.
    /// - Returns: whole lines, the last one ended too.
    func text(of finding: Finding) -> String

    /// Writes a finding behind what was written before.
    ///
    /// - Parameters:
    ///   - finding: what was found.
    ///   - lines: where its lines go, in UTF-8.
    func append(_ finding: Finding, to lines: inout [UInt8])
}

extension FindingReport {
    public func append(_ finding: Finding, to lines: inout [UInt8]) { lines += text(of: finding).utf8 }
}

/// The formats of findings, named as a user names them on the command line.
public enum FindingFormat: String, CaseIterable, Sendable {
    case text, json

    /// The report of the format.
    ///
    /// - Parameter styling: how text is to look.
    /// - Returns: an encoder.
    public func report(styling: Styling = .plain) -> any FindingReport {
        switch self {
        case .text: FindingTextReport(styling: styling)
        case .json: FindingJSONReport()
        }
    }
}
