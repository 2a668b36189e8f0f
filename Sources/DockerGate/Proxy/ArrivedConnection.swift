import NIOCore
import Synchronization

/// A connection on its way to whoever serves it.
///
/// NIO ends the process where a wrapped channel is let go of that nobody has served, as may happen to who arrives while the
/// listening ends. Such a connection is closed here.
final class ArrivedConnection: Sendable {
    typealias Channel = NIOAsyncChannel<ByteBuffer, ByteBuffer>

    private let connection: Channel
    private let isTaken = Atomic(false)

    /// Wraps a channel, on its event loop, before anything else happens to it.
    ///
    /// - Parameter channel: the channel.
    /// - Throws: what NIO says of a channel that is closed already.
    init(_ channel: any NIOCore.Channel) throws {
        connection = try NIOAsyncChannel(
            wrappingChannelSynchronously: channel, configuration: .init(isOutboundHalfClosureEnabled: true))
    }

    deinit {
        guard !isTaken.load(ordering: .acquiring) else { return }
        Task { [connection] in try? await connection.executeThenClose { _, _ in } }
    }

    /// Gives the connection to whoever will serve it, and close it by that.
    func take() -> Channel {
        isTaken.store(true, ordering: .releasing)
        return connection
    }
}
