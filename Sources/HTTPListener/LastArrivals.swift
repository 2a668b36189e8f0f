import NIOCore
import NIOPosix
import Synchronization

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ends a listening without losing a client: the system takes connections on behalf of whoever listens, and closing the port
/// resets those that were taken and not fetched yet, as well as those that were fetched and not set up.
package final class LastArrivals: Sendable {
    private let fetched = Atomic(0)
    private let arrived = Atomic(0)

    /// Counts nobody yet.
    package init() {}

    /// Counts connections as they are fetched from the system; to be the first handler of the channel that listens.
    package func counting(_ listening: any Channel) -> EventLoopFuture<Void> {
        listening.eventLoop.makeCompletedFuture {
            try listening.pipeline.syncOperations.addHandler(Counter(arrivals: self))
        }
    }

    /// Counts a connection that is set up, or never will be: once for each that was fetched.
    package func noteArrival() { arrived.add(1, ordering: .sequentiallyConsistent) }

    /// Closes the listening channel as soon as there is nobody left to fetch and everybody has arrived.
    ///
    /// - Parameters:
    ///   - listening: the channel.
    ///   - deadline: when it is closed at the latest.
    package func close(_ listening: any Channel, by deadline: ContinuousClock.Instant) async {
        while ContinuousClock.now < deadline {
            // On the channel's own loop nothing is fetched between the look and the closing.
            let isClosed = listening.eventLoop.submit { [self] in
                guard isComplete, !Self.holdsConnection(listening) else { return !listening.isActive }
                listening.close(promise: nil)
                return true
            }
            if (try? await isClosed.get()) ?? true { return }
            try? await Task.sleep(for: .milliseconds(1))
        }
        try? await listening.close()
    }

    private var isComplete: Bool {
        fetched.load(ordering: .sequentiallyConsistent) == arrived.load(ordering: .sequentiallyConsistent)
    }

    /// Whether the system has taken a connection that was not fetched.
    private static func holdsConnection(_ listening: any Channel) -> Bool {
        let answer = try? listening.pipeline.syncOperations.withUnsafeTransportIfAvailable(of: NIOBSDSocket.Handle.self)
        {
            var question = pollfd(fd: $0, events: Int16(POLLIN), revents: 0)
            return poll(&question, 1, 0) > 0 && question.revents & Int16(POLLIN) != 0
        }
        return answer ?? false
    }

    /// Has the system leave new connections to whoever listens next, while those that are being made still come.
    ///
    /// Who asks for one is not refused and asks again after a second: a gate that is restarted is there by then. Where the
    /// system cannot do that, new ones come as before.
    ///
    /// - Parameter listening: the channel; of TCP.
    package static func admitNoMore(_ listening: any Channel) async {
        #if os(Linux)
            try? await listening.eventLoop.submit {
                _ = try listening.pipeline.syncOperations.withUnsafeTransportIfAvailable(
                    of: NIOBSDSocket.Handle.self
                ) { dropRequests(for: $0) }
            }.get()
        #endif
    }

    #if os(Linux)
        /// The packet filter `tcp[13] & (SYN | ACK) != SYN`, in the instructions of `linux/filter.h`.
        private static func dropRequests(for descriptor: Int32) {
            var program: [Instruction] = [
                Instruction(code: 0x30, value: 13),  // load the byte of flags
                Instruction(code: 0x54, value: 0x12),  // and with SYN | ACK
                Instruction(code: 0x15, ifTrue: 0, ifFalse: 1, value: 0x02),  // where it is SYN alone:
                Instruction(code: 0x06, value: 0),  // nothing of the packet is taken,
                Instruction(code: 0x06, value: UInt32.max),  // and else all
            ]
            program.withUnsafeMutableBufferPointer { instructions in
                var filter = Program(count: UInt16(instructions.count), instructions: instructions.baseAddress)
                _ = setsockopt(
                    descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &filter, socklen_t(MemoryLayout<Program>.size))
            }
        }

        /// `struct sock_filter`.
        private struct Instruction {
            var code: UInt16
            var ifTrue: UInt8 = 0
            var ifFalse: UInt8 = 0
            var value: UInt32
        }

        /// `struct sock_fprog`.
        private struct Program {
            var count: UInt16
            var instructions: UnsafeMutablePointer<Instruction>?
        }
    #endif
}

private final class Counter: ChannelInboundHandler {
    typealias InboundIn = any Channel

    private let arrivals: LastArrivals

    init(arrivals: LastArrivals) { self.arrivals = arrivals }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        arrivals.noteFetched()
        context.fireChannelRead(data)
    }
}

extension LastArrivals {
    fileprivate func noteFetched() { fetched.add(1, ordering: .sequentiallyConsistent) }
}
