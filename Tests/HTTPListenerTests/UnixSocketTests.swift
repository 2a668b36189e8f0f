import Foundation
import Synchronization
import TestSupport
import Testing

@testable import HTTPListener

@Suite("Listening on a unix socket", .timeLimit(.minutes(10)))
struct UnixSocketTests {
    struct Done: Error {}

    private func listening(_ socket: UnixSocket, _ body: @escaping @Sendable () async throws -> Void) async throws {
        let listener = HTTPListener(socket: socket)
        try await listener.run(HTTPListener.Handlers(respond: { HTTPAnswer(200, "\($0.path) \($0.body.count)") })) {
            _ in
            try await body()
            throw Done()
        }
    }

    @Test("requests are answered, only the owner may connect, and the name goes in the end")
    func answers() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("s.sock")
        await #expect(throws: Done.self) {
            try await self.listening(UnixSocket(path: path)) {
                let attributes = try FileManager.default.attributesOfItem(atPath: path)
                #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600)
                let client = try RawClient(path: path)
                client.send("POST /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc")
                #expect(await client.rest().hasSuffix("/a 3\n"))
            }
        }
        #expect(!FileManager.default.fileExists(atPath: path))
    }

    @Test("who has connected when the end begins is answered, whether the listener had fetched the connection or not")
    func queued() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("s.sock")
        var limits = HTTPListener.Limits()
        limits.arrival = .seconds(1800)
        limits.drain = .seconds(1800)
        let clients = Mutex<[RawClient]>([])
        await #expect(throws: Done.self) {
            try await HTTPListener(socket: UnixSocket(path: path), limits: limits).run(
                HTTPListener.Handlers(respond: { _ in HTTPAnswer(200, "yes") })
            ) { _ in
                for _ in 0..<100 {
                    let client = try RawClient(path: path)
                    client.send("GET /a HTTP/1.1\r\nHost: h\r\n\r\n")
                    clients.withLock { $0.append(client) }
                }
                throw Done()
            }
        }
        for client in clients.withLock({ $0 }) { #expect(await client.rest().hasPrefix("HTTP/1.1 200 ")) }
    }

    @Test("a listener that still answers while it ends leaves the socket's name to the next one")
    func nextListener() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("s.sock")
        let slow = HTTPListenerTests.Slow()
        var limits = HTTPListener.Limits()
        limits.drain = .seconds(1800)
        let first = HTTPListener(socket: UnixSocket(path: path), limits: limits)
        let (starts, start) = AsyncStream<Void>.makeStream()
        let running = Task {
            try await first.run(HTTPListener.Handlers(respond: { await slow.respond($0) })) { _ in start.yield() }
        }
        for await _ in starts { break }
        let asked = try RawClient(path: path)
        asked.send("GET /slow HTTP/1.1\r\nHost: h\r\n\r\n")
        await slow.untilAsked()
        running.cancel()
        while (try? RawClient(path: path)) != nil { await Task.yield() }
        await #expect(throws: Done.self) {
            try await self.listening(UnixSocket(path: path)) {
                slow.letGo()
                #expect(await asked.rest().hasSuffix("done\n"))
                _ = await running.result
                let client = try RawClient(path: path)
                client.send("GET /a HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n")
                #expect(await client.rest().hasSuffix("/a 0\n"))
            }
        }
    }

    @Test("a socket that nobody listens on any more makes room")
    func stale() async throws {
        let folder = try ScratchFolder()
        let path = folder.file("s.sock")
        close(try UnixSocket(path: path).listen())
        #expect(FileManager.default.fileExists(atPath: path))
        await #expect(throws: Done.self) { try await self.listening(UnixSocket(path: path)) {} }
    }

    @Test("a socket that somebody listens on stays theirs")
    func taken() async throws {
        let folder = try ScratchFolder()
        let socket = UnixSocket(path: folder.file("s.sock"))
        let descriptor = try socket.listen()
        defer { close(descriptor) }
        #expect(throws: ListenerError.self) { _ = try socket.listen() }
    }

    @Test("a file is never taken for a socket, and a path that is too long is told")
    func notASocket() throws {
        let folder = try ScratchFolder()
        let path = try folder.write("file", "precious".utf8)
        #expect(throws: ListenerError.self) { _ = try UnixSocket(path: path).listen() }
        #expect(FileManager.default.contents(atPath: path) == Data("precious".utf8))
        let long = folder.file(String(repeating: "x", count: 200))
        #expect(throws: ListenerError.self) { _ = try UnixSocket(path: long).listen() }
    }

    @Test("a group that does not exist is told")
    func noGroup() throws {
        let folder = try ScratchFolder()
        let socket = UnixSocket(path: folder.file("s.sock"), mode: 0o660, group: "no-such-group")
        #expect(throws: ListenerError.self) { _ = try socket.listen() }
        #expect(!FileManager.default.fileExists(atPath: folder.file("s.sock")))
    }
}
