import Foundation
import PlatformAPIs
import TestSupport
import Testing

@testable import DockerGate

@Suite("What an engine must refuse to be guarded")
struct SelfTestTests {
    /// As an engine does it that asks its plugin with what it has read so far: the answer comes, the rest is never read.
    @Test("An answer counts although the connection breaks behind it, nothing else does", arguments: [true, false])
    func breaksBehind(_ answers: Bool) async throws {
        let folder = try ScratchFolder()
        let socket = DockerSocket(path: folder.file("docker.sock"))
        let listener = try listen(at: socket.path)
        let answer = answers ? "HTTP/1.1 403 Forbidden\r\nConnection: close\r\n\r\nrefused by tallyman" : ""
        Thread {
            let connection = accept(listener, nil, nil)
            var head = [UInt8](repeating: 0, count: 512)
            _ = read(connection, &head, head.count)
            _ = answer.utf8.withContiguousStorageIfAvailable { write(connection, $0.baseAddress, $0.count) }
            close(connection)
        }.start()
        // Small enough to be sent before anybody reads: what is measured here is the answer and not how a write fails.
        let item = await SelfTest(name: "large", body: String(repeating: "x", count: 4096)).item(socket)
        #expect(item.result == (answers ? .passed : .failed), "\(item.detail)")
        close(listener)
        withExtendedLifetime(folder) {}
    }

    private func listen(at path: String) throws -> Int32 {
        let listener = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let bound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        try #require(bound == 0)
        try #require(Glibc.listen(listener, 4) == 0)
        return listener
    }
}
