import EventSources
import PlatformAPIs
import SecurityEvents
import Synchronization
import TestSupport
import Testing

@Suite("Following a Docker engine", .timeLimit(.minutes(10)))
struct LiveDockerTests {
    /// Any moment; it is the engine's clock that counts.
    static let start: Int64 = 1_795_456_333_000_000_000

    static let time = SourceTime(
        now: { Timestamp(nanoseconds: LiveDockerTests.start) }, sleep: SourceTime.hasty.sleep, random: { 0 })

    static func event(_ number: Int, type: String = "container", action: String = "die", id: String = "c") -> String {
        #"{"Type":"\#(type)","Action":"\#(action)","Actor":{"ID":"\#(id)"},"timeNano":\#(start + Int64(number)),"n":\#(number)}"#
    }

    struct Stage: EventSourceStage {
        let engine = PlayedEngine(memory: 1000)

        var source: any EventSource {
            var options = LiveDocker<PlayedEngine>.Options()
            options.verification = nil
            return LiveDocker(engine: engine, options: options, time: LiveDockerTests.time)
        }

        func happen(_ number: Int) {
            engine.happen(LiveDockerTests.event(number), at: LiveDockerTests.start + Int64(number))
        }

        func number(_ record: SourceRecord) -> Int? {
            String(decoding: record.bytes, as: UTF8.self).split(separator: ":").last.flatMap { Int($0.dropLast()) }
        }

        func interrupt() { engine.disconnect() }
    }

    @Test("events come in order")
    func order() async throws { try await EventSourceContract.order(Stage()) }

    @Test("a lost connection loses nothing and repeats nothing")
    func resume() async throws { try await EventSourceContract.resume(Stage()) }

    @Test("cancellation ends it")
    func cancellation() async throws {
        try await EventSourceContract.cancellationWhileIdle(Stage())
        try await EventSourceContract.cancellationWhileWaiting(Stage())
    }

    @Test("an error of the taker ends it")
    func refusal() async throws { try await EventSourceContract.refusal(Stage()) }

    /// Reads until an item is what a test waits for.
    func read(_ items: SourceItems, until isLast: (SourceItem) -> Bool) async throws -> [SourceItem] {
        var seen: [SourceItem] = []
        while let item = try await items.next() {
            seen.append(item)
            if isLast(item) { break }
        }
        return seen
    }

    func isNotice(_ item: SourceItem, _ part: String) -> Bool {
        if case .notice(let notice) = item { notice.message.contains(part) } else { false }
    }

    func inspection(_ item: SourceItem) -> String? {
        guard case .record(let record) = item, record.format == .dockerInspect else { return nil }
        return String(decoding: record.bytes, as: UTF8.self)
    }

    func gap(_ item: SourceItem) -> Gap? {
        if case .gap(let gap) = item { gap } else { nil }
    }

    @Test("running and created containers are inspected, those that are gone are gaps")
    func inspections() async throws {
        let engine = PlayedEngine()
        engine.add(running: "old")
        engine.add("old", inspection: "{old}")
        engine.add("new", inspection: "{new}\n")
        try await withSourceItems(from: [LiveDocker(engine: engine, time: Self.time)]) { items in
            _ = try await read(items) { inspection($0) == "{old}" }
            engine.happen(Self.event(1, action: "create", id: "new"), at: Self.start + 1)
            let inspected = try await read(items) { inspection($0) == "{new}" }
            guard case .record(let record) = inspected.last else { return }
            #expect(record.position == SourcePosition(name: "/played.sock/inspections", line: 2))
            engine.happen(Self.event(2, action: "start", id: "new"), at: Self.start + 2)
            engine.happen(Self.event(3, action: "create", id: "gone"), at: Self.start + 3)
            let seen = try await read(items) { gap($0) != nil }
            let lost = try #require(seen.last.flatMap(gap))
            #expect(lost.reason == "container gone was gone before it could be inspected")
            #expect(lost.estimate == 1)
            engine.happen(Self.event(4, action: "update", id: "new"), at: Self.start + 4)
            _ = try await read(items) { inspection($0) == "{new}" }
        }
        #expect(engine.inspected == ["old", "new", "gone", "new"])
    }

