import NIOCore
import NIOPosix
import PlatformAPIs

/// One request that a guarded engine refuses.
struct SelfTest: Sendable {
    let name: String
    var path = "/containers/create"
    /// Headers that say where the body ends; none says it by its length.
    var headers: [String] = []
    var body: String?

    /// Sends it, and says what became of it.
    func item(_ socket: DockerSocket) async -> EngineCheck.Item {
        do {
            let answer = try await ask(socket)
            let status = answer.split(separator: " ").dropFirst().first.map(String.init) ?? "nothing"
            if status == "403", answer.contains("tallyman") {
                return .init(name: name, result: .passed, detail: "refused")
            }
            // Newer engines themselves refuse what older ones would not show to plugins.
            if status == "413" || (status == "400" && answer.contains("too large for authorization plugin"))
                || (status == "500" && answer.contains("too large for authorization plugin"))
            {
                return .init(name: name, result: .passed, detail: "refused by the engine itself")
            }
            if status == "400", answer.contains("client version"), answer.contains("too old") {
                return .init(name: name, result: .passed, detail: "refused by the engine itself")
            }
            return .init(
                name: name, result: .failed,
                detail: "not refused by the gate: the answer was \(status); is the gate running, and does it enforce?")
        } catch {
            return .init(name: name, result: .failed, detail: "\(error)")
        }
    }

    private func ask(_ socket: DockerSocket) async throws -> String {
        var text = "POST \(path) HTTP/1.1\r\nHost: docker\r\nUser-Agent: tallyman\r\nContent-Type: application/json\r\n"
        if headers.isEmpty { text += "Content-Length: \(body?.utf8.count ?? 0)\r\n" }
        for header in headers { text += header + "\r\n" }
        text += "Connection: close\r\n\r\n" + (body ?? "")
        let request = ByteBuffer(string: text)
        let channel = try await ClientBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .connectTimeout(.seconds(5))
            .connect(unixDomainSocketPath: socket.path) { channel in
                channel.eventLoop.makeCompletedFuture { try ArrivedConnection(channel) }
            }.take()
        let watchdog = Watchdog(channel.channel)
        watchdog.expect(within: .seconds(40))
        defer { watchdog.rest() }
        return try await channel.executeThenClose { input, output in
            try? await output.write(request)
            var answer: [UInt8] = []
            do {
                for try await part in input where answer.count < 64 << 10 { answer += part.readableBytesView }
            } catch {
                // An engine that refuses a large body does not read it: the connection breaks behind its answer.
                if answer.isEmpty { throw error }
            }
            return String(decoding: answer, as: UTF8.self)
        }
    }
}
