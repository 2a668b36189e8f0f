import Foundation
import PlatformAPIs
import Synchronization
import TestSupport
import Testing

/// Listens on a unix socket and answers as a test says, byte by byte.
final class ScriptedEngine: Sendable {
    /// What is sent for a request.
    struct Answer: Sendable {
        var bytes: [UInt8]
        /// Whether the connection stays open after the bytes.
        var holds = false

        /// An answer with a status and a body whose length is told.
        static func body(_ text: String, status: String = "200 OK") -> Answer {
            Answer(
                bytes: Array("HTTP/1.1 \(status)\r\nContent-Length: \(text.utf8.count)\r\n\r\n\(text)".utf8),
                holds: true)
        }

        /// A stream of chunks, which the engine ends or leaves open.
        static func chunks(_ chunks: [String], ends: Bool = true) -> Answer {
            let framed = chunks.map { "\(String($0.utf8.count, radix: 16))\r\n\($0)\r\n" }.joined()
            let head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            return Answer(bytes: Array((head + framed + (ends ? "0\r\n\r\n" : "")).utf8), holds: true)
        }
    }

    let socket: DockerSocket
    private let folder: ScratchFolder
    private let listener: Int32
    private let asked = Mutex<[String]>([])

    /// The request lines so far.
    var requests: [String] { asked.withLock { $0 } }

    init(_ answer: @escaping @Sendable (_ path: String) -> Answer) throws {
        folder = try ScratchFolder()
        socket = DockerSocket(path: folder.file("docker.sock"))
        listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(socket.path.utf8)) }
        let length = socklen_t(MemoryLayout<sockaddr_un>.size)
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(listener, $0, length) }
        }
        try #require(bound == 0)
        try #require(listen(listener, 16) == 0)
        let accepting = Thread { [weak self, listener] in
            while true {
                let connection = accept(listener, nil, nil)
                if connection < 0 { return }
                guard let engine = self else { return }
                Thread { engine.serve(connection, answer) }.start()
            }
        }
        accepting.start()
    }

    deinit {
        Glibc.shutdown(listener, Int32(SHUT_RDWR))
        close(listener)
    }

    private func serve(_ connection: Int32, _ answer: @Sendable (String) -> Answer) {
        defer { close(connection) }
        var request: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = read(connection, &buffer, buffer.count)
            if count <= 0 { return }
            request += buffer[..<count]
            guard request.suffix(4).elementsEqual([13, 10, 13, 10]) else { continue }
            let line = String(decoding: request.prefix { $0 != 13 }, as: UTF8.self)
            asked.withLock { $0.append(line) }
            request = []
            let reply = answer(line.split(separator: " ").dropFirst().first.map(String.init) ?? "")
            var sent = 0
            while sent < reply.bytes.count {
                let written = reply.bytes[sent...].withUnsafeBytes {
                    send(connection, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
                }
                if written <= 0 { return }
                sent += written
            }
            if !reply.holds { return }
        }
    }
}

/// How long a client waits in tests that are not about waiting.
///
/// Tests share two threads with everything else that is tested: an answer that is there at once may be seen a minute later.
let patience: Duration = .seconds(1800)

/// Runs something with a client of an engine, and keeps both until it is done.
func withClient(
    _ engine: ScriptedEngine, timeout: Duration = patience, _ body: (DockerEngine) async throws -> Void
) async throws {
    defer { withExtendedLifetime(engine) {} }
    try await withClient(engine.socket, timeout: timeout, body)
}

/// Runs something with a client and ends the client after it.
func withClient(
    _ socket: DockerSocket, timeout: Duration = patience, _ body: (DockerEngine) async throws -> Void
) async throws {
    let client = DockerEngine(socket: socket, timeout: timeout)
    do {
        try await body(client)
    } catch {
        await client.shutdown()
        throw error
    }
    await client.shutdown()
}
