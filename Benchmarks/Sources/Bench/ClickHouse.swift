import Foundation

/// ClickHouse (chdb) as a peer of hunting: conditions in SQL over the same log, one pass on one thread.
///
/// `peers/conditions` has a line a rule, written by hand over typed columns. Rules that remember or count are asked by their stateless
/// part, and command judgements by lists of plain substrings; ClickHouse is asked for a number a rule, not for findings.
enum ClickHouse {
    /// The conditions that it is asked.
    enum Conditions: String {
        /// Those of the shipped rules that can be true of an audit log.
        case shipped = "the shipped rules' conditions"
        /// Those, and Sigma's and Falco's for the audit log.
        case all = "the same rules' conditions"
        /// Fourteen plain comparisons of a few fields.
        case few = "14 conditions"

        fileprivate var arguments: [String] {
            switch self {
            case .shipped: ["--shipped"]
            case .all: []
            case .few: ["--few"]
            }
        }
    }

    /// The seconds that ClickHouse takes over a log; nil where it is not there, which is said.
    ///
    /// What it takes over an empty log is taken off: the process's start, the import and the planning of the query.
    static func seconds(_ conditions: Conditions, _ file: String, _ events: Int) throws -> Double? {
        let empty = FileManager.default.temporaryDirectory.appending(path: "tallyman-bench-empty.jsonl").path
        guard FileManager.default.createFile(atPath: empty, contents: nil) else {
            throw BenchmarkError("\(empty) cannot be written")
        }
        defer { try? FileManager.default.removeItem(atPath: empty) }
        guard let start = cost(conditions, empty), let whole = cost(conditions, file) else {
            print("  ClickHouse: absent, no ratio (pip install chdb)")
            return nil
        }
        let query = whole - start
        Report.line(
            "ClickHouse, \(conditions.rawValue)", perEvent: query / Double(events), bytes: 300_000_000, seconds: query)
        print("    without its start and planning: \(Int(start * 1000)) ms")
        return query
    }

    /// The CPU seconds in the middle of three runs.
    private static func cost(_ conditions: Conditions, _ file: String) -> Double? {
        var costs: [Double] = []
        for _ in 0..<3 {
            let arguments = ["peers/clickhouse.py"] + conditions.arguments + [file]
            guard let peer = Measure.process("python3", arguments), peer.status == 0 else { return nil }
            costs.append(peer.cost.cpu)
        }
        return costs.sorted()[1]
    }
}
