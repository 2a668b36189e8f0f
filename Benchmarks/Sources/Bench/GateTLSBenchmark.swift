import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The whole webhook over TLS on loopback, asked at a steady rate.
///
/// Workload: `tallyman gate serve` of the release build, pinned to one core where `taskset` is there, with the shipped
/// rules, Pod Security restricted and the 20 policies of `gate`; 2,000 reviews a second over 16 connections that are kept,
/// from another core. Measured: from the moment at which a request should have been sent to its whole answer, so that a
/// stall is not left out. Limits: p50 0.35 ms, p99 2 ms, 80 MiB.
struct GateTLSBenchmark: Benchmark {
    static let name = "gate-tls"
    static let workload = "2,000 AdmissionReviews a second over TLS for 10 s to `tallyman gate serve` on one core"
    private static let rate = 2000.0
    private static let seconds = 10.0
    private static let connections = 16

    func run() async throws {
        let binary = ProcessInfo.processInfo.environment["TALLYMAN_BINARY"] ?? "../.build/release/tallyman"
        guard FileManager.default.isExecutableFile(atPath: binary) else {
            throw BenchmarkError("\(binary) is not there; build it first, or name one with TALLYMAN_BINARY")
        }
        let folder = NSTemporaryDirectory() + "/tallyman-gate-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try Data(GateBenchmark.policies().utf8).write(to: URL(filePath: folder + "/policies.yml"))
        let port = 20_000 + Int(getpid()) % 20_000
        let arguments = [
            binary, "gate", "serve", "--no-cluster", "--listen", "127.0.0.1:\(port)", "--state", folder + "/state",
            "--dns-name", "127.0.0.1", "--pod-security", "restricted", "--policy", folder + "/policies.yml",
            "--ledger", folder + "/ledger.db",
        ]
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let hasTaskset = FileManager.default.isExecutableFile(atPath: "/usr/bin/taskset")
        process.arguments = (hasTaskset ? ["taskset", "-c", "1"] : []) + arguments
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        try await waitFor(folder + "/state/ca.crt")
        let before = usage(of: process.processIdentifier)
        let body = folder + "/review.json"
        try Data(GateBenchmark.review(of: CELWorkload().document)).write(to: URL(filePath: body))
        let generator = URL(filePath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: "GateLoad")
        guard FileManager.default.isExecutableFile(atPath: generator.path) else {
            throw BenchmarkError("\(generator.path) is not there: swift build -c release --product GateLoad")
        }
        let asked = [
            "\(port)", folder + "/state/ca.crt", body, "\(Self.rate)", "\(Self.seconds)", "\(Self.connections)",
        ]
        let pinned = hasTaskset ? ["-c", "0", generator.path] + asked : asked
        guard let said = Measure.output(hasTaskset ? "taskset" : generator.path, pinned) else {
            throw BenchmarkError("the load generator failed")
        }
        let numbers = said.split(separator: " ").compactMap { Double($0) }
        guard numbers.count == 5 else { throw BenchmarkError("the load generator said: \(said)") }
        let after = usage(of: process.processIdentifier)
        let (count, errors, p50, p99) = (Int(numbers[0]), Int(numbers[1]), numbers[2], numbers[3])
        print(
            String(
                format: "  %d answers, %d errors; p50 %.3f ms, p99 %.3f ms, longest %.1f ms", count, errors, p50, p99,
                numbers[4]))
        // The second of warming up counts too.
        let all = Double(count) + Self.rate
        print(
            String(
                format: "  %.0f us CPU of the gate a request, %.1f MiB at most (%.1f MiB before the first)",
                (after.cpu - before.cpu) / all * 1e6, Double(after.peak) / 1048576, Double(before.peak) / 1048576))
        if !hasTaskset { print("  (not pinned to one core: taskset is not here)") }
        Report.ratio("of the limit of 0.35 ms at p50", p50 / 0.35, limit: "1 or less")
        Report.ratio("of the limit of 2 ms at p99", p99 / 2, limit: "1 or less")
        Report.ratio("of the limit of 80 MiB", Double(after.peak) / Double(80 << 20), limit: "1 or less")
        if errors > 0 { throw BenchmarkError("\(errors) requests were not answered") }
    }

    private func waitFor(_ file: String) async throws {
        for _ in 0..<200 {
            if FileManager.default.fileExists(atPath: file) {
                try await Task.sleep(for: .milliseconds(500))
                return
            }
            try await Task.sleep(for: .milliseconds(50))
        }
        throw BenchmarkError("the gate does not start")
    }

    /// CPU seconds and the largest resident set of a process; zeros where the system does not say.
    private func usage(of process: Int32) -> (cpu: Double, peak: Int) {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let peak =
            status.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
            .flatMap { Int($0.filter(\.isNumber)) } ?? 0
        let stat = (try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8)) ?? ""
        let fields = stat.split(separator: ")").last?.split(separator: " ") ?? []
        let ticks = fields.count > 12 ? (Double(fields[11]) ?? 0) + (Double(fields[12]) ?? 0) : 0
        return (ticks / Double(sysconf(Int32(_SC_CLK_TCK))), peak * 1024)
    }
}
