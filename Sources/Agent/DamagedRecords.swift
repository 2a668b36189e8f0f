internal import SecurityEvents

/// Makes gaps of records that are damaged, as what they told is lost.
///
/// A writer was killed in the middle of one, a disk was full, a line is too long. The first ones of a minute are told one by
/// one, so that each is kept with the place behind it; a log of nothing else is one gap a minute more, with their number.
struct DamagedRecords {
    /// How many of a log's are told one by one in a stretch of time.
    private static let limit = 10
    private static let stretch: Duration = .seconds(60)

    private struct Tally {
        let begun: ContinuousClock.Instant
        var told = 0
        var left = 0
        var from: Timestamp?
        var reason = ""
    }

    // Logs are what the user named, so they are few.
    private var tallies: [String: Tally] = [:]

    /// Takes note of damaged records.
    ///
    /// - Parameters:
    ///   - count: how many there are.
    ///   - source: the log.
    ///   - reason: what is wrong with the first, with its line.
    ///   - instant: when.
    ///   - now: when, as people say it.
    /// - Returns: the gap to tell at once; nil where they are told later.
    mutating func note(
        _ count: Int, in source: String, _ reason: String, at instant: ContinuousClock.Instant, now: Timestamp
    ) -> Gap? {
        var tally = tallies.removeValue(forKey: source) ?? Tally(begun: instant)
        defer { tallies[source] = tally }
        if tally.told < Self.limit {
            tally.told += 1
            return Self.gap(source, count, reason, from: now, to: now)
        }
        if tally.left == 0 { (tally.from, tally.reason) = (now, reason) }
        tally.left += count
        return nil
    }

    /// Gives the gaps of those that were not told one by one.
    ///
    /// - Parameters:
    ///   - instant: when; nil for all that there are.
    ///   - now: when, as people say it.
    /// - Returns: the gaps.
    mutating func due(at instant: ContinuousClock.Instant?, now: Timestamp) -> [Gap] {
        var gaps: [Gap] = []
        for (source, tally) in tallies.sorted(by: { $0.key < $1.key }) {
            if let instant, instant - tally.begun < Self.stretch { continue }
            tallies[source] = nil
            guard tally.left > 0 else { continue }
            gaps.append(Self.gap(source, tally.left, tally.reason, from: tally.from, to: now))
        }
        return gaps
    }

    private static func gap(_ source: String, _ count: Int, _ reason: String, from: Timestamp?, to: Timestamp) -> Gap {
        let what = count == 1 ? "a record could not be read" : "\(count) records could not be read, the first"
        return Gap(source: source, from: from, to: to, reason: "\(what): \(reason)", estimate: count)
    }
}
