import Foundation
import NIOCore
import NIOPosix
import TestSupport
import Testing

@testable import HTTPListener

@Suite("The end of a listening", .timeLimit(.minutes(10)))
struct LastArrivalsTests {
    @Test("who asks for a connection while a listener ends has it with the next one, and is not refused")
    func nextListener() async throws {
        // Between the two, somebody else may take the port, and on a busy machine the system may ask again before the next
        // one listens; then nothing was tried yet.
        var isTried = false
        var tries = 0
        while !isTried {
            tries += 1
            try #require(tries <= 20)
            do {
                try await exchangeListeners()
                isTried = true
            } catch is ListenerError {} catch is AskedBetween {}
        }
    }

    /// The system asked again when the one did not listen any more and the other not yet.
    private struct AskedBetween: Error {}

    private func exchangeListeners() async throws {
        let arrivals = LastArrivals()
        let bootstrap = ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
            .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
            .serverChannelInitializer { arrivals.counting($0) }
            .childChannelInitializer { channel in
                arrivals.noteArrival()
                return channel.eventLoop.makeSucceededVoidFuture()
            }
        let first = try await bootstrap.bind(host: "127.0.0.1", port: 0).get()
        let port = try #require(first.localAddress?.port)
        let early = try RawClient(port: port)
        await LastArrivals.admitNoMore(first)
        let late = try Caller(port: port)
        #expect(!late.isConnected)
        await arrivals.close(first, by: .now + .seconds(600))
        #expect(!first.isActive)
        let second = HTTPListener(host: "127.0.0.1", port: port, security: nil)
        do {
            try await second.run(HTTPListener.Handlers(respond: { _ in HTTPAnswer(200, "second") })) { _ in
                // The system asks once more a second later.
                await late.untilConnected()
                throw late.isConnected ? HTTPListenerTests.Done() : AskedBetween() as any Error
            }
        } catch is HTTPListenerTests.Done {}
        withExtendedLifetime(early) {}
    }

    /// Asks for a connection and does not wait for it.
    private final class Caller: Sendable {
        private let descriptor: Int32

        init(port: Int) throws {
            descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = in_port_t(port).bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let length = socklen_t(MemoryLayout<sockaddr_in>.size)
            let status = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, length) }
            }
            guard status == 0 || errno == EINPROGRESS else { throw HTTPListenerTests.Done() }
        }

        deinit { close(descriptor) }

        var isConnected: Bool {
            var address = sockaddr_in()
            var length = socklen_t(MemoryLayout<sockaddr_in>.size)
            return withUnsafeMutablePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getpeername(descriptor, $0, &length) == 0 }
            }
        }

        func untilConnected() async {
            await withCheckedContinuation { continuation in
                Thread {
                    var question = pollfd(fd: self.descriptor, events: Int16(POLLOUT), revents: 0)
                    _ = poll(&question, 1, -1)
                    continuation.resume()
                }.start()
            }
        }
    }
}