    @Test("what ran before was found; what a later list has that nobody saw created was made meanwhile")
    func found() async throws {
        let engine = PlayedEngine()
        for name in ["old", "seen", "missed"] { engine.add(name, inspection: "{\(name)}") }
        engine.add(running: "old")
        try await withSourceItems(from: [LiveDocker(engine: engine, time: Self.time)]) { items in
            var described: [String: Bool] = [:]
            func read(until name: String) async throws {
                _ = try await self.read(items) { item in
                    guard case .record(let record) = item, record.format == .dockerInspect else { return false }
                    described[String(decoding: record.bytes, as: UTF8.self)] = record.isFound
                    return record.bytes == Array("{\(name)}".utf8)
                }
            }
            try await read(until: "old")
            engine.happen(Self.event(1, action: "create", id: "seen"), at: Self.start + 1)
            engine.happen(Self.event(2, action: "start", id: "seen"), at: Self.start + 2)
            engine.add(running: "seen")
            try await read(until: "seen")
            engine.add(running: "missed")
            engine.disconnect()
            try await read(until: "missed")
            #expect(described == ["{old}": true, "{seen}": false, "{missed}": false])
        }
        #expect(engine.inspected == ["old", "seen", "missed"])
    }

    @Test("after a gap, containers that ran before and do not any more are a gap of as many")
    func ended() async throws {
        let engine = PlayedEngine()
        for number in 1...3 {
            engine.add(running: "c\(number)")
            engine.add("c\(number)", inspection: "{}")
        }
        try await withSourceItems(from: [LiveDocker(engine: engine, time: Self.time)]) { items in
            _ = try await read(items) { inspection($0) != nil }
            engine.happen(Self.event(1), at: Self.start + 1)
            _ = try await read(items) { item in
                if case .record(let record) = item { record.format == .dockerEvents } else { false }
            }
            engine.remove(running: "c1")
            engine.remove(running: "c3")
            engine.forget()
            engine.disconnect()
            let seen = try await read(items) { gap($0)?.reason.contains("ended") == true }
            #expect(seen.compactMap(gap).map(\.estimate) == [nil, 2])
            #expect(seen.last.flatMap(gap)?.reason == "containers ended and nobody saw how: c1, c3")
        }
    }

    @Test("events that the engine did not send are read from its memory", arguments: [3, 300])
    func dropped(count: Int) async throws {
        let engine = PlayedEngine()
        // What happened before it began to follow is not missing.
        engine.drop(Self.event(0), at: Self.start - 1)
        let clock = PlayedClock(Self.start)
        let time = SourceTime(
            now: { Timestamp(nanoseconds: clock.nanoseconds) }, sleep: SourceTime.hasty.sleep,
            random: { 0 })
        try await withSourceItems(from: [LiveDocker(engine: engine, time: time)]) { items in
            _ = try await read(items) { isNotice($0, "following") }
            clock.set(Self.start + 1_000_000)
            for number in 1...count { engine.drop(Self.event(number), at: Self.start + Int64(number)) }
            // It looks only where something happened.
            engine.happen(Self.event(count + 1), at: Self.start + Int64(count) + 1)
            let seen = try await read(items) { isNotice($0, "did not send") || gap($0) != nil }
            let told = seen.count { if case .record = $0 { true } else { false } }
            #expect(told == min(count + 1, 256))
            #expect(seen.last.flatMap(gap) == nil ? count == 3 : count == 300)
        }
    }

    @Test("how far the engine was heard is kept once it is safe, and a later start asks from there")
    func positions() async throws {
        let folder = try ScratchFolder()
        let engine = PlayedEngine()
        engine.happen(Self.event(0), at: Self.start)
        for start in 0..<2 {
            var options = LiveDocker<PlayedEngine>.Options()
            options.verification = nil
            options.positions = try PositionFile(path: folder.file("positions"))
            options.since = Timestamp(nanoseconds: Self.start)
            try await withSourceItems(from: [LiveDocker(engine: engine, options: options, time: Self.time)]) { items in
                // The second start is told again what happened within the last seconds, as its order is not certain.
                let seen = try await read(items) { if case .record = $0 { true } else { false } }
                #expect(seen.compactMap(gap) == [])
                engine.happen(Self.event(start + 1), at: Self.start + Int64(start + 1))
                let last = SourceItem.mark(SourceMark(number: UInt64(start + 2)) {})
                let marks = try await read(items) { $0 == last }
                guard case .mark(let mark)? = marks.last else { return }
                if start == 0 { await mark.kept() }
            }
        }
        let kept = try PositionFile(path: folder.file("positions")).cursor(of: engine.path)
        #expect(kept == "1795456333.000000001")
    }

