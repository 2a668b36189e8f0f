import JSONView
import PlatformAPIs
import SecurityEvents

/// Follows the Events of a Kubernetes cluster: those that it still has (an hour, usually), then new ones.
///
/// Anybody who may create Events may write what they like into one; they are a second witness, not proof.
package struct KubernetesEvents<API: KubernetesAPI>: EventSource {
    /// How many Events are remembered, so that a list after a gap tells none twice.
    private static var memory: Int { 1 << 16 }

    /// The server's address.
    package var name: String { api.server + "/events" }
    private let api: API
    private let start: WatchStart?
    private let time: SourceTime

    /// Names a cluster.
    ///
    /// - Parameters:
    ///   - api: the API server.
    ///   - place: where to go on, as a record's or a mark's place said it.
    ///   - time: the clock to go by.
    package init(of api: API, place: [UInt8]? = nil, time: SourceTime = .system) {
        self.api = api
        start = place.flatMap { WatchStart(place: $0) }
        self.time = time
    }

    /// Tells what happens; connects again whenever the connection is lost, and never ends by itself.
    ///
    /// - Parameter emit: takes one item; it may wait.
    /// - Throws: `CancellationError`, or what `emit` threw.
    package func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
        var told = RecentSet<Int>(capacity: Self.memory)
        var lines = 0
        var hasBegun = false
        var isLost = false
        // Held aside, as values of a document live no longer than it does.
        let parser = JSONParser(limits: JSONLimits(size: 64 << 20, depth: 128))
        var unread = 0
        var marks: UInt64 = 0
        var options = ResourceWatcher<API>.Options()
        // Events are not in the API server's watch cache, from which bookmarks come.
        options.asksForPlace = true
        try await ResourceWatcher(.events, of: api, options: options, from: start, time: time).run { change in
            switch change {
            // What an earlier process was told of is in the ledger; what is new comes with the changes.
            case .listing, .survey: break
            case .reached(let version):
                if isLost, hasBegun { try await emit(notice("following again", isFollowing: true)) }
                isLost = isLost && !hasBegun
                marks += 1
                try await emit(.mark(SourceMark(number: marks, place: place(version)) {}))
            case .page(let page):
                for event in fresh(in: page, parser, &told, &unread) {
                    lines += 1
                    try await emit(record(event, lines))
                }
            case .change(let line):
                if isLost { try await emit(notice("following again", isFollowing: true)) }
                isLost = false
                guard isFresh(line, parser, &told, &unread) else { break }
                lines += 1
                try await emit(record(line, lines, at: version(of: line, parser)))
            case .listed, .surveyed:
                if !hasBegun || isLost {
                    try await emit(notice(hasBegun ? "following again" : "following", isFollowing: true))
                }
                (hasBegun, isLost) = (true, false)
            case .expired(let since):
                try await emit(gap(since, "the server no longer knows what happened after this moment"))
            case .tooLong(let limit):
                try await emit(gap(time.now(), "an Event of more than \(limit) bytes was not read", estimate: 1))
            case .unavailable(let reason):
                isLost = true
                try await emit(notice("Events cannot be seen: \(reason)", isFollowing: false))
                try await emit(gap(time.now(), "Events cannot be seen: \(reason)"))
            case .interrupted(let reason):
                isLost = true
                try await emit(notice("\(reason); trying again", isFollowing: false))
            }
            guard unread > 0 else { return }
            try await emit(gap(time.now(), "\(unread) Events could not be read", estimate: unread))
            unread = 0
        }
    }

    private func notice(_ message: String, isFollowing: Bool) -> SourceItem {
        .notice(SourceNotice(source: name, message: message, isFollowing: isFollowing))
    }

    private func record(_ bytes: [UInt8], _ line: Int, at version: String? = nil) -> SourceItem {
        let position = SourcePosition(name: name, line: line)
        return .record(
            SourceRecord(bytes: bytes, format: .kubernetesEvents, position: position, place: version.map(place)))
    }

    /// The place up to which everything was told.
    private func place(_ version: String) -> SourcePlace {
        let start = WatchStart(version: version, moment: time.now())
        return SourcePlace(source: name) { start.place }
    }

    private func version(of line: [UInt8], _ parser: JSONParser) -> String? {
        guard let document = try? parser.parse(line) else { return nil }
        return withExtendedLifetime(document) { document.root["object"]?["metadata"]?["resourceVersion"]?.string }
    }

    private func gap(_ from: Timestamp, _ reason: String, estimate: Int? = nil) -> SourceItem {
        .gap(Gap(source: name, from: from, to: time.now(), reason: reason, estimate: estimate))
    }

    /// The Events of a page that were not told yet, each as a watch would tell it.
    private func fresh(
        in page: [UInt8], _ parser: JSONParser, _ told: inout RecentSet<Int>, _ unread: inout Int
    ) -> [[UInt8]] {
        guard let document = try? parser.parse(page), let items = document.root["items"],
            items.kind == .array || items.isNull
        else {
            unread += 1
            return []
        }
        return withExtendedLifetime(document) {
            var events: [[UInt8]] = []
            for item in items.elements {
                guard item.kind == .object else {
                    unread += 1
                    continue
                }
                guard told.insert(key(item)) else { continue }
                var writer = CompactJSON()
                writer.write(raw: "{\"type\":\"ADDED\",\"object\":")
                writer.write(item)
                writer.write(raw: "}")
                events.append(writer.bytes)
            }
            return events
        }
    }

    /// Whether a change tells of an Event that was not told yet; that one was deleted is only its age.
    private func isFresh(
        _ line: [UInt8], _ parser: JSONParser, _ told: inout RecentSet<Int>, _ unread: inout Int
    ) -> Bool {
        guard let document = try? parser.parse(line), let object = document.root["object"],
            let type = document.root["type"]?.text, object.kind == .object
        else {
            unread += 1
            return false
        }
        return withExtendedLifetime(document) { type != "DELETED" && told.insert(key(object)) }
    }

    /// Tells one state of an Event from every other: its number changes when it is counted up.
    private func key(_ event: JSONValue) -> Int {
        var hasher = Hasher()
        let metadata = event["metadata"]
        for member in [metadata?["uid"], metadata?["namespace"], metadata?["name"], metadata?["resourceVersion"]] {
            if let text = member?.text { hasher.combine(bytes: UnsafeRawBufferPointer(text.bytes)) }
            hasher.combine(UInt8(0xFF))
        }
        return hasher.finalize()
    }
}
