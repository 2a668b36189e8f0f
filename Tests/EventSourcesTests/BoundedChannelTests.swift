import Testing

@testable import EventSources

@Suite("Handing items over", .timeLimit(.minutes(10)))
struct BoundedChannelTests {
    @Test("what is offered is taken in order, as long as there is room")
    func offering() async throws {
        let channel = BoundedChannel<Int>(capacity: 3)
        #expect([1, 2, 3, 4].map { channel.offer($0) } == [true, true, true, false])
        #expect(try await channel.next() == 1)
        #expect(channel.offer(5))
        channel.finish()
        #expect(!channel.offer(6))
        var rest: [Int] = []
        while let element = try await channel.next() { rest.append(element) }
        #expect(rest == [2, 3, 5])
    }

    @Test("a single element is taken, whatever it costs")
    func oversize() async throws {
        let channel = BoundedChannel<Int>(capacity: 10) { $0 }
        #expect(channel.offer(1000))
        #expect(!channel.offer(1))
        #expect(try await channel.next() == 1000)
        #expect(channel.offer(1))
    }

    @Test("senders wait for room, and each one's elements stay in order")
    func sending() async throws {
        let channel = BoundedChannel<(sender: Int, number: Int)>(capacity: 2)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for sender in 0..<4 {
                group.addTask { for number in 0..<500 { try await channel.send((sender, number)) } }
            }
            var next = [0, 0, 0, 0]
            for _ in 0..<2000 {
                let element = try #require(try await channel.next())
                #expect(element.number == next[element.sender])
                next[element.sender] += 1
            }
            #expect(next == [500, 500, 500, 500])
        }
    }

    @Test("a sender that is cancelled while it is let in blocks nobody, and its element is there or not as it was told")
    func cancelledWhileLetIn() async throws {
        for _ in 0..<5000 {
            let channel = BoundedChannel<Int>(capacity: 1)
            #expect(channel.offer(1))
            let sender = Task { try await channel.send(2) }
            // Until it waits for room, mostly: what this is about happens at the same time on two threads.
            await Task.yield()
            let canceller = Task { sender.cancel() }
            #expect(try await channel.next() == 1)
            await canceller.value
            let outcome = await sender.result
            channel.finish()
            let rest = try await channel.next()
            if case .success = outcome { #expect(rest == 2) } else { #expect(rest == nil) }
        }
    }

    @Test("a receiver waits for what comes")
    func receiving() async throws {
        let channel = BoundedChannel<Int>(capacity: 2)
        async let first = channel.next()
        async let sent: Void = channel.send(7)
        #expect(try await first == 7)
        try await sent
    }

    @Test("a sender that is cancelled is let go, and its element is not told")
    func cancelledSender() async throws {
        let channel = BoundedChannel<Int>(capacity: 1)
        #expect(channel.offer(1))
        let sender = Task { try await channel.send(2) }
        sender.cancel()
        await #expect(throws: CancellationError.self) { try await sender.value }
        channel.finish()
        #expect(try await channel.next() == 1)
        #expect(try await channel.next() == nil)
    }

    @Test("a receiver that is cancelled is let go")
    func cancelledReceiver() async throws {
        let channel = BoundedChannel<Int>(capacity: 1)
        let receiver = Task { try await channel.next() }
        receiver.cancel()
        await #expect(throws: CancellationError.self) { try await receiver.value }
    }

    @Test("finishing lets everybody go, the receiver with the error")
    func finishing() async throws {
        struct Broken: Error {}
        let channel = BoundedChannel<Int>(capacity: 1)
        #expect(channel.offer(1))
        let sender = Task { try await channel.send(2) }
        let other = BoundedChannel<Int>(capacity: 1)
        let receiver = Task { try await other.next() }
        other.finish(throwing: Broken())
        await #expect(throws: Broken.self) { try await receiver.value }
        channel.finish(throwing: Broken())
        let outcome = await sender.result
        #expect(try await channel.next() == 1)
        if case .success = outcome { #expect(try await channel.next() == 2) }
        await #expect(throws: Broken.self) { try await channel.next() }
    }
}
