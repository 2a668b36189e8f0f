import JSONView
import SecurityEvents

/// The end of a run in a few lines, or as one line of JSON.
public struct SummaryReport: Sendable {
    private let styling: Styling

    /// Makes the report.
    public init(styling: Styling = .plain) { self.styling = styling }

    /// Writes the summary for a person.
    ///
    /// - Parameter summary: what was counted.
    /// - Returns: whole lines.
    public func text(of summary: RunSummary) -> String {
        var block = LabelledBlock(styling: styling, indentation: "", labelWidth: 10)
        block.add("read", [readLine(summary)])
        block.add("events", [eventLine(summary)])
        if summary.faultCount > 0 { block.add("faults", faultLines(summary)) }
        if summary.gaps > 0 {
            block.add("gaps", ["\(Quantity.count(summary.gaps, "stretch", "stretches")) of time without an answer"])
        }
        block.add("findings", [findingLine(summary)])
        return block.text
    }

    /// Writes the summary for a program.
    ///
    /// - Parameter summary: what was counted.
    /// - Returns: one line.
    public func json(of summary: RunSummary) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("files", summary.files)
            object.member("lines", summary.lines)
            object.member("bytes", summary.bytes)
            object.key("events")
            object.object { events in
                for source in SourceType.allCases where summary.events[source] != nil {
                    events.member(source.rawValue, summary.events[source])
                }
            }
            object.member("skipped", summary.skipped)
            object.member("faultCount", summary.faultCount)
            object.key("faults")
            object.array { array in
                for fault in summary.faults {
                    array.object { object in
                        object.member("file", fault.file)
                        object.member("line", fault.line)
                        object.member("column", fault.column)
                        object.member("severity", fault.severity.rawValue)
                        object.member("message", fault.message)
                    }
                }
            }
            object.member("gaps", summary.gaps)
            object.key("findings")
            object.object { levels in
                for level in Level.allCases { levels.member(level.rawValue, summary.findings[level] ?? 0) }
            }
            object.member("known", summary.known)
            object.key("elapsedSeconds")
            object.value(summary.elapsed.seconds)
            object.key("eventsPerSecond")
            if let rate = summary.rate { object.value(rate.rounded()) } else { object.null() }
        }
        return writer.text + "\n"
    }

    private func readLine(_ summary: RunSummary) -> String {
        let lines = Quantity.count(summary.lines, "line", "lines")
        let files = Quantity.count(summary.files, "file", "files")
        return "\(lines) of \(files), \(Quantity.bytes(summary.bytes)), in \(Quantity.duration(summary.elapsed))"
    }

    private func eventLine(_ summary: RunSummary) -> String {
        let sources = SourceType.allCases.compactMap { source in
            summary.events[source].map { "\(source.rawValue) \(Quantity.number($0))" }
        }
        var text = Quantity.number(summary.eventCount)
        if !sources.isEmpty { text += " (\(sources.joined(separator: ", ")))" }
        if let rate = summary.rate, rate >= 1, rate < 1e15 {
            text += ", \(Quantity.number(Int(rate.rounded()))) a second"
        }
        return text
    }

    private func faultLines(_ summary: RunSummary) -> [String] {
        var lines = [
            "\(Quantity.number(summary.faultCount)), \(Quantity.count(summary.skipped, "record", "records")) passed over"
        ]
        lines += summary.faults.map { visible($0.description) }
        let left = summary.faultCount - summary.faults.count
        if left > 0 { lines.append("and \(Quantity.number(left)) more") }
        return lines
    }

    private func findingLine(_ summary: RunSummary) -> String {
        guard summary.findingCount > 0 else { return styling.paint("none", .good) }
        let levels = Level.allCases.reversed().compactMap { level -> String? in
            guard let count = summary.findings[level], count > 0 else { return nil }
            return styling.paint("\(level.rawValue) \(Quantity.number(count))", .level(level))
        }
        var text = "\(Quantity.number(summary.findingCount)) (\(levels.joined(separator: ", ")))"
        if let known = summary.known { text += ", \(Quantity.number(known)) of them in the ledger before" }
        return text
    }
}
