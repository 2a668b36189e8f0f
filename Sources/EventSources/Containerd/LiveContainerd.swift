import PlatformAPIs
import SecurityEvents

/// Follows containerd in all of its namespaces: what runs where no Docker engine and no API server was asked (`ctr`,
/// `nerdctl`), and what a kubelet really made of Pods.
///
/// containerd describes a container as it will run: its OCI specification. Its events are never dropped, and never told
/// again; so what there is gets listed at the start, soon after, now and then, and after each lost connection.
package struct LiveContainerd<Engine: ContainerdAPI>: EventSource {
    /// How containerd is followed.
    package struct Options: Sendable {
        /// Whether a containerd that does not answer at first is waited for; otherwise `run` throws.
        package var waitsForEngine = false
        /// How many containers are remembered.
        package var containers = 16_384
        /// How long after the first list there is a second: a subscription does not say when it stands.
        package var settling: Duration = .seconds(2)
        /// How often what there is gets listed afterwards.
        package var listing: Duration = .seconds(300)

        /// Makes the usual options.
        package init() {}
    }

    /// The path of its socket.
    package var name: String { engine.path }
    let engine: Engine
    let options: Options
    let places: ContainerdPlaces
    let time: SourceTime

    /// Names a containerd.
    ///
    /// - Parameters:
    ///   - engine: containerd.
    ///   - options: how it is followed.
    ///   - places: what an earlier process kept.
    ///   - time: the clock to go by.
    package init(
        _ engine: Engine, options: Options = Options(), places: ContainerdPlaces = ContainerdPlaces(),
        time: SourceTime = .system
    ) {
        self.engine = engine
        self.options = options
        self.places = places
        self.time = time
    }

    private enum Step: Sendable {
        case event(ContainerdEvent, ContainerdDescription)
        case list(isAfterGap: Bool)
    }

    /// Tells what there is and what happens; connects again whenever the connection is lost, and never ends by itself.
    ///
    /// - Parameter emit: takes one item; it may wait.
    /// - Throws: why containerd cannot be asked, when that is so from the start; `CancellationError`; what `emit` threw.
    package func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
        let kept = places.take()
        let teller = ContainerdTeller(
            engine: engine, name: name, limit: options.containers, kept: kept, time: time, emit: emit)
        var backoff = Backoff()
        var complaint = ""
        var hasConnected = false
        var lost = kept.moment
        while true {
            var reason = "containerd ended the connection"
            do {
                let version = try await engine.version()
                try await teller.note("following containerd \(version)", isFollowing: true)
                if let since = lost {
                    // Of a process that ended it is kept up to when it heard; noticed again, it is the same gap.
                    let what = hasConnected ? "the connection was lost" : "nobody listened"
                    try await teller.gap(
                        from: since, what + ", and containerd tells nothing again: what came and went is not known",
                        key: hasConnected ? nil : "unheard/\(since.nanoseconds)")
                }
                hasConnected = true
                (lost, complaint) = (nil, "")
                defer { lost = time.now() }
                try await follow(teller)
            } catch let error as ContainerdError {
                try Task.checkCancellation()
                guard hasConnected || options.waitsForEngine else { throw error }
                reason = "\(error)"
            }
            if teller.takeProgress() { backoff.reset() }
            if reason != complaint { try await teller.note("\(reason); trying again", isFollowing: false) }
            complaint = reason
            try await time.sleep(backoff.next(random: time.random()))
        }
    }

    /// Tells what happens until the connection ends.
    private func follow(_ teller: ContainerdTeller<Engine>) async throws {
        // Events wait in containerd while nobody takes them.
        let steps = BoundedChannel<Step>(capacity: 256)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                do {
                    try await engine.follow { event in
                        // Before it waits its turn: one that lives for a moment would be gone by then.
                        let description = await ContainerdDescription(of: event, from: engine)
                        try await steps.send(.event(event, description))
                    }
                    steps.finish()
                } catch {
                    steps.finish(throwing: error)
                }
            }
            group.addTask {
                do {
                    try await steps.send(.list(isAfterGap: true))
                    try await time.sleep(options.settling)
                    // What happened until the subscription stood.
                    try await steps.send(.list(isAfterGap: true))
                    while true {
                        try await time.sleep(options.listing)
                        try await steps.send(.list(isAfterGap: false))
                    }
                } catch {
                    // The connection ended, or the source does.
                }
            }
            defer { group.cancelAll() }
            while let step = try await steps.next() {
                switch step {
                case .event(let event, let description): try await teller.tell(event, description)
                case .list(let isAfterGap): try await teller.list(isAfterGap: isAfterGap)
                }
            }
        }
    }
}