    @Test("a later start goes on at a record's place: what was inspected is not asked for again, what was under way is")
    func places() async throws {
        let engine = PlayedEngine()
        var options = LiveDocker<PlayedEngine>.Options()
        options.verification = nil
        var place: [UInt8]?
        engine.add("told", inspection: "{}")
        try await withSourceItems(from: [LiveDocker(engine: engine, options: options, time: Self.time)]) { items in
            _ = try await read(items) { isNotice($0, "following") }
            engine.happen(Self.event(1, action: "create", id: "told"), at: Self.start + 1)
            _ = try await read(items) { inspection($0) != nil }
            engine.happen(Self.event(2, id: "told"), at: Self.start + 2)
            let seen = try await read(items) { item in
                if case .record(let record) = item {
                    record.bytes == Array(Self.event(2, id: "told").utf8)
                } else {
                    false
                }
            }
            guard case .record(let record) = seen.last else { return }
            place = record.place?.bytes()
        }
        // It happened while nobody listened.
        engine.happen(Self.event(3, action: "create", id: "later"), at: Self.start + 3)
        #expect(place != nil)
        options.resume(at: place)
        try await withSourceItems(from: [LiveDocker(engine: engine, options: options, time: Self.time)]) { items in
            let seen = try await read(items) { item in gap(item) != nil }
            // The engine knows what was told last, so the only gap is the container that is gone.
            #expect(seen.compactMap(gap).map(\.estimate) == [1])
            #expect(seen.compactMap(gap).allSatisfy { $0.reason.contains("container later was gone") })
        }
        #expect(engine.inspected == ["told", "later"])
        #expect(EnginePlaceProbe.uninspected(place) == [])
    }

    @Test("what happens before anything was kept is told by the next process, and by the next connection")
    func beginning() async throws {
        let engine = PlayedEngine()
        // Something that the engine remembers from before, so that its memory is known to be whole.
        engine.happen(Self.event(0), at: Self.start - 60_000_000_000)
        var options = LiveDocker<PlayedEngine>.Options()
        options.verification = nil
        var place: [UInt8]?
        try await withSourceItems(from: [LiveDocker(engine: engine, options: options, time: Self.time)]) { items in
            let seen = try await read(items) { if case .mark = $0 { true } else { false } }
            if case .mark(let mark)? = seen.last { place = mark.place?.bytes() }
            engine.disconnect()
            engine.happen(Self.event(1), at: Self.start + 1)
            let told = try await read(items) { if case .record = $0 { true } else { false } }
            #expect(told.compactMap(gap).isEmpty)
        }
        #expect(place == Array("\(Self.start)".utf8))
        options.resume(at: place)
        try await withSourceItems(from: [LiveDocker(engine: engine, options: options, time: Self.time)]) { items in
            let told = try await read(items) { if case .record = $0 { true } else { false } }
            guard case .record(let record)? = told.last else { return }
            #expect(record.bytes == Array(Self.event(1).utf8))
            #expect(told.compactMap(gap).isEmpty)
        }
    }

    /// The containers that a place says were under way.
    enum EnginePlaceProbe {
        static func uninspected(_ place: [UInt8]?) -> [String] {
            String(decoding: place ?? [], as: UTF8.self).split(separator: " ").dropFirst().map(String.init)
        }
    }

    @Test("events of images and networks inspect nothing")
    func otherTypes() async throws {
        let engine = PlayedEngine()
        try await withSourceItems(from: [LiveDocker(engine: engine, time: Self.time)]) { items in
            _ = try await read(items) { isNotice($0, "following") }
            engine.happen(Self.event(1, type: "network", action: "create", id: "n"), at: Self.start + 1)
            engine.happen("not JSON", at: Self.start + 2)
            let seen = try await read(items) { item in
                if case .record(let record) = item { record.bytes == Array("not JSON".utf8) } else { false }
            }
            guard case .record(let record) = seen.last else { return }
            #expect(record.position == SourcePosition(name: "/played.sock/events", line: 2))
            #expect(record.format == .dockerEvents)
        }
        #expect(engine.inspected == [])
    }

