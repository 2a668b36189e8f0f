import Foundation

/// The rules of other people that benchmarks run, where they are there.
///
/// They lie beside the project (`TALLYMAN_SHARED`): their licences are their authors'.
enum RuleFiles {
    private static let corpora: URL = {
        let shared = ProcessInfo.processInfo.environment["TALLYMAN_SHARED"] ?? "../../shared"
        return URL(filePath: shared).appending(path: "data/corpora/rules")
    }()

    /// A folder of Sigma's rules; nil where there is none.
    static var sigma: String? { existing("sigma") }
    /// Falco's rules for the audit log; nil where they are missing.
    static var falco: String? { existing("falco/k8s_audit_rules.yaml") }

    private static func existing(_ path: String) -> String? {
        let found = corpora.appending(path: path).path
        return FileManager.default.fileExists(atPath: found) ? found : nil
    }

    /// The `tallyman` that is measured.
    static var tallyman: String { ProcessInfo.processInfo.environment["TALLYMAN"] ?? "../.build/release/tallyman" }

    /// The log that benchmarks of hunting share, and how many events it has; written anew each time.
    static func auditLog() throws -> (path: String, events: Int) {
        let file = FileManager.default.temporaryDirectory.appending(path: "tallyman-bench-300.jsonl").path
        return (file, try HuntBenchmark.writeLog(to: file, bytes: 300_000_000))
    }

    /// Runs `tallyman` on one processor some times; the cost in the middle.
    ///
    /// Limits and peers are of one processor. Where the system cannot pin a process, it has them all.
    static func cost(of arguments: [String], runs: Int = 5) throws -> Cost {
        let processor = Measure.output("sh", ["-c", "taskset -cp $$ | sed 's/.*[:,-] *//'"])
        guard let processor else {
            print("  not pinned to a processor: no taskset")
            return try median(of: tallyman, arguments, runs, by: \.cpu)
        }
        return try median(of: "taskset", ["-c", processor, tallyman] + arguments, runs, by: \.cpu)
    }

    /// Runs `tallyman` on all processors some times, and says how long it takes.
    static func elapsed(of arguments: [String], events: Int, runs: Int = 5) throws -> Cost {
        let cost = try median(of: tallyman, arguments, runs, by: \.elapsed)
        Report.elapsed("on all processors", events: events, cost)
        return cost
    }

    private static func median(
        of program: String, _ arguments: [String], _ runs: Int, by figure: (Cost) -> Double
    ) throws -> Cost {
        var costs: [Cost] = []
        for _ in 0..<runs {
            guard let run = Measure.process(program, arguments), run.status < 2 else {
                throw BenchmarkError("\(tallyman) did not run: build it with `swift build -c release`, or set TALLYMAN")
            }
            costs.append(run.cost)
        }
        costs.sort { figure($0) < figure($1) }
        return costs[costs.count / 2]
    }
}
