import JSONView
import SecurityEvents

/// Where watching a resource stands.
struct WatchSession<API: KubernetesAPI> {
    private let watcher: ResourceWatcher<API>
    private let parser = JSONParser(limits: JSONLimits(size: 64 << 20, depth: 128))
    /// The version that is asked for, an index of the resource's versions.
    private var version = 0
    /// The position from which to watch; nil where a list is needed.
    private var position: String?
    /// Whether what there is has to be shown before watching goes on from an earlier place.
    private var isSurveying: Bool
    /// When everything up to the position was known to be told.
    private var knownUntil: Timestamp
    private var pageSize: Int
    private var hasProgress = false
    private var complaint = ""
    /// Whether the server was away, so that it may have another history than it had: one that was put back from a backup.
    private var wasAway = false
    /// Whether the last watch ended at once.
    private(set) var isIdle = false

    init(watcher: ResourceWatcher<API>) {
        self.watcher = watcher
        pageSize = watcher.options.pageSize
        position = watcher.start?.version
        isSurveying = watcher.start != nil
        knownUntil = watcher.start?.moment ?? watcher.time.now()
    }

    private var path: String { watcher.resource.path(version: watcher.resource.versions[version]) }

    /// Says whether something was told since the last time.
    mutating func takeProgress() -> Bool {
        defer { hasProgress = false }
        return hasProgress
    }

    /// Lists if that is needed, and watches until the server ends the stream.
    mutating func advance(_ emit: (ResourceChange) async throws -> Void) async throws {
        isIdle = false
        if let position {
            if isSurveying { try await survey(from: position, emit) } else { try await watch(from: position, emit) }
        } else {
            position = try await list(emit)
        }
        complaint = ""
    }

    /// Says what went wrong.
    ///
    /// - Returns: how long to wait; nil for a while that grows each time.
    mutating func recover(
        from error: any Error, _ emit: (ResourceChange) async throws -> Void
    ) async throws -> Duration? {
        let known = error as? KubernetesError
        if known?.isExpired == true, isSurveying {
            // The pages that were left, not the place to go on from: what there is gets shown anew.
            return complain(known) ? .zero : nil
        }
        if known?.isExpired == true {
            if position != nil { try await emit(.expired(since: knownUntil)) }
            position = nil
            // At once: the list is what is missing.
            return complain(known) ? .zero : nil
        }
        if case .malformed? = known, position != nil, !isSurveying {
            // What it was about is not known; the list will say.
            try await emit(.expired(since: knownUntil))
            position = nil
        }
        if known?.isNotFound == true, version + 1 < watcher.resource.versions.count {
            // All versions of a resource are one store: the place is good for each of them.
            version += 1
            return .zero
        }
        if case .tooLarge? = known, pageSize > 1 {
            pageSize = max(pageSize / 10, 1)
            return .zero
        }
        wasAway = true
        let isNew = complain(known ?? error)
        if known?.isNotFound == true || known?.isForbidden == true {
            version = 0
            if !isSurveying { position = nil }
            if isNew { try await emit(.unavailable("\(error)")) }
            return watcher.options.absence
        }
        if isNew { try await emit(.interrupted("\(error)")) }
        return nil
    }

    private mutating func complain(_ error: (any Error)?) -> Bool {
        let text = error.map { "\($0)" } ?? ""
        defer { complaint = text }
        return text != complaint
    }

    // MARK: Listing

    /// Lists all objects.
    ///
    /// - Returns: the position of the list.
    private mutating func list(_ emit: (ResourceChange) async throws -> Void) async throws -> String {
        let began = watcher.time.now()
        var hasBegun = false
        let version = try await pages { page in
            if !hasBegun { try await emit(.listing) }
            hasBegun = true
            try await emit(.page(page))
        }
        try await tell(.listed, emit)
        try await tell(.reached(version), emit)
        knownUntil = began
        return version
    }

    /// Shows what there is now, before watching goes on from an earlier place.
    private mutating func survey(from start: String, _ emit: (ResourceChange) async throws -> Void) async throws {
        let version = try await pages { try await emit(.survey($0)) }
        isSurveying = false
        // Versions are numbers in one order; a server that is behind the place has another history than it had.
        if let now = UInt64(version), let then = UInt64(start), now < then {
            try await tell(.expired(since: knownUntil), emit)
            position = nil
            return
        }
        try await tell(.surveyed, emit)
    }

