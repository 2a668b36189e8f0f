import AuditWorkload
import Foundation

/// The whole of `tallyman hunt` over an audit log.
///
/// Workload: 300 MB of generated audit log on disk, all shipped rules. Measured: CPU and memory of the process. Limits:
/// 200,000 events a second on one core and 128 MiB. Peer: ClickHouse (chdb) on the same file with the conditions of the shipped
/// rules, and with fourteen plain ones, where `python3 -c 'import chdb'` works. Instructions are counted beside, by `perf stat` or valgrind where one of them works: they do
/// not wobble as times do.
struct HuntBenchmark: Benchmark {
    static let name = "hunt"
    static let workload =
        "300 MB of generated audit log on disk; `tallyman hunt` with all shipped rules, JSON to /dev/null"

    func run() throws {
        let (file, events) = try RuleFiles.auditLog()
        let binary = RuleFiles.tallyman
        let median = try RuleFiles.cost(of: ["hunt", "--format", "json", file])
        Report.line("hunt", perEvent: median.cpu / Double(events), bytes: 300_000_000, seconds: median.cpu)
        Report.ratio("of the limit of 200,000 events/s", Double(events) / median.cpu / 200_000, limit: "1 or more")
        let memory = Double(median.memory) / 1_048_576
        Report.ratio("of the limit of 128 MiB (\(Int(memory)) MiB)", memory / 128, limit: "1 or less")
        _ = try RuleFiles.elapsed(of: ["hunt", "--format", "json", file], events: events)
        if let instructions = Instructions.count(binary, ["hunt", "--format", "json", file]) {
            print("  instructions: \(Int(instructions) / events) an event, in user mode")
        } else {
            print("  instructions: not counted (needs perf with hardware counters, or valgrind)")
        }
        for conditions in [ClickHouse.Conditions.shipped, .few] {
            guard let query = try ClickHouse.seconds(conditions, file, events) else { break }
            Report.ratio(
                "hunt against ClickHouse, \(conditions.rawValue), events/s", query / median.cpu, limit: "more is better"
            )
        }
    }

    static func writeLog(to path: String, bytes: Int) throws -> Int {
        var log = AuditLog()
        _ = FileManager.default.createFile(atPath: path, contents: nil)
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        var written = 0
        var events = 0
        var chunk = Data()
        while written < bytes {
            chunk.append(contentsOf: (log.nextLine() + "\n").utf8)
            events += 1
            if chunk.count > 1 << 20 {
                written += chunk.count
                try file.write(contentsOf: chunk)
                chunk.removeAll(keepingCapacity: true)
            }
        }
        return events
    }
}
