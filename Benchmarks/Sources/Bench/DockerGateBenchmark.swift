import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One question of an engine to its authorization plugin, from the socket and back.
///
/// Workload: `tallyman gate docker` of the release build with the shipped rules, one connection as an engine keeps it,
/// 5,000 creates of which every second is refused. Measured: wall time of each question. Limit: 1 ms at p99.
struct DockerGateBenchmark: Benchmark {
    static let name = "docker-gate"
    static let workload = "5,000 creates over a unix socket to `tallyman gate docker` with the shipped rules"
    private static let rounds = 5000

    func run() throws {
        let binary = ProcessInfo.processInfo.environment["TALLYMAN_BINARY"] ?? "../.build/release/tallyman"
        guard FileManager.default.isExecutableFile(atPath: binary) else {
            throw BenchmarkError("\(binary) is not there; build it first, or name one with TALLYMAN_BINARY")
        }
        let folder = NSTemporaryDirectory() + "/tallyman-bench-\(getpid())"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let socket = folder + "/p.sock"
        let process = Process()
        process.executableURL = URL(filePath: binary)
        process.arguments = [
            "gate", "docker", "--socket", socket, "--engine", "unix://\(folder)/none.sock", "--ledger",
            folder + "/ledger.db",
        ]
        process.standardError = FileHandle.nullDevice
        try process.run()
        defer {
            process.terminate()
            process.waitUntilExit()
        }
        let client = try PluginClient(socket)
        for body in Self.bodies { _ = try client.ask(body) }
        var times: [Double] = []
        var refused = 0
        for round in 0..<Self.rounds {
            let start = ContinuousClock.now
            let answer = try client.ask(Self.bodies[round % Self.bodies.count])
            times.append(Double((ContinuousClock.now - start).components.attoseconds) / 1e18)
            if answer.contains(#""Allow":false"#) { refused += 1 }
        }
        guard refused == Self.rounds / 2 else { throw BenchmarkError("\(refused) were refused, not every second") }
        times.sort()
        print(
            String(
                format: "  p50 %.0f us, p99 %.0f us", times[Self.rounds / 2] * 1e6, times[Self.rounds * 99 / 100] * 1e6)
        )
        Report.ratio("of the limit of 1 ms at p99", times[Self.rounds * 99 / 100] / 0.001, limit: "1 or less")
    }

    /// What the client of Docker sends for `docker run`, and the same with `--privileged`.
    private static let bodies = [false, true].map { privileged in
        let create =
            #"{"Hostname":"","Domainname":"","User":"","AttachStdin":false,"AttachStdout":true,"AttachStderr":true,"Tty":false,"OpenStdin":false,"StdinOnce":false,"Env":["A=1","B=2"],"Cmd":["/bin/sh","-c","sleep 1"],"Image":"registry.example.com/team/app:1.2.3","Volumes":{},"WorkingDir":"","Entrypoint":null,"Labels":{"app":"web"},"HostConfig":{"Binds":["/srv/data:/data:ro"],"NetworkMode":"bridge","PortBindings":{"80/tcp":[{"HostIp":"","HostPort":"8080"}]},"RestartPolicy":{"Name":"no","MaximumRetryCount":0},"AutoRemove":false,"CapAdd":null,"CapDrop":["ALL"],"Privileged":\#(privileged),"SecurityOpt":["no-new-privileges"],"Memory":134217728},"NetworkingConfig":{"EndpointsConfig":{}}}"#
        let body = Data(create.utf8).base64EncodedString()
        return
            #"{"RequestMethod":"POST","RequestUri":"/v1.41/containers/create?name=web","RequestBody":"\#(body)","RequestHeaders":{"Content-Length":"\#(create.utf8.count)","Content-Type":"application/json","User-Agent":"Docker-Client/28.2.2 (linux)"}}"#
    }
}

/// One connection to a plugin.
private final class PluginClient {
    private let descriptor: Int32

    init(_ path: String) throws {
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        for _ in 0..<200 {
            let connected = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
            }
            if connected == 0 { return }
            usleep(50_000)
        }
        throw BenchmarkError("nobody listens on \(path)")
    }

    deinit { close(descriptor) }

    func ask(_ body: String) throws -> String {
        let request = Array(
            "POST /AuthZPlugin.AuthZReq HTTP/1.1\r\nHost: p\r\nContent-Length: \(body.utf8.count)\r\n\r\n\(body)".utf8)
        guard write(descriptor, request, request.count) == request.count else {
            throw BenchmarkError("the gate is gone")
        }
        var answer: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 16 << 10)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            guard count > 0 else { throw BenchmarkError("the gate is gone") }
            answer += buffer[..<count]
            let text = String(decoding: answer, as: UTF8.self)
            guard let end = text.range(of: "\r\n\r\n"),
                let length = text.range(of: "Content-Length: ").flatMap({
                    Int(text[$0.upperBound...].prefix { $0.isNumber })
                })
            else { continue }
            if text[end.upperBound...].utf8.count >= length { return String(text[end.upperBound...]) }
        }
    }
}
