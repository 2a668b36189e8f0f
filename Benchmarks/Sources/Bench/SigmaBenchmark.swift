import Foundation

/// Sigma's rules for the audit log beside SQLite.
///
/// Workload: the log of `hunt` and Sigma's rules alone. Peer: what Zircolite does, events flattened into a table of SQLite and a
/// query a rule, made by pySigma; it runs over the first 20,000 events, and both must find the same rule in the same events.
/// Limit: 50 times Zircolite, which is not to be had from pip (the plan measured it at 6,400 events a second). Beside it, a program in
/// C++ with simdjson that has Sigma's conditions written by hand.
struct SigmaBenchmark: Benchmark {
    static let name = "sigma"
    static let workload =
        "300 MB of generated audit log; `tallyman hunt` with Sigma's rules, beside SQLite with the same"
    private static let zircolite = 6400.0
    private static let peerEvents = 20_000

    func run() throws {
        guard let rules = RuleFiles.sigma else {
            print("  not measured: Sigma's rules are not here (TALLYMAN_SHARED)")
            return
        }
        let (file, events) = try RuleFiles.auditLog()
        let arguments = ["hunt", "--quiet", "--format", "json", "--no-shipped-rules", "--rules", rules]
        let cost = try RuleFiles.cost(of: arguments + [file])
        Report.line("hunt", perEvent: cost.cpu / Double(events), bytes: 300_000_000, seconds: cost.cpu)
        let rate = Double(events) / cost.cpu
        Report.ratio("to Zircolite's 6,400 events/s", rate / Self.zircolite, limit: "50 or more")
        let whole = try RuleFiles.elapsed(of: arguments + [file], events: events)
        Report.ratio(
            "to Zircolite's 6,400 events/s, wall clock on all processors",
            Double(events) / whole.elapsed / Self.zircolite, limit: "50 or more")
        try Simdjson.compare(.sigma, with: arguments, file, events)
        let part = FileManager.default.temporaryDirectory.appending(path: "tallyman-bench-sigma.jsonl").path
        defer { try? FileManager.default.removeItem(atPath: part) }
        let ids = try Self.copyLines(of: file, to: part, Self.peerEvents)
        guard let told = Measure.output("python3", ["peers/sqlite-sigma.py", rules, part, "\(Self.peerEvents)"]) else {
            print("  SQLite: absent, no ratio (pip install pysigma pysigma-backend-sqlite)")
            return
        }
        let lines = told.split(separator: "\n")
        let theirs = Set(lines.dropFirst().map(String.init))
        guard let seconds = lines.first?.split(separator: " ").first.flatMap({ Double($0) }) else {
            throw BenchmarkError("the peer said nothing that is understood")
        }
        Report.ratio("to SQLite, events/s", rate / (Double(Self.peerEvents) / seconds), limit: "more is better")
        let ours = try Self.hits(arguments + ["--level", "informational", part], ids)
        print(
            "  the same hits: \(ours.intersection(theirs).count) of \(theirs.count), and \(ours.subtracting(theirs).count) more"
        )
        if ours != theirs { throw BenchmarkError("hits differ") }
    }

    /// Copies the first lines of a log; the audit ID of each.
    private static func copyLines(of path: String, to copy: String, _ count: Int) throws -> [String] {
        guard let file = fopen(path, "r"), let output = fopen(copy, "w") else {
            throw BenchmarkError("\(path) cannot be copied")
        }
        defer {
            fclose(file)
            fclose(output)
        }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        var ids: [String] = []
        while ids.count < count, getline(&line, &capacity, file) > 0, let line {
            fputs(line, output)
            ids.append(id(in: String(cString: line)) ?? "")
        }
        return ids
    }

    private static func id(in line: String) -> String? {
        guard let mark = line.range(of: "\"auditID\":\"") else { return nil }
        return String(line[mark.upperBound...].prefix { $0 != "\"" })
    }

    /// `rule's title, tab, audit ID` of each finding.
    private static func hits(_ arguments: [String], _ ids: [String]) throws -> Set<String> {
        let told = Process()
        let pipe = Pipe()
        told.executableURL = URL(filePath: RuleFiles.tallyman)
        told.arguments = arguments
        told.standardOutput = pipe
        told.standardError = FileHandle.nullDevice
        try told.run()
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        told.waitUntilExit()
        struct Finding: Decodable {
            struct Position: Decodable { var line: Int }
            var title: String
            var position: Position
        }
        let decoder = JSONDecoder()
        return try Set(
            bytes.split(separator: UInt8(ascii: "\n")).map { line in
                let finding = try decoder.decode(Finding.self, from: Data(line))
                return finding.title + "\t" + ids[finding.position.line - 1]
            })
    }
}
