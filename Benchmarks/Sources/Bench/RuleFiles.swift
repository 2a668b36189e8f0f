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

    /// The processor to which what is measured is pinned; nil where the system cannot pin a process, which is said.
    private static let processor: String? = {
        let last = Measure.output("sh", ["-c", "taskset -cp $$ | sed 's/.*[:,-] *//'"])
        if last == nil { print("  not pinned to a processor: no taskset") }
        return last
    }()

    /// Runs `tallyman` on one processor some times; the cost in the middle.
    ///
    /// Limits and peers are of one processor. Where the system cannot pin a process, it has them all.
    static func cost(of arguments: [String], runs: Int = 5) throws -> Cost {
        let costs = try (0..<runs).map { _ in try pinned(tallyman, arguments) }
        return costs.sorted { $0.cpu < $1.cpu }[runs / 2]
    }

    /// Runs `tallyman` and a peer on one processor, alternately: what disturbs one disturbs the other.
    static func pairs(
        _ arguments: [String], _ peer: String, _ words: [String], runs: Int = 7
    ) throws -> [(ours: Cost, peer: Cost)] {
        try (0..<runs).map { _ in (try pinned(tallyman, arguments), try pinned(peer, words)) }
    }

    private static func pinned(_ program: String, _ arguments: [String]) throws -> Cost {
        guard let processor else { return try run(program, arguments) }
        return try run("taskset", ["-c", processor, program] + arguments)
    }

    /// Runs `tallyman` on all processors some times, and says how long it takes.
    static func elapsed(of arguments: [String], events: Int, runs: Int = 5) throws -> Cost {
        let costs = try (0..<runs).map { _ in try run(tallyman, arguments) }
        let cost = costs.sorted { $0.elapsed < $1.elapsed }[runs / 2]
        Report.elapsed("on all processors", events: events, cost)
        return cost
    }

    private static func run(_ program: String, _ arguments: [String]) throws -> Cost {
        guard let run = Measure.process(program, arguments), run.status < 2 else {
            throw BenchmarkError(
                "\(([program] + arguments).joined(separator: " ")) did not run: build it with `swift build -c release`, or set TALLYMAN"
            )
        }
        return run.cost
    }
}
