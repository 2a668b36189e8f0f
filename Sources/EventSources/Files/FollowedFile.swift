import LogLines
import PlatformAPIs
import SecurityEvents

/// A log file that is read as it grows, across rotation.
package struct FollowedFile: EventSource {
    /// The path, as the user gave it.
    package let name: String
    private let start: LogFollower.Start
    private let format: LogFormat?
    private let interval: Duration
    private let lineLimit: Int
    private let positions: PositionFile?
    private let resumes: LogPlace?
    /// When everything before `resumes` and behind it had been read; nil where an earlier version kept the place.
    private let resumedComplete: Timestamp?
    private let tellsPlaces: Bool
    private let open: OpenCalls?
    private let time: SourceTime

    /// After how many lines the place is marked, when lines come without a pause.
    private static let linesPerMark = 1000
    /// How often it is kept that a quiet log has been read to its end, so that a later gap does not begin long before.
    private static let quietMark: Int64 = 60_000_000_000

    /// Names a file; it need not exist yet.
    ///
    /// - Parameters:
    ///   - path: the file.
    ///   - start: where to begin when it is there already.
    ///   - format: the format of its lines; nil to recognise it.
    ///   - interval: how often to look.
    ///   - lineLimit: the longest line that is read.
    ///   - positions: where places are kept across restarts; a place that is kept comes before `start`.
    ///   - place: where to go on, as a record's place said it; it comes before what `positions` has.
    ///   - open: the calls that were open when the log was left, as ``openCalls(of:)`` has them.
    ///   - tellsPlaces: whether somebody keeps the places of records, so that the one at the start is told as well.
    ///   - time: the clock to go by.
    package init(
        path: String, from start: LogFollower.Start = .end, format: LogFormat? = nil,
        interval: Duration = .milliseconds(200), lineLimit: Int = LineReader.defaultLineLimit,
        positions: PositionFile? = nil, place: [UInt8]? = nil, open: [UInt8]? = nil,
        tellsPlaces: Bool = false, time: SourceTime = .system
    ) {
        name = path
        self.start = start
        self.format = format
        self.interval = interval
        self.lineLimit = lineLimit
        self.positions = positions
        resumes = place.flatMap { LogPlace(json: $0) }
        resumedComplete = place.flatMap { LogPlace.complete(in: $0) }
        self.open = open.flatMap { OpenCalls(json: $0) }
        self.tellsPlaces = tellsPlaces
        self.time = time
    }

    /// The name of the place that keeps which calls of an authorization log wait for their answers.
    ///
    /// - Parameter name: the log.
    /// - Returns: the name; nothing else has it, as a log is no folder.
    package static func openCalls(of name: String) -> String { name + "/open-calls" }

    /// Says which calls were asked about before an earlier process ended: what became of them stands in lines that nobody
    /// can tell apart from answers to others.
    private func tell(_ open: OpenCalls, at place: LogPlace, _ emit: (SourceItem) async throws -> Void) async throws {
        let named = open.first.map { "line \($0.line): \($0.call)" }
        let rest = open.count > named.count ? ["\(open.count - named.count) more"] : []
        let what = open.count == 1 ? "1 call had" : "\(open.count) calls had"
        // Noticed again after a restart that comes before it is kept, it is the same.
        let key = "open-calls/\(place.device)/\(place.inode)/\(place.offset)/\(open.count)"
        try await emit(
            .gap(
                Gap(
                    source: name, from: nil, to: time.now(),
                    reason: "\(what) no answer when reading ended, so what became of them is not known: "
                        + (named + rest).joined(separator: "; "), estimate: open.count, key: key)))
        let none = SourcePlace(source: Self.openCalls(of: name)) { [] }
        try await emit(.mark(SourceMark(number: 0, place: none) {}))
    }

    /// Tells the lines as they come; never ends by itself.
    ///
    /// - Parameter emit: takes one item; it may wait.
    /// - Throws: `CancellationError`, or what `emit` threw.
    package func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
        let resumed = resumes ?? positions?.place(of: name)
        let follower = LogFollower(
            path: name, from: resumed.map { LogFollower.Start.resuming($0) } ?? start, lineLimit: lineLimit)
        if let open, let resumed { try await tell(open, at: resumed, emit) }
        // When everything that was there had been read; a gap begins here, if need be in an earlier process.
        var complete = time.now()
        if let resumed {
            complete = min(complete, resumedComplete ?? Timestamp(nanoseconds: resumed.modified))
        }
        var told = complete
        var marks = 0
        // Before anything is read: what comes while nobody looks is behind this place.
        var hasBegun = !tellsPlaces || resumes != nil
        var marked: LogPlace?
        // Where reading stood before what is told next.
        var before = resumed
        while true {
            var lines = 0
            while lines < Self.linesPerMark, let item = follower.next() {
                lines += 1
                if !hasBegun, case .notice(.opened) = item, let place = follower.place {
                    hasBegun = true
                    let begun = SourcePlace(source: name) { [complete] in place.json(complete: complete) }
                    try await emit(.mark(SourceMark(number: 0, place: begun) {}))
                }
                told = complete
                try await emit(
                    self.told(
                        item, at: follower.place, before: before, complete: complete,
                        numbersLines: follower.numbersLines))
                before = follower.place ?? before
            }
            if let positions, let place = follower.place, place != marked {
                marked = place
                marks += 1
                try await emit(.mark(SourceMark(number: UInt64(marks)) { [name] in positions.keep(place, of: name) }))
            }
            if let failure = positions?.takeFailure() {
                try await emit(.fault(Diagnostic(.warning, file: name, message: failure)))
            }
            if lines == Self.linesPerMark { continue }
            complete = time.now()
            if tellsPlaces, complete.nanoseconds - told.nanoseconds > Self.quietMark, let place = follower.place {
                told = complete
                let quiet = SourcePlace(source: name) { [complete] in place.json(complete: complete) }
                try await emit(.mark(SourceMark(number: 0, place: quiet) {}))
            }
            try await time.sleep(interval)
        }
    }

    private func told(
        _ item: LogFollower.Item, at place: LogPlace?, before: LogPlace?, complete: Timestamp, numbersLines: Bool
    ) -> SourceItem {
        switch item {
        case .line(let line):
            let position = SourcePosition(name: name, line: line.number)
            return .record(
                SourceRecord(
                    bytes: Array(line.bytes), format: format, position: position,
                    place: place.map { place in SourcePlace(source: name) { place.json(complete: complete) } }))
        case .fault(let fault):
            return .fault(Diagnostic(file: name, line: fault.line, message: fault.message))
        case .gap(let gap):
            // Noticed again after a restart that comes before it is kept, it is the same: it begins where reading ended.
            let key = before.map { "\(kind(gap))/\($0.device)/\($0.inode)/\($0.offset)/\($0.modified)" }
            return .gap(
                Gap(
                    source: name, from: complete, to: time.now(), reason: reason(gap), suspicion: suspicion(gap),
                    key: key))
        case .notice(let notice):
            let counted = numbersLines ? "" : "; it is large, so lines are counted from here"
            let isFollowing = if case .waiting = notice { false } else { true }
            return .notice(SourceNotice(source: name, message: message(notice) + counted, isFollowing: isFollowing))
        }
    }

    private func reason(_ gap: LogFollower.Gap) -> String {
        switch gap {
        case .truncated(let from, let to): "the file was truncated from \(from) to \(to) bytes or fewer"
        case .rewritten(let place): "the file was rewritten: the bytes before \(place) are other ones than were read"
        case .copied(let path):
            "the file was copied to \(path) and truncated; what was written in between is not known"
        case .rotatedAway(let place):
            "the file that was read up to \(place) is gone, and nothing beside it holds what was read last"
        case .rotatedUnreadable(let path): "\(path), which the file was rotated to, cannot be read"
        case .readFailed(let code): "the file could not be read: \(systemMessage(code))"
        }
    }

    /// Rotation copies or renames before it cuts; who cuts a log that is written to, or takes away what it was rotated to
    /// before that was read, does something else.
    private func suspicion(_ gap: LogFollower.Gap) -> Gap.Suspicion? {
        switch gap {
        case .truncated, .rewritten, .rotatedAway: .logCut
        case .copied, .rotatedUnreadable, .readFailed: nil
        }
    }

    private func kind(_ gap: LogFollower.Gap) -> String {
        switch gap {
        case .truncated: "truncated"
        case .rewritten: "rewritten"
        case .copied: "copied"
        case .rotatedAway: "rotated-away"
        case .rotatedUnreadable: "rotated-unreadable"
        case .readFailed: "read-failed"
        }
    }

    private func message(_ notice: LogFollower.Notice) -> String {
        switch notice {
        case .waiting(let error): "cannot be read now (\(error)); waiting for it"
        case .opened: "following"
        case .rotated: "was rotated; following the new file"
        }
    }
}
