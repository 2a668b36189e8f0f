import Agent
import Reports
import SecurityEvents

/// What became of a hunt, and what the process says of it.
struct Outcome {
    private let result: HuntResult
    private let highest: Level?

    init(_ result: HuntResult, highest: Level?) {
        self.result = result
        self.highest = highest
    }

    /// Says on standard error what was done and what could not be.
    func explain(withSummary: Bool) {
        if withSummary {
            let styling = Styling(Terminal.standardError)
            Terminal.standardError.write(SummaryReport(styling: styling).text(of: result.summary))
        }
        for reservation in result.reservations { Terminal.standardError.write("tallyman: \(visible(reservation))\n") }
        for diagnostic in result.unreadable { Terminal.standardError.write("tallyman: \(visible("\(diagnostic)"))\n") }
        for name in result.unrecognized {
            Terminal.standardError.write(
                "tallyman: \(visible(name)): nothing in it was understood as a Docker or Kubernetes log; "
                    + "if it is one, name its format with --input-format\n")
        }
    }

    /// Ends the process as ``ExitStatus`` has it: what could not be read weighs more than what was found.
    func exit(failOn level: Level) throws {
        if !result.unreadable.isEmpty || !result.unrecognized.isEmpty { throw ExitStatus.couldNotWork }
        if let highest, highest >= level { throw ExitStatus.findings }
    }
}
