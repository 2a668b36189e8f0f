import Foundation

/// Loading many rules.
///
/// Workload: 500 rules, the shipped ones again and again under other names, and an empty log. Measured: CPU of the process beyond
/// one that loads none. Limit: 300 ms.
struct LoadBenchmark: Benchmark {
    static let name = "load"
    static let workload = "500 rules (the shipped ones under other names); `tallyman hunt` over an empty log"
    private static let count = 500

    func run() throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "tallyman-bench-rules-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        try write(to: folder)
        let log = folder.appending(path: "empty.jsonl").path
        _ = FileManager.default.createFile(atPath: log, contents: nil)
        let bare = try RuleFiles.cost(of: ["--help"]).cpu
        let rules = folder.appending(path: "rules").path
        let loaded = try RuleFiles.cost(of: ["hunt", "--quiet", "--no-shipped-rules", "--rules", rules, log]).cpu
        print(String(format: "  load: %.0f ms, and %.0f ms for the process itself", (loaded - bare) * 1e3, bare * 1e3))
        Report.ratio("of the limit of 300 ms", (loaded - bare) / 0.3, limit: "1 or less")
    }

    private func write(to folder: URL) throws {
        let pack = URL(filePath: "../rules/t1610")
        let shipped = try FileManager.default.contentsOfDirectory(at: pack, includingPropertiesForKeys: nil)
            .sorted { $0.path < $1.path }
            .compactMap { try? String(contentsOf: $0.appending(path: "rule.yml"), encoding: .utf8) }
        guard !shipped.isEmpty else { throw BenchmarkError("no rules in \(pack.path)") }
        for number in 0..<Self.count {
            let lines = shipped[number % shipped.count].split(separator: "\n", omittingEmptySubsequences: false).map {
                line -> String in
                if line.hasPrefix("id:") { return "id: \(UUID().uuidString.lowercased())" }
                if line.hasPrefix("title:") { return "title: Rule \(number)" }
                return String(line)
            }
            let rule = folder.appending(path: "rules/rule-\(number)")
            try FileManager.default.createDirectory(at: rule, withIntermediateDirectories: true)
            try lines.joined(separator: "\n").write(
                to: rule.appending(path: "rule.yml"), atomically: true, encoding: .utf8)
        }
    }
}
