import Detection
import JSONView
import Reports
import Rules
import SecurityEvents

/// What policies would have refused, as tables or as one line of JSON.
struct PolicySummary {
    private let tally: PolicyTally
    private static let rowLimit = 20

    init(_ tally: PolicyTally) { self.tally = tally }

    /// The tables for a person.
    func text(styling: Styling) -> String {
        let report = TableTextReport(styling: styling)
        var text = "\nWhat the policies say of \(tally.judged) of \(tally.requests) requests to change something:\n"
        text += report.text(of: policies)
        for (title, groups) in [
            ("To whom", tally.byUser), ("In which namespaces", tally.byNamespace),
            ("Which workloads", tally.byWorkload),
        ] where !groups.isEmpty {
            text += "\n\(title):\n" + report.text(of: Self.table(groups))
            let left = groups.count - Self.rowLimit
            if left > 0 { text += "and \(left) more; --format json has all\n" }
        }
        if tally.ungrouped > 0 { text += "\(tally.ungrouped) more are in no group: there were too many\n" }
        let reasons = tally.unknowns.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
        if !reasons.isEmpty {
            text += "\nWhat could not be said, and why:\n"
            for (reason, count) in reasons.prefix(Self.rowLimit) { text += "  \(count)  \(visible(reason))\n" }
        }
        return text
    }

    private var policies: Table {
        var table = Table(columns: [
            .init("policy", canShrink: true), .init("passed"), .init("refused", title: "WOULD REFUSE"),
            .init("refusedAnyway", title: "REFUSED ANYWAY"), .init("warned", title: "ONLY WARN"), .init("unknown"),
            .init("first"), .init("last"),
        ])
        for (name, counts) in tally.policies.sorted(by: { $0.key < $1.key }) {
            table.add([
                .text(name), .number(Int64(counts.passed)), .number(Int64(counts.violatedAndServed)),
                .number(Int64(counts.violatedAndRefused)), .number(Int64(counts.onlyWarned)),
                .number(Int64(counts.unknown)), .init(counts.first), .init(counts.last),
            ])
        }
        return table
    }

    private static func table(_ groups: [PolicyTally.Group]) -> Table {
        var table = Table(columns: [
            .init("count"), .init("name", canShrink: true), .init("would"), .init("policy", canShrink: true),
            .init("first"), .init("last"), .init("objects", canShrink: true),
        ])
        for group in groups.prefix(rowLimit) {
            let more = group.otherObjects > 0 || group.objects.count > 3 ? ["…"] : []
            table.add([
                .number(Int64(group.count)), .text(group.name), .text(Self.would(group)), .text(group.policy),
                .init(group.first), .init(group.last), .texts(group.objects.prefix(3) + more),
            ])
        }
        return table
    }

    private static func would(_ group: PolicyTally.Group) -> String { group.isRefused ? "refuse" : "warn" }

    /// One line for a program, everything in it.
    var json: String {
        var writer = JSONWriter()
        writer.object { line in
            line.key("policySummary")
            line.object { summary in
                summary.member("requests", tally.requests)
                summary.member("judged", tally.judged)
                summary.key("policies")
                summary.array { array in
                    for (name, counts) in tally.policies.sorted(by: { $0.key < $1.key }) {
                        array.object { Self.write(name, counts, to: &$0) }
                    }
                }
                for (key, groups) in [
                    ("users", tally.byUser), ("namespaces", tally.byNamespace), ("workloads", tally.byWorkload),
                ] {
                    summary.key(key)
                    summary.array { array in for group in groups { array.object { Self.write(group, to: &$0) } } }
                }
                summary.key("unknown")
                summary.array { array in
                    for (reason, count) in tally.unknowns.sorted(by: { $0.key < $1.key }) {
                        array.object {
                            $0.member("reason", reason)
                            $0.member("count", count)
                        }
                    }
                }
            }
        }
        return writer.text + "\n"
    }

    private static func write(_ name: String, _ counts: PolicyTally.Counts, to writer: inout JSONWriter) {
        writer.member("policy", name)
        writer.member("passed", counts.passed)
        writer.member("wouldRefuse", counts.violatedAndServed)
        writer.member("refusedAnyway", counts.violatedAndRefused)
        writer.member("onlyWarned", counts.onlyWarned)
        writer.member("unknown", counts.unknown)
        writer.member("ignoredErrors", counts.ignoredErrors)
        writer.member("first", counts.first.map { "\($0)" })
        writer.member("last", counts.last.map { "\($0)" })
    }

    private static func write(_ group: PolicyTally.Group, to writer: inout JSONWriter) {
        writer.member("name", group.name)
        writer.member("policy", group.policy)
        writer.member("would", would(group))
        writer.member("count", group.count)
        writer.member("first", group.first.map { "\($0)" })
        writer.member("last", group.last.map { "\($0)" })
        writer.member("objects", group.objects)
        writer.member("otherObjects", group.otherObjects)
    }
}
