import Foundation
import Ledger
import SecurityEvents

/// Appending to the ledger.
///
/// Workload: 50,000 deployments in batches of 512, each batch acknowledged after it reached the disk. Peer: SQLite from C
/// takes about 46,000 rows a second in batches of 1,000 without hashing.
struct LedgerBenchmark: Benchmark {
    static let name = "ledger"
    static let workload = "50,000 deployments in batches of 512, chained by SHA-256, each batch synced"

    func run() async throws {
        let path = FileManager.default.temporaryDirectory.appending(path: "tallyman-bench-\(UUID().uuidString).db").path
        defer { for suffix in ["", "-wal", "-shm"] { try? FileManager.default.removeItem(atPath: path + suffix) } }
        let ledger = try SQLiteLedger(path: path)
        let count = 50_000
        let batches = stride(from: 0, to: count, by: 512).map { start in
            (start..<min(start + 512, count)).map { number in
                LedgerEntry.deployment(
                    EventRecord(
                        key: "bench/\(number)", id: "\(number)", source: .kubernetesAudit,
                        position: SourcePosition(name: "audit.log", line: number),
                        time: Timestamp(nanoseconds: Int64(number) * 1_000_000), action: .create, outcome: .succeeded,
                        actor: ActorSummary(
                            user: "system:serviceaccount:ci:deployer", groups: ["system:authenticated"]),
                        workload: WorkloadSummary(
                            platform: .kubernetes, kind: "Deployment", namespace: "shop", name: "web-\(number % 97)"),
                        containers: [ContainerSummary(name: "web", image: "registry.example.com/shop/web:1.\(number)")],
                        body: .present))
            }
        }
        let before = Measure.cpu()
        let start = ContinuousClock.now
        for batch in batches { _ = try await ledger.append(batch) }
        let cpu = Measure.cpu() - before
        let elapsed = ContinuousClock.now - start
        let wall = Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) / 1e18
        Report.rate("append", count: count, cpu: cpu, wall: wall)
        Report.ratio("of 10,000 entries/s (wall)", Double(count) / wall / 10_000, limit: "1 or more")
    }
}
