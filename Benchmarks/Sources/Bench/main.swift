#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Something measured, with its workload stated and a ratio printed.
protocol Benchmark {
    static var name: String { get }
    static var workload: String { get }
    init()
    func run() async throws
}

/// Why a benchmark could not be run.
struct BenchmarkError: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

/// Every benchmark, in the order in which all are run.
let benchmarks: [any Benchmark.Type] = [
    JSONBenchmark.self,
    EventsBenchmark.self,
    CELBenchmark.self,
    LedgerBenchmark.self,
    HuntBenchmark.self,
    RulesBenchmark.self,
    SigmaBenchmark.self,
    LoadBenchmark.self,
    GateBenchmark.self,
    GateTLSBenchmark.self,
    DockerGateBenchmark.self,
]

let wanted = CommandLine.arguments.dropFirst()
// What the benchmark of CEL runs under callgrind.
if wanted.first == "cel-rounds", wanted.count == 3, let round = CELRound(rawValue: wanted.dropFirst().first ?? ""),
    let count = Int(wanted.last ?? "")
{
    try round.run(count, CELWorkload())
    exit(0)
}
if let unknown = wanted.first(where: { name in !benchmarks.contains { $0.name == name } }) {
    print("no benchmark \(unknown); there are: \(benchmarks.map { $0.name }.joined(separator: " "))")
    exit(2)
}
var failed = false
for benchmark in benchmarks where wanted.isEmpty || wanted.contains(benchmark.name) {
    print("\(benchmark.name): \(benchmark.workload)")
    do {
        try await benchmark.init().run()
    } catch {
        print("  failed: \(error)")
        failed = true
    }
}
exit(failed ? 1 : 0)
