import CAllocations
import Foundation

/// Conditions of policies over one Deployment: time, its spread, allocations and instructions, beside cel-cpp.
///
/// Peers: cel-go, which takes 88 µs for all 20 over the decoded object, and 332 to 347 µs from JSON bytes (not run here); Google's
/// C++ implementation through `cel-expr-python`, run on the same conditions and the same Deployment.
struct CELBenchmark: Benchmark {
    static let name = "cel"
    static let workload = "20 policy conditions over a Deployment of 8 KB"

    private let workload = CELWorkload()

    func run() throws {
        var programs = 0.0
        for round in CELRound.allCases {
            let times = try times(round).sorted()
            let (half, most) = (times[times.count / 2], times[times.count * 99 / 100])
            if round == .programs { programs = half }
            print(
                "  \(round.title): p50 \(micros(half)), p99 \(micros(most)) of CPU (\(round.limit) µs or less); "
                    + "ratio of p99 to p50 \(String(format: "%.2f", most / half)) (2 or less); "
                    + "\(try allocations(round)) allocations a round")
        }
        Report.ratio("of cel-go's 88 µs to the programs'", 88 / (programs * 1e6), limit: "2 or more")
        comparePeer(programs)
        countInstructions()
    }

    private func micros(_ seconds: Double) -> String { String(format: "%.1f µs", seconds * 1e6) }

    /// The CPU seconds of this thread that each of many rounds takes.
    private func times(_ round: CELRound) throws -> [Double] {
        try round.run(2000, workload)
        var times: [Double] = []
        let count = 50_000
        times.reserveCapacity(count)
        var last = Measure.threadCPU()
        try round.run(count, workload) {
            let now = Measure.threadCPU()
            times.append(now - last)
            last = now
        }
        // The first holds the making of the programs.
        return Array(times.dropFirst())
    }

    /// How often a round asks for memory once it has run before.
    private func allocations(_ round: CELRound) throws -> String {
        // Seen to count before it is believed.
        let before = callocations_count()
        UnsafeMutablePointer<Int>.allocate(capacity: 100).deallocate()
        guard callocations_count() > before else { return "uncounted" }
        let rounds = 1000
        var counts: [Int] = []
        counts.reserveCapacity(2 * rounds)
        try round.run(rounds, workload) { counts.append(callocations_count()) }
        guard let last = counts.last else { return "uncounted" }
        return String(format: "%.2f", Double(last - counts[rounds / 2]) / Double(rounds - 1 - rounds / 2))
    }

    // MARK: The peer

    private func comparePeer(_ ours: Double) {
        guard let result = peer() else {
            print("  cel-expr-python: not measured (peers/install makes it available where pip has it)")
            return
        }
        print("  cel-expr-python (C++), same conditions and object: \(result.text)")
        Report.ratio("of its p50 to the programs'", result.half / (ours * 1e6), limit: "more is better")
    }

    private func peer() -> (half: Double, text: String)? {
        let directory = FileManager.default.temporaryDirectory
        let (object, list) = (
            directory.appending(path: "bench-cel.json"), directory.appending(path: "bench-cel.exprs.json")
        )
        guard (try? Data(workload.document).write(to: object)) != nil,
            let conditions = try? JSONEncoder().encode(workload.conditions), (try? conditions.write(to: list)) != nil
        else { return nil }
        let output = Measure.output("python3", ["peers/cel_expr.py", object.path, list.path])
        let words = output?.split(separator: " ") ?? []
        guard words.count == 2, let half = Double(words[0]), let most = Double(words[1]) else { return nil }
        return (half, "p50 \(words[0]) µs, p99 \(String(format: "%.1f", most)) µs of CPU, its Python binding included")
    }

    // MARK: Instructions

    /// Counts instructions under callgrind: the difference of two runs of this program is that of the rounds alone.
    private func countInstructions() {
        // Valgrind does not read the debug information that Swift writes.
        let program = FileManager.default.temporaryDirectory.appending(path: "bench-cel.stripped").path
        defer { try? FileManager.default.removeItem(atPath: program) }
        guard let own = try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            Measure.output("valgrind", ["--version"]) != nil,
            Measure.output("strip", ["--strip-debug", "-o", program, own]) != nil
        else {
            print("  instructions: not counted (no valgrind, or no strip)")
            return
        }
        let rounds = 200
        for round in CELRound.allCases {
            let counts = [rounds, 2 * rounds].map { instructions(program, round, $0) }
            guard let one = counts[0], let two = counts[1] else {
                print("  instructions, \(round.title): not counted (callgrind failed)")
                continue
            }
            print("  instructions, \(round.title): \((two - one) / rounds) a round")
        }
    }

    private func instructions(_ program: String, _ round: CELRound, _ rounds: Int) -> Int? {
        let file = FileManager.default.temporaryDirectory.appending(path: "bench-cel.callgrind").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let arguments = ["--tool=callgrind", "--callgrind-out-file=\(file)", program, "cel-rounds", round.rawValue]
        guard Measure.output("valgrind", arguments + ["\(rounds)"]) != nil,
            let text = try? String(contentsOfFile: file, encoding: .utf8)
        else { return nil }
        let line = text.split(separator: "\n").last { $0.hasPrefix("totals:") || $0.hasPrefix("summary:") }
        return line?.split(separator: " ").last.flatMap { Int($0) }
    }
}