    @Test("an engine that forgot what was told last leaves a gap")
    func forgotten() async throws {
        let engine = PlayedEngine()
        try await withSourceItems(from: [LiveDocker(engine: engine, time: Self.time)]) { items in
            _ = try await read(items) { isNotice($0, "following") }
            engine.happen(Self.event(1), at: Self.start + 1)
            _ = try await read(items) { if case .record = $0 { true } else { false } }
            engine.forget()
            engine.disconnect()
            let seen = try await read(items) { gap($0) != nil }
            #expect(isNotice(try #require(seen.first), "connection lost; trying again"))
            let lost = try #require(seen.last.flatMap(gap))
            #expect(lost.from == Timestamp(nanoseconds: Self.start + 1))
            // The played clock stands still, and no gap ends before it begins.
            #expect(lost.to == lost.from)
            #expect(lost.reason.contains("no longer knows"))
        }
    }

    @Test("following from an earlier moment is a gap when the engine's memory begins later", arguments: [true, false])
    func earlier(remembers: Bool) async throws {
        let engine = PlayedEngine()
        if remembers { engine.happen(Self.event(0), at: Self.start) }
        engine.happen(Self.event(10), at: Self.start + 10)
        var options = LiveDocker<PlayedEngine>.Options()
        options.since = Timestamp(nanoseconds: Self.start + 5)
        try await withSourceItems(from: [LiveDocker(engine: engine, options: options, time: Self.time)]) { items in
            let seen = try await read(items) { if case .record = $0 { true } else { false } }
            #expect(seen.contains { gap($0) != nil } == !remembers)
            #expect(seen.count == (remembers ? 2 : 3))
        }
    }

    @Test("an event that was too long is a gap of one")
    func tooLong() async throws {
        let engine = PlayedEngine()
        try await withSourceItems(from: [LiveDocker(engine: engine, time: Self.time)]) { items in
            _ = try await read(items) { isNotice($0, "following") }
            engine.send(.tooLong(limit: 10))
            let seen = try await read(items) { gap($0) != nil }
            #expect(seen.last.flatMap(gap)?.estimate == 1)
        }
    }

    @Test("an engine that is not there is an error at the start, unless it is waited for")
    func absent() async throws {
        let engine = PlayedEngine()
        engine.set(down: true)
        let down = DockerError.notListening(DockerSocket(path: engine.path))
        await #expect(throws: down) {
            try await withSourceItems(from: [LiveDocker(engine: engine, time: Self.time)]) { items in
                while try await items.next() != nil {}
            }
        }
        var options = LiveDocker<PlayedEngine>.Options()
        options.waitsForEngine = true
        try await withSourceItems(from: [LiveDocker(engine: engine, options: options, time: Self.time)]) { items in
            let first = try #require(try await items.next())
            #expect(isNotice(first, "\(down); trying again"))
            engine.set(down: false)
            #expect(isNotice(try #require(try await items.next()), "following Docker engine 1.0, API 1.41"))
        }
    }

    @Test("events that find no room are counted, and told as a gap")
    func overflow() async throws {
        let engine = PlayedEngine(memory: 4000)
        var options = LiveDocker<PlayedEngine>.Options()
        options.waitingBytes = 4096
        let count = 2000
        let source = LiveDocker(engine: engine, options: options, time: Self.time)
        try await withSourceItems(from: [source], capacity: 1) { items in
            _ = try await read(items) { isNotice($0, "following") }
            for number in 1...count { engine.happen(Self.event(number), at: Self.start + Int64(number)) }
            var told = 0
            var lost = 0
            while told + lost < count {
                guard let item = try await items.next() else { break }
                if case .record = item { told += 1 }
                if let gap = gap(item) {
                    lost += gap.estimate ?? 0
                    #expect(gap.reason.contains("faster"))
                }
            }
            #expect(told + lost == count)
        }
    }
}

/// A clock that stands still until it is set.
private final class PlayedClock: Sendable {
    private let state: Mutex<Int64>
    var nanoseconds: Int64 { state.withLock { $0 } }

    init(_ nanoseconds: Int64) { state = Mutex(nanoseconds) }

    func set(_ nanoseconds: Int64) { state.withLock { $0 = nanoseconds } }
}
