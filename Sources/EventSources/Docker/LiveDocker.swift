import JSONView
import PlatformAPIs
import SecurityEvents

/// Follows a Docker engine: its events as they happen, and an inspection of every container that it starts with or
/// that is created.
///
/// The engine drops events of a reader that is slow for 100 ms, without a word; so nothing is done on the way of the
/// stream but to hand it on, and what finds no room is counted and told as a gap.
package struct LiveDocker<Engine: DockerEngineAPI>: EventSource {
    /// How an engine is followed.
    package struct Options: Sendable {
        /// From when on events are asked for at first; nil for now.
        package var since: Timestamp?
        /// Where to go on; it comes before `positions` and `since`.
        var resumed: EnginePlace?
        /// Whether an engine that does not answer at first is waited for; otherwise `run` throws.
        package var waitsForEngine = false
        /// How many containers are inspected at the same time.
        package var inspections = 8
        /// How many containers may wait for their inspection.
        package var waitingInspections = 4096
        /// How many bytes may wait to be taken.
        package var waitingBytes = 64 << 20
        /// How often to look whether the engine dropped events; nil for never.
        package var verification: Duration? = .seconds(30)
        /// Where it is kept across restarts how far the engine was heard; a moment that is kept comes before `since`.
        package var positions: PositionFile?

        /// Goes on where a record's place said.
        ///
        /// - Parameter place: the place, as it was kept; one that makes no sense says nothing.
        package mutating func resume(at place: [UInt8]?) {
            guard let place, let read = EnginePlace(place) else { return }
            resumed = read
        }

        /// Makes the usual options.
        package init() {}
    }

    /// The path of the engine's socket.
    package var name: String { engine.path }

    let engine: Engine
    let options: Options
    let time: SourceTime

    /// Names an engine to follow.
    ///
    /// - Parameters:
    ///   - engine: the engine.
    ///   - options: how it is followed.
    ///   - time: the clock to go by.
    package init(engine: Engine, options: Options = Options(), time: SourceTime = .system) {
        self.engine = engine
        self.options = options
        self.time = time
    }

    /// Tells what happens; connects again whenever the connection is lost, and never ends by itself.
    ///
    /// - Parameter emit: takes one item; it may wait.
    /// - Throws: why the engine cannot be asked, when that is so from the start; `CancellationError`; what `emit` threw.
    package func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
        let outbox = Outbox(name: name, capacity: options.waitingBytes, time: time)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await follow(into: outbox)
                } catch {
                    outbox.finish(throwing: error)
                }
            }
            defer { group.cancelAll() }
            while let item = try await outbox.next() { try await emit(item) }
        }
    }

    /// Up to when the engine was heard before this start; nil where that is not kept.
    var keptMoment: Timestamp? {
        options.resumed.map { Timestamp(nanoseconds: $0.nanoseconds) }
            ?? options.positions?.cursor(of: name).flatMap(momentOfEngine)
    }

    private func follow(into outbox: Outbox) async throws {
        let memory = EngineMemory()
        var backoff = Backoff()
        var hasConnected = false
        var lastComplaint = ""
        while true {
            var complaint = "the engine ended the stream of events"
            do {
                let session = LiveDockerSession(source: self, outbox: outbox, memory: memory)
                let count = memory.count
                let (events, isUncertain) = try await session.open()
                hasConnected = true
                // An engine that ends every stream at once is not asked more and more often.
                defer { if memory.count > count { backoff.reset() } }
                lastComplaint = ""
                try await session.follow(events, isUncertain: isUncertain)
            } catch {
                try Task.checkCancellation()
                guard hasConnected || options.waitsForEngine else { throw error }
                complaint = "\(error)"
            }
            let delay = backoff.next(random: time.random())
            if complaint != lastComplaint {
                lastComplaint = complaint
                let message = "\(complaint); trying again"
                try await outbox.send(.notice(SourceNotice(source: name, message: message, isFollowing: false)))
            }
            try await time.sleep(delay)
        }
    }
}
