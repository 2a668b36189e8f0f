import Reports
import SecurityEvents

/// Prints findings to standard output as they come.
struct FindingOutput: Sendable {
    private let report: any FindingReport

    /// Chooses the form.
    ///
    /// - Parameters:
    ///   - format: for a person or for a program.
    ///   - isSearch: whether a line each is enough.
    init(format: OutputFormat, isSearch: Bool = false) {
        let styling = Styling(Terminal.standardOutput)
        report =
            switch format {
            case .json: FindingJSONReport()
            case .text where isSearch: SearchHitReport()
            case .text: FindingTextReport(styling: styling)
            }
    }

    /// Prints a finding; says whether anybody still reads.
    func print(_ finding: Finding) -> Bool {
        var lines: [UInt8] = []
        return print(finding, by: &lines)
    }

    /// Prints one of many findings by way of memory that is used again; says whether anybody still reads.
    func print(_ finding: Finding, by lines: inout [UInt8]) -> Bool {
        lines.removeAll(keepingCapacity: true)
        report.append(finding, to: &lines)
        return lines.withUnsafeBytes { Terminal.standardOutput.write($0) }
    }
}

/// A hit of a search in one line: when, what, who, which, where.
struct SearchHitReport: FindingReport {
    func text(of finding: Finding) -> String {
        let subject = finding.workload.map { workload in
            let name = [workload.namespace, workload.name ?? "(name unknown)"].compactMap { $0 }.joined(separator: "/")
            return "\(workload.kind) \(name)"
        }
        let fields = [
            finding.time.map { "\($0)" } ?? "unknown-time",
            finding.source.rawValue,
            finding.action.rawValue,
            finding.outcome.rawValue,
            "user=\(finding.actor.user ?? "unknown")",
            subject,
            finding.container?.image.map { "image=\($0)" },
            "\(finding.position)",
        ]
        return visible(fields.compactMap { $0 }.joined(separator: "  ")) + "\n"
    }
}
