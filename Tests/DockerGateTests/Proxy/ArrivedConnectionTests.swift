import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import DockerGate

@Suite("Connections on their way to who serves them")
struct ArrivedConnectionTests {
    /// NIO alone ends the process here.
    @Test("one that nobody serves is closed")
    func unserved() async throws {
        let folder = try ScratchFolder()
        let server = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .bind(unixDomainSocketPath: folder.file("s.sock")) { channel in
                channel.eventLoop.makeCompletedFuture { try ArrivedConnection(channel) }
            }
        let dropping = Task {
            try await server.executeThenClose { connections in for try await _ in connections {} }
        }
        for _ in 0..<20 {
            let client = try RawClient(path: folder.file("s.sock"))
            #expect(await client.rest() == "")
        }
        dropping.cancel()
        _ = try? await dropping.value
    }
}
