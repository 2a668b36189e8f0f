internal import EventSources
internal import Ledger
package import SecurityEvents
internal import Synchronization

/// What the agent counts of its own work.
///
/// One task counts (the judge's), others read; whoever reads sees one moment.
package final class AgentMetrics: Sendable {
    struct Counts {
        var records: LabelledCounts
        var bytes: LabelledCounts
        var events: LabelledCounts
        var faults: LabelledCounts
        var gaps: LabelledCounts
        var gapEstimates: LabelledCounts
        var notices: LabelledCounts
        var findings: LabelledCounts
        /// When each source told something last, and the time of the last event of each, in seconds since 1970.
        var heard: LabelledCounts
        var eventTimes: LabelledCounts
        var lags: LabelledCounts
        /// Whether each source is followed now.
        var following: LabelledCounts
        var judging = Histogram()
        var forgotten: [(what: String, count: Int)] = []
        var rules = 0
        var reloads: [Bool: Int] = [true: 0, false: 0]

        init(limit: Int) {
            let empty = LabelledCounts(limit: limit)
            (records, bytes, events, faults, gaps, gapEstimates) = (empty, empty, empty, empty, empty, empty)
            (notices, findings, heard, eventTimes, lags, following) = (empty, empty, empty, empty, empty, empty)
        }
    }

    private let counts: Mutex<Counts>
    private let isAsked = Atomic(true)
    private let now: @Sendable () -> Timestamp

    /// Begins to count.
    ///
    /// - Parameters:
    ///   - labels: how many combinations of labels one metric keeps apart.
    ///   - now: the clock that lag is told by.
    package init(labels: Int = 1000, now: @escaping @Sendable () -> Timestamp = { SystemTime.now }) {
        counts = Mutex(Counts(limit: labels))
        self.now = now
    }

    func read<Value>(_ body: (Counts) -> sending Value) -> sending Value { counts.withLock { body($0) } }

    /// Whether somebody asked since this was last asked, so that what is costly is counted only then.
    func takeQuestion() -> Bool {
        guard isAsked.load(ordering: .relaxed) else { return false }
        return isAsked.exchange(false, ordering: .relaxed)
    }

    func ask() { isAsked.store(true, ordering: .relaxed) }

    func count(record bytes: Int, of source: String) {
        let seconds = now().seconds
        counts.withLock { counts in
            counts.records.add(1, [source])
            counts.bytes.add(Double(bytes), [source])
            counts.heard.set(seconds, [source])
        }
    }

    func count(event source: String, _ type: SourceType, at time: Timestamp?, judgedIn duration: Duration) {
        let seconds = now().seconds
        counts.withLock { counts in
            counts.events.add(1, [source, type.rawValue])
            counts.judging.observe(duration)
            guard let time else { return }
            counts.eventTimes.set(time.seconds, [source])
            // A clock that was put back, here or there, is no negative lag.
            counts.lags.set(max(0, seconds - time.seconds), [source])
        }
    }

    func count(_ finding: Finding) {
        counts.withLock { $0.findings.add(1, [finding.ruleName, finding.level.rawValue]) }
    }

    func count(_ gap: Gap) {
        counts.withLock { counts in
            counts.gaps.add(1, [gap.source])
            if let estimate = gap.estimate { counts.gapEstimates.add(Double(estimate), [gap.source]) }
        }
    }

    func count(fault source: String) { counts.withLock { $0.faults.add(1, [source]) } }

    func count(_ notice: SourceNotice) {
        counts.withLock { counts in
            counts.notices.add(1, [notice.source])
            if let isFollowing = notice.isFollowing { counts.following.set(isFollowing ? 1 : 0, [notice.source]) }
        }
    }

    /// Begins a source's counters at nothing: an increase from nothing is seen only where nothing was told before.
    func begin(_ source: String) {
        counts.withLock { counts in
            counts.gaps.add(0, [source])
            counts.faults.add(0, [source])
            counts.following.set(0, [source])
        }
    }

    func set(forgotten: [(what: String, count: Int)]) { counts.withLock { $0.forgotten = forgotten } }

    /// Notes that rules came into force.
    ///
    /// - Parameter rules: how many there are.
    package func set(rules: Int) { counts.withLock { $0.rules = rules } }

    /// Notes that rules were read again.
    ///
    /// - Parameter isTaken: whether they came into force.
    package func count(reload isTaken: Bool) { counts.withLock { $0.reloads[isTaken, default: 0] += 1 } }
}

extension Timestamp {
    /// Seconds since 1970 with their fraction.
    var seconds: Double { Double(nanoseconds) / 1e9 }
}