    /// Gives all pages of a list.
    ///
    /// - Returns: the version of the list.
    private mutating func pages(_ take: ([UInt8]) async throws -> Void) async throws -> String {
        var token: String?
        while true {
            let page = try await watcher.api.list(path, limit: pageSize, continuing: token)
            let (version, next) = try metadata(of: page)
            do { try await take(page) } catch { throw TakerFailure(reason: error) }
            hasProgress = true
            guard let next else {
                pageSize = watcher.options.pageSize
                return version
            }
            token = next
        }
    }

    private func metadata(of page: [UInt8]) throws(KubernetesError) -> (version: String, next: String?) {
        let request = "LIST \(path)"
        let document: JSONDocument
        do throws(JSONError) { document = try parser.parse(page) } catch {
            throw .malformed(request: request, "\(error)")
        }
        defer { withExtendedLifetime(document) {} }
        guard let metadata = document.root["metadata"], let version = metadata["resourceVersion"]?.string else {
            throw .malformed(request: request, "it is no list")
        }
        return (version, metadata["continue"]?.string.flatMap { $0.isEmpty ? nil : $0 })
    }

    // MARK: Watching

    /// For how long a watch has to stand before its end says something: what the server had been told when the watch
    /// began was told by then.
    private static var settling: Int64 { 10_000_000_000 }

    private mutating func watch(
        from start: String, _ emit: (ResourceChange) async throws -> Void
    ) async throws {
        let seconds = watcher.options.seconds + Int(Double(watcher.options.seconds) * watcher.time.random())
        let changes = try await watcher.api.watch(path, from: start, seconds: seconds)
        isIdle = true
        let began = watcher.time.now()
        let head = watcher.options.asksForPlace || wasAway ? await head() : nil
        if wasAway, let head, let place = UInt64(start) {
            wasAway = false
            // It would tell nothing until its versions reach the place, and then go on from there.
            guard head >= place else {
                try await tell(.expired(since: knownUntil), emit)
                position = nil
                return
            }
        }
        for try await element in changes {
            switch element {
            case .tooLong(let limit): try await tell(.tooLong(limit: limit), emit)
            case .line(let line):
                if try take(line) {
                    try await tell(.change(line), emit)
                } else if let position {
                    try await tell(.reached(position), emit)
                }
            }
            knownUntil = watcher.time.now()
            hasProgress = true
            isIdle = false
        }
        let stood = watcher.time.now().nanoseconds.subtractingReportingOverflow(began.nanoseconds)
        guard !stood.overflow, stood.partialValue >= Self.settling else { return }
        // One that stood for its time, and had nothing to tell.
        (hasProgress, isIdle) = (true, false)
        guard watcher.options.asksForPlace, let head, let place = position.flatMap({ UInt64($0) }), place < head else {
            return
        }
        position = "\(head)"
        knownUntil = began
        try await tell(.reached("\(head)"), emit)
    }

    /// The place that the server is at, where it says so in a number; everything up to it comes by a watch that stands.
    private func head() async -> UInt64? {
        guard let page = try? await watcher.api.list(path, limit: 1, continuing: nil) else { return nil }
        return (try? metadata(of: page)).flatMap { UInt64($0.version) }
    }

    /// Reads a change as far as watching needs it.
    ///
    /// - Returns: whether it says something of an object.
    private mutating func take(_ line: [UInt8]) throws(KubernetesError) -> Bool {
        let request = "WATCH \(path)"
        let document: JSONDocument
        do throws(JSONError) { document = try parser.parse(line) } catch {
            throw .malformed(request: request, "\(error)")
        }
        defer { withExtendedLifetime(document) {} }
        guard let type = document.root["type"]?.text, let object = document.root["object"] else {
            throw .malformed(request: request, "it is no WatchEvent")
        }
        if type == "ERROR" {
            throw .refused(
                request: request, status: Int(object["code"]?.int64 ?? 0), reason: object["reason"]?.string ?? "",
                message: object["message"]?.string ?? "the watch ended with an error")
        }
        if let version = object["metadata"]?["resourceVersion"]?.string { position = version }
        return type != "BOOKMARK"
    }

    private func tell(_ change: ResourceChange, _ emit: (ResourceChange) async throws -> Void) async throws {
        do { try await emit(change) } catch { throw TakerFailure(reason: error) }
    }
}
