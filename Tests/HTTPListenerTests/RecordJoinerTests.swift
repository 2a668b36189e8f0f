import NIOCore
import NIOEmbedded
import Testing

@testable import HTTPListener

@Suite("Parts of an answer before they are encrypted")
struct RecordJoinerTests {
    private func sizes(of parts: [Int]) throws -> [Int] {
        let channel = EmbeddedChannel(handler: RecordJoiner())
        for part in parts { channel.write(ByteBuffer(repeating: 0x61, count: part), promise: nil) }
        channel.flush()
        var sizes: [Int] = []
        while let written = try channel.readOutbound(as: ByteBuffer.self) { sizes.append(written.readableBytes) }
        _ = try channel.finish()
        return sizes
    }

    @Test("short parts are one, long ones are not copied together, and nothing is lost")
    func joins() throws {
        #expect(try sizes(of: [90, 300, 0]) == [390])
        #expect(try sizes(of: [90, 20_000, 0]) == [90, 20_000, 0])
        #expect(try sizes(of: [90, 12_000, 300, 5]) == [12_090, 305])
        #expect(try sizes(of: []).isEmpty)
    }

    @Test("whoever waits for a part hears of it, whatever it was joined to, also where it is never sent")
    func promises() throws {
        for isSent in [true, false] {
            let channel = EmbeddedChannel(handler: RecordJoiner())
            let promises = (0..<3).map { _ in channel.eventLoop.makePromise(of: Void.self) }
            let heard = promises.map { promise in
                let heard = Heard()
                promise.futureResult.assumeIsolated().whenComplete { result in
                    if case .success = result { heard.sent = true } else { heard.sent = false }
                }
                return heard
            }
            for promise in promises { channel.write(ByteBuffer(string: "a"), promise: promise) }
            if isSent { channel.flush() }
            _ = try? channel.finish()
            #expect(heard.map(\.sent) == [isSent, isSent, isSent])
        }
    }

    private final class Heard {
        var sent: Bool?
    }
}
