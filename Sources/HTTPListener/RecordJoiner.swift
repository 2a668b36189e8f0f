import NIOCore

/// Puts the parts of an answer together before they are encrypted: head and body in one record instead of one each.
final class RecordJoiner: ChannelOutboundHandler {
    typealias OutboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    /// Parts that fill a record by themselves are not copied together.
    private static let limit = 12 << 10

    private var held: ByteBuffer?
    private var promise: EventLoopPromise<Void>?

    func write(context: ChannelHandlerContext, data: NIOAny, promise added: EventLoopPromise<Void>?) {
        var part = unwrapOutboundIn(data)
        guard var joined = held, joined.readableBytes + part.readableBytes <= Self.limit else {
            pass(context)
            (held, promise) = (part, added)
            return
        }
        // Let go of before it grows, so that it is not copied for that.
        held = nil
        joined.writeBuffer(&part)
        held = joined
        guard let added else { return }
        if let promise { promise.futureResult.cascade(to: added) } else { promise = added }
    }

    func flush(context: ChannelHandlerContext) {
        pass(context)
        context.flush()
    }

    /// What was not flushed before the end is not sent, here as elsewhere.
    func handlerRemoved(context: ChannelHandlerContext) {
        promise?.fail(ChannelError.ioOnClosedChannel)
        (held, promise) = (nil, nil)
    }

    private func pass(_ context: ChannelHandlerContext) {
        guard let held else { return }
        let promise = promise
        (self.held, self.promise) = (nil, nil)
        context.write(wrapOutboundOut(held), promise: promise)
    }
}
