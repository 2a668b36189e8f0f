import Foundation

/// Hunting with rules of three languages at once.
///
/// Workload: the log of `hunt`, all shipped rules and, where they are there, Sigma's and Falco's for the audit log, about a
/// hundred that are asked. Measured: CPU and memory of the process. Limits: 1.5 times ClickHouse with the conditions of the
/// same rules, 0.3 times simdjson with the same conditions written by hand, 64 MiB and what aggregations remember, which is bounded.
/// Peers: ClickHouse (chdb), where Python has it, and a program in C++, where a compiler is; their conditions are their own text, so
/// with rules of other people missing here only ClickHouse's of the shipped rules are compared.
struct RulesBenchmark: Benchmark {
    static let name = "rules"
    static let workload =
        "300 MB of generated audit log; `tallyman hunt` with shipped, Sigma's and Falco's rules, JSON to /dev/null"

    func run() throws {
        let (file, events) = try RuleFiles.auditLog()
        var arguments = ["hunt", "--format", "json"]
        var languages = ["shipped"]
        if let sigma = RuleFiles.sigma {
            (arguments, languages) = (arguments + ["--rules", sigma], languages + ["Sigma"])
        }
        if let falco = RuleFiles.falco {
            (arguments, languages) = (arguments + ["--rules", falco], languages + ["Falco"])
        }
        let cost = try RuleFiles.cost(of: arguments + [file])
        Report.line(
            languages.joined(separator: ", "), perEvent: cost.cpu / Double(events), bytes: 300_000_000,
            seconds: cost.cpu)
        // A five-hundredth of what is remembered otherwise: the rest is what the work itself needs.
        let forgetful = try RuleFiles.cost(of: arguments + ["--max-workloads", "100", file], runs: 1)
        let (all, bare) = (Double(cost.memory) / 1_048_576, Double(forgetful.memory) / 1_048_576)
        Report.ratio(
            "of the limit of 64 MiB (\(Int(bare)) MiB, and \(Int(all - bare)) MiB that are remembered)", bare / 64,
            limit: "1 or less")
        _ = try RuleFiles.elapsed(of: arguments + [file], events: events)
        let isWhole = languages.count == 3
        if let query = try ClickHouse.seconds(isWhole ? .all : .shipped, file, events) {
            Report.ratio("hunt against ClickHouse, events/s", query / cost.cpu, limit: "1.5 or more")
        }
        if isWhole { try Simdjson.compare(.all, with: arguments, file, events) }
        if !isWhole { print("  not all languages: the rules of others are not here (TALLYMAN_SHARED)") }
    }
}
