import AuditWorkload
import SecurityEvents

/// Turning lines into normalized events.
///
/// Workload: 64 MB of audit log in memory. Measured: recognize, parse and normalize each line. Limit: 400,000 events a second.
struct EventsBenchmark: Benchmark {
    static let name = "events"
    static let workload = "64 MB of audit log in memory; recognize, parse and normalize each line"

    func run() throws {
        var log = AuditLog()
        var lines: [[UInt8]] = []
        var size = 0
        while size < 64_000_000 {
            lines.append(Array(log.nextLine().utf8))
            size += lines[lines.count - 1].count
        }
        var containers = 0
        let seconds = Measure.median {
            var reader = LogReader()
            for (number, line) in lines.enumerated() {
                line.withUnsafeBytes { bytes in
                    reader.read(bytes, at: SourcePosition(name: "bench", line: number + 1)) { event in
                        containers += event.containers.count
                    }
                }
            }
        }
        blackHole(containers)
        Report.line("normalize", perEvent: seconds / Double(lines.count), bytes: size, seconds: seconds)
        Report.ratio("of the limit of 400,000 events/s", Double(lines.count) / seconds / 400_000, limit: "1 or more")
    }
}
