public import SecurityEvents

/// What a run read, understood and found.
public struct RunSummary: Sendable, Equatable {
    /// How many faults are kept with their places.
    public static let faultLimit = 10

    /// How many files and streams were read.
    public var files = 0
    /// How many lines were read.
    public var lines = 0
    /// How many bytes were read, after decompression.
    public var bytes = 0
    /// How many events came out of each source.
    public var events: [SourceType: Int] = [:]
    /// How many lines or records were passed over because they could not be understood.
    public var skipped = 0
    /// How many faults there were, those within records that were used included.
    public var faultCount = 0
    /// The first faults.
    public private(set) var faults: [Diagnostic] = []
    /// How many findings there are of each level.
    public var findings: [Level: Int] = [:]
    /// How many findings the ledger had already; nil without a ledger.
    public var known: Int?
    /// Stretches of time that a source could not answer for.
    public var gaps = 0
    public var elapsed = Duration.zero

    /// Makes the summary of a run that did nothing yet.
    public init() {}

    /// Counts an event.
    public mutating func count(_ source: SourceType) { events[source, default: 0] += 1 }

    /// Counts a finding.
    public mutating func count(_ level: Level) { findings[level, default: 0] += 1 }

    /// Counts a fault, and keeps it if it is one of the first.
    ///
    /// - Parameters:
    ///   - fault: what is wrong and where.
    ///   - isSkipped: whether its line or record was passed over.
    public mutating func count(_ fault: Diagnostic, isSkipped: Bool) {
        faultCount += 1
        if isSkipped { skipped += 1 }
        if faults.count < Self.faultLimit { faults.append(fault) }
    }

    /// How many events there were.
    public var eventCount: Int { events.values.reduce(0, +) }

    /// How many findings there are.
    public var findingCount: Int { findings.values.reduce(0, +) }

    /// How many events a second were read; nil for a run too short to say.
    public var rate: Double? {
        let seconds = elapsed.seconds
        return seconds > 0 ? Double(eventCount) / seconds : nil
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { Double(components.seconds) + Double(components.attoseconds) / 1e18 }
}
