import SecurityEvents

/// What a source gives.
package enum SourceItem: Sendable, Equatable {
    /// Something that a reader may understand.
    case record(SourceRecord)
    /// A stretch of time for which the source cannot answer.
    case gap(Gap)
    /// Something that could not be read; the rest goes on.
    case fault(Diagnostic)
    /// The state of the source changed, and nothing was lost.
    case notice(SourceNotice)
    /// Everything before has been told; the source waits to hear that it is kept.
    case mark(SourceMark)
    /// Some time has passed: what waits for a record that does not come waits no longer.
    case pause

    /// About how many bytes of memory the item holds.
    var cost: Int {
        if case .record(let record) = self { 256 + record.bytes.count } else { 256 }
    }
}

/// The bytes of one record, not yet read.
package struct SourceRecord: Sendable, Equatable {
    /// One line of a log, or one JSON document.
    package var bytes: [UInt8]
    /// The format, where the source knows it; otherwise it is recognised by content.
    package var format: LogFormat?
    /// Where the record stands.
    package var position: SourcePosition
    /// How far the source is read with this record, where it can go on from there after a restart.
    package var place: SourcePlace?
    /// What to keep of the one thing that it is about, so that the source knows it after a restart; empty bytes forget it.
    package var remembered: SourcePlace?
    /// Whether what it describes was there already when the source began to look.
    package var isFound = false
    /// Whether it was told before this start: it is to be judged, and the ledger has it.
    package var isKnown = false

    /// Makes a record.
    ///
    /// - Parameters:
    ///   - bytes: one line of a log, or one JSON document.
    ///   - format: the format, where the source knows it.
    ///   - position: where the record stands.
    ///   - place: how far the source is read with this record.
    ///   - isFound: whether what it describes was there already when the source began to look.
    package init(
        bytes: [UInt8], format: LogFormat?, position: SourcePosition, place: SourcePlace? = nil, isFound: Bool = false
    ) {
        self.bytes = bytes
        self.format = format
        self.position = position
        self.place = place
        self.isFound = isFound
    }
}

/// Something that a person at the terminal may want to know about a source.
package struct SourceNotice: Sendable, Equatable, CustomStringConvertible {
    /// The source's name.
    package var source: String
    /// What there is to know.
    package var message: String
    /// Whether the source is followed from here on; nil where that has not changed.
    package var isFollowing: Bool?

    /// Makes a notice.
    ///
    /// - Parameters:
    ///   - source: the source's name.
    ///   - message: what there is to know.
    ///   - isFollowing: whether the source is followed from here on; nil where that has not changed.
    package init(source: String, message: String, isFollowing: Bool? = nil) {
        self.source = source
        self.message = message
        self.isFollowing = isFollowing
    }

    /// The source and what there is to know.
    package var description: String { "\(source): \(message)" }
}
