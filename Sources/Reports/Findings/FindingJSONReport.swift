public import SecurityEvents

/// A finding as one line of JSON, described in `docs/finding.md` and by the schema beside it.
public struct FindingJSONReport: FindingReport {
    /// Makes the report.
    public init() {}

    public func text(of finding: Finding) -> String { String(decoding: finding.json, as: UTF8.self) + "\n" }
}
