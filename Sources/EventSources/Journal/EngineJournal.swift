import JSONView
import PlatformAPIs
import SecurityEvents

/// Follows the log of a Docker engine in the journal; goes on where it ended before.
package struct EngineJournal<Journal: JournalAPI>: EventSource {
    private static var wanted: Set<String> {
        [
            "__CURSOR", "__REALTIME_TIMESTAMP", "_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER", "_COMM", "MESSAGE", "MESSAGE_ID",
            "N_DROPPED", "CONTAINER_ID",
        ]
    }
    /// The members that the reader of the engine's log needs, in the journal's own words.
    private static var told: [String] {
        ["__REALTIME_TIMESTAMP", "_SYSTEMD_UNIT", "SYSLOG_IDENTIFIER", "_COMM", "MESSAGE"]
    }

    /// What the source is called unless told otherwise.
    package static var usualName: String { "journal" }

    /// The source's name.
    package let name: String
    private let journal: Journal
    private let positions: PositionFile?
    private let resumes: String?
    private let time: SourceTime

    /// Names a journal.
    ///
    /// - Parameters:
    ///   - journal: the journal.
    ///   - name: what the source is called.
    ///   - positions: where it is kept across restarts how far the journal was read.
    ///   - place: where to go on, as a record's place said it; it comes before what `positions` has.
    ///   - time: the clock to go by.
    package init(
        _ journal: Journal, name: String = Self.usualName, positions: PositionFile? = nil, place: [UInt8]? = nil,
        time: SourceTime = .system
    ) {
        resumes = place.flatMap { String(validating: $0, as: UTF8.self) }
        self.journal = journal
        self.name = name
        self.positions = positions
        self.time = time
    }

    /// What was read last.
    private struct Place {
        var start: JournalPlace
        var cursor: String? { if case .entry(let cursor) = start { cursor } else { nil } }
        var moment: Timestamp?
        var lines = 0
        /// The entry that a reading begins with has been read before, if it is there.
        var expects: String?
    }

    /// Tells the entries as they come; starts reading again whenever that ends, and never ends by itself.
    ///
    /// - Parameter emit: takes one item; it may wait.
    /// - Throws: that the journal cannot be read at all; `CancellationError`; what `emit` threw.
    package func run(_ emit: @escaping @Sendable (SourceItem) async throws -> Void) async throws {
        let kept = (resumes ?? positions?.cursor(of: name)).map { JournalPlace($0) }
        var place = Place(start: kept ?? .moment(time.now()))
        var backoff = Backoff()
        var complaint = ""
        var hasRead = false
        while true {
            let reading: Journal.Reading
            do {
                reading = try journal.open(from: place.start)
            } catch {
                guard hasRead else { throw error }
                try await pause("\(error)", &complaint, &backoff, emit)
                continue
            }
            // A process that ends before the first entry is kept would have the next one begin behind it.
            if !hasRead, kept == nil { try await emit(.mark(mark(place))) }
            if !hasRead || !complaint.isEmpty {
                try await emit(.notice(SourceNotice(source: name, message: "following", isFollowing: true)))
            }
            hasRead = true
            let before = place.lines
            let reason = try await follow(reading, &place, emit)
            if place.lines > before { (backoff, complaint) = (Backoff(), "") }
            try await pause(reason, &complaint, &backoff, emit)
        }
    }

    private func pause(
        _ reason: String, _ complaint: inout String, _ backoff: inout Backoff,
        _ emit: (SourceItem) async throws -> Void
    ) async throws {
        if reason != complaint {
            try await emit(.notice(SourceNotice(source: name, message: "\(reason); trying again", isFollowing: false)))
        }
        complaint = reason
        try await time.sleep(backoff.next(random: time.random()))
    }

    /// Reads until that ends.
    ///
    /// - Returns: why it ended.
    private func follow(
        _ reading: Journal.Reading, _ place: inout Place, _ emit: (SourceItem) async throws -> Void
    ) async throws -> String {
        var export = JournalExport(wanted: Self.wanted)
        place.expects = place.cursor
        while true {
            let bytes: [UInt8]
            do { bytes = try await reading.read() } catch {
                try Task.checkCancellation()
                return "\(error)"
            }
            let entries = export.take(bytes)
            for entry in entries { try await tell(entry, &place, emit) }
            if !entries.isEmpty, positions != nil { try await emit(.mark(mark(place))) }
        }
    }

    private func mark(_ place: Place) -> SourceMark {
        let text = place.start.text
        return SourceMark(number: UInt64(place.lines), place: SourcePlace(source: name) { Array(text.utf8) }) {
            [name, positions] in positions?.keep(cursor: text, of: name)
        }
    }

    private func tell(
        _ entry: JournalExport.Entry, _ place: inout Place, _ emit: (SourceItem) async throws -> Void
    ) async throws {
        let cursor = entry.text("__CURSOR")
        if let expected = place.expects {
            place.expects = nil
            if cursor == expected {
                place.moment = moment(of: entry)
                return
            }
            let reason = "the journal no longer has the entry that was read last; those after it may be missing"
            try await emit(gap(from: place.moment, to: moment(of: entry), reason, key: "lost/\(expected)"))
        }
        place.lines += 1
        if let cursor { place.start = .entry(cursor) }
        place.moment = moment(of: entry) ?? place.moment
        if entry.text("MESSAGE_ID") == SystemJournal.droppedMessage {
            let count = entry.text("N_DROPPED").flatMap { Int($0) }
            let reason = "the journal did not take entries of the engine, as they came too fast"
            return try await emit(gap(from: place.moment, to: place.moment, reason, count))
        }
        // What a container writes comes from the engine too, where that keeps containers' output in the journal.
        guard entry.fields["CONTAINER_ID"] == nil else { return }
        if entry.leftOut > 0 {
            try await emit(gap(from: place.moment, to: place.moment, "an entry was too large to be read whole", 1))
        }
        let position = SourcePosition(name: name, line: place.lines)
        let read = cursor.map { cursor in SourcePlace(source: name) { Array(cursor.utf8) } }
        try await emit(
            .record(SourceRecord(bytes: json(entry), format: .dockerDaemon, position: position, place: read)))
    }

    private func gap(from: Timestamp?, to: Timestamp?, _ reason: String, _ estimate: Int? = nil, key: String? = nil)
        -> SourceItem
    {
        .gap(Gap(source: name, from: from, to: to ?? time.now(), reason: reason, estimate: estimate, key: key))
    }

    private func moment(of entry: JournalExport.Entry) -> Timestamp? {
        guard let digits = entry.text("__REALTIME_TIMESTAMP"), let count = Int64(digits), count > 0,
            count < .max / 1000
        else { return nil }
        return Timestamp(nanoseconds: count * 1000)
    }

    /// The entry as `journalctl -o json` writes it.
    private func json(_ entry: JournalExport.Entry) -> [UInt8] {
        var writer = CompactJSON()
        writer.write(raw: "{")
        var isFirst = true
        for name in Self.told {
            guard let value = entry.fields[name] else { continue }
            if !isFirst { writer.write(raw: ",") }
            isFirst = false
            writer.write(string: name.utf8)
            writer.write(raw: ":")
            writer.write(string: value)
        }
        writer.write(raw: "}")
        return writer.bytes
    }
}
