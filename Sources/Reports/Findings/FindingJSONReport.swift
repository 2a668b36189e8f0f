import JSONView
public import SecurityEvents

/// A finding as one line of JSON, described in `docs/finding.md` and by the schema beside it.
public struct FindingJSONReport: FindingReport {
    /// Makes the report.
    public init() {}

    public func text(of finding: Finding) -> String { String(decoding: finding.json, as: UTF8.self) + "\n" }

    public func append(_ finding: Finding, to lines: inout [UInt8]) {
        var memory: [UInt8] = []
        swap(&memory, &lines)
        var writer = JSONWriter(behind: memory)
        finding.write(to: &writer)
        writer.endLine()
        lines = writer.bytes
    }
}
