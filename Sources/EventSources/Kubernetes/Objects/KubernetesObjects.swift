import PlatformAPIs
import SecurityEvents
import Synchronization

/// Follows the Pods of a Kubernetes cluster and everything that makes Pods: what there is at the start was found, what
/// comes, changes and goes afterwards is told as a watch tells it.
///
/// A second witness beside the audit log: it does not know who did something, and sees what no request asked for (the
/// mirror Pods of a kubelet's own manifests) as well as what an audit policy leaves out.
package struct KubernetesObjects<API: KubernetesAPI>: EventSource {
    /// How objects are followed.
    package struct Options: Sendable {
        /// How many objects of a resource are remembered, to tell what changed; others are told, but not compared.
        package var objects = 200_000
        /// What is followed, in the order in which it is listed at first: owners before what they own, so that many Pods
        /// of one Deployment are one thing.
        package var stages: [[KubernetesResource]] = KubernetesObjects.stages

        /// Makes the usual options.
        package init() {}
    }

    /// Owners before what they own.
    private static var stages: [[KubernetesResource]] {
        let owned = ["replicasets", "jobs"]
        return [
            KubernetesResource.workloads.filter { !owned.contains($0.name) },
            KubernetesResource.workloads.filter { owned.contains($0.name) },
            [.pods],
        ]
    }

    /// The server's address.
    package var name: String { api.server + "/objects" }
    let api: API
    let options: Options
    let places: ObjectPlaces
    let time: SourceTime

    /// Names a cluster.
    ///
    /// - Parameters:
    ///   - api: the API server.
    ///   - options: what is followed, and how much is remembered.
    ///   - places: what an earlier process kept.
    ///   - time: the clock to go by.
    package init(
        of api: API, options: Options = Options(), places: ObjectPlaces = ObjectPlaces(), time: SourceTime = .system
    ) {
        self.api = api
        self.options = options
        self.places = places
        self.time = time
    }

    /// Tells what there is and what becomes of it; connects again whenever the connection is lost, and never ends by
    /// itself.
    ///
    /// - Parameter emit: takes one item; it may wait.
    /// - Throws: `CancellationError`, or what `emit` threw.
    package func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
        let all = Latch(count: options.stages.joined().count)
        let teller = ObjectTeller(name: name, time: time, emit: emit)
        try await withThrowingTaskGroup(of: Void.self) { group in
            var before = Latch(count: 0)
            for stage in options.stages {
                let listed = Latch(count: stage.count)
                for resource in stage {
                    group.addTask { [before] in
                        try await before.wait()
                        try await follow(resource, teller, listed, all)
                    }
                }
                before = listed
            }
            while try await group.next() != nil {}
        }
    }

    private func follow(_ resource: KubernetesResource, _ teller: ObjectTeller, _ listed: Latch, _ all: Latch)
        async throws
    {
        let kept = places.take(resource)
        var comparison = ObjectComparison(resource, limit: options.objects, kept: kept)
        var hasArrived = false
        func arrive() async throws {
            guard !hasArrived else { return }
            hasArrived = true
            listed.arrive()
            if all.arrive() { try await teller.note("following", isFollowing: true) }
        }
        try await ResourceWatcher(resource, of: api, from: kept.start, time: time).run { change in
            for told in comparison.take(change, at: time.now()) { try await teller.tell(told, of: resource) }
            switch change {
            case .listed, .surveyed:
                try await teller.recover(resource)
                try await arrive()
            case .unavailable(let reason):
                try await teller.gap(from: time.now(), "\(resource) cannot be seen: \(reason)")
                try await teller.recover(resource)
                // Others go on without it.
                try await arrive()
            case .expired(let since):
                try await teller.gap(
                    from: since,
                    "the server no longer knows what became of \(resource) after this moment; what came and went meanwhile "
                        + "is not known, the rest is compared with a new list")
            case .tooLong(let limit):
                try await teller.gap(
                    from: time.now(), "a change of \(resource) of more than \(limit) bytes was not read", estimate: 1)
            case .interrupted(let reason): try await teller.complain("\(reason); trying again", of: resource)
            case .change: try await teller.recover(resource)
            case .reached(let version):
                if hasArrived { try await teller.recover(resource) }
                try await teller.mark(resource, at: version)
            case .listing, .page, .survey: break
            }
            let unread = comparison.takeUnread()
            if unread > 0 {
                try await teller.gap(
                    from: time.now(), "\(unread) of what the server told of \(resource) could not be read",
                    estimate: unread)
            }
            if let reason = comparison.takeLimit() { try await teller.gap(from: time.now(), reason) }
        }
    }
}

/// Hands on what the watchers of several resources tell, and numbers it.
final class ObjectTeller: Sendable {
    private struct State {
        var lines = 0
        var marks: UInt64 = 0
        var complaint = ""
        /// What cannot be followed now.
        var lost: Set<KubernetesResource> = []
    }

    private let name: String
    private let time: SourceTime
    private let emit: @Sendable (SourceItem) async throws -> Void
    private let state = Mutex(State())

    init(name: String, time: SourceTime, emit: @escaping @Sendable (SourceItem) async throws -> Void) {
        self.name = name
        self.time = time
        self.emit = emit
    }

    /// Tells a record, with what is to be known of its object after a restart.
    func tell(_ told: ObjectComparison.Told, of resource: KubernetesResource) async throws {
        let line = state.withLock { state in
            state.lines += 1
            return state.lines
        }
        var record = SourceRecord(
            bytes: told.record, format: .kubernetesObjects, position: SourcePosition(name: name, line: line),
            place: told.version.map { place(of: resource, at: $0) })
        record.remembered = told.remembered.map { ObjectPlaces.place(of: $0.uid, $0.object, of: resource, in: name) }
        record.isKnown = told.isKnown
        try await emit(.record(record))
    }

    /// Says up to which version everything was told.
    func mark(_ resource: KubernetesResource, at version: String) async throws {
        let number = state.withLock { state in
            state.marks += 1
            return state.marks
        }
        try await emit(.mark(SourceMark(number: number, place: place(of: resource, at: version)) {}))
    }

    private func place(of resource: KubernetesResource, at version: String) -> SourcePlace {
        ObjectPlaces.place(of: resource, in: name, at: WatchStart(version: version, moment: time.now()))
    }

    /// Tells of a stretch of time for which nobody can answer.
    func gap(from: Timestamp, _ reason: String, estimate: Int? = nil) async throws {
        try await emit(.gap(Gap(source: name, from: from, to: time.now(), reason: reason, estimate: estimate)))
    }

    /// Tells something that a person may want to know.
    func note(_ message: String, isFollowing: Bool? = nil) async throws {
        try await emit(.notice(SourceNotice(source: name, message: message, isFollowing: isFollowing)))
    }

    /// Tells what is wrong, once for all watchers that find the same.
    func complain(_ message: String, of resource: KubernetesResource) async throws {
        // What a request was differs from watcher to watcher; what is wrong with the server does not.
        let what = message.split(separator: ": ").last.map(String.init) ?? message
        let isNew = state.withLock { state in
            state.lost.insert(resource)
            defer { state.complaint = what }
            return state.complaint != what
        }
        if isNew { try await note(message, isFollowing: false) }
    }

    /// Takes note that a resource is followed again, and tells it when all are.
    func recover(_ resource: KubernetesResource) async throws {
        let isWhole = state.withLock { state in
            let wasLost = state.lost.remove(resource) != nil
            guard state.lost.isEmpty else { return false }
            state.complaint = ""
            return wasLost
        }
        if isWhole { try await note("following again", isFollowing: true) }
    }
}
