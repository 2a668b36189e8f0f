package import Detection
package import SecurityEvents

/// Says what there is to say about each event, in the order of the log.
package protocol Judge {
    /// Judges an event.
    ///
    /// - Parameter event: what happened.
    /// - Returns: what is to be reported about it.
    mutating func judge(_ event: borrowing Event) -> [Finding]

    /// Says which events need not be shown, for the thread that reads them; nil where all must be.
    func makeSieve() -> ((borrowing Event) -> Bool)?

    /// What could not be judged so far, and why; a sentence each.
    var reservations: [String] { get }

    /// What was forgotten because a limit was reached, by what it was.
    var forgotten: [(what: String, count: Int)] { get }
}

extension Judge {
    /// All events must be shown.
    package func makeSieve() -> ((borrowing Event) -> Bool)? { nil }

    /// Nothing was left unjudged.
    package var reservations: [String] { [] }

    /// Nothing was forgotten.
    package var forgotten: [(what: String, count: Int)] { [] }
}

/// Judges events by rules, Docker's after joining what its sources tell of one container.
package struct RuleJudge: Judge {
    private var join = ContainerJoin()
    private var detector: Detector
    private let desk: RuleDesk?
    /// What waits for other sources; nil where one log is read after the other.
    private var late: LateBinding?

    /// Judges by a detector's rules.
    ///
    /// - Parameters:
    ///   - detector: the rules.
    ///   - desk: where other rules come from while the work goes on.
    ///   - bindsLate: whether events are judged once more when another source tells what they did not know.
    package init(_ detector: consuming Detector, desk: RuleDesk? = nil, bindsLate: Bool = false) {
        self.detector = detector
        self.desk = desk
        if bindsLate { late = LateBinding() }
    }

    package mutating func judge(_ event: borrowing Event) -> [Finding] {
        if let library = desk?.take() { detector.adopt(library) }
        var findings = observe(event)
        guard late != nil else { return findings }
        for waiting in late?.complete(by: event) ?? [] {
            for var finding in observe(waiting) {
                if finding.filled.isEmpty { finding.filled = ["deployment"] }
                findings.append(finding)
            }
        }
        late?.hold(event)
        return findings
    }

    package func makeSieve() -> ((borrowing Event) -> Bool)? {
        // Other rules, or other sources, may ask for any event.
        guard desk == nil, late == nil else { return nil }
        let sieve = detector.makeSieve()
        // What Docker tells of a container is joined before rules see it.
        return { event in event.source.platform == .docker || sieve.passes(event) }
    }

    private mutating func observe(_ event: borrowing Event) -> [Finding] {
        guard event.source.platform == .docker, event.action != .read else { return detector.observe(event) }
        var joined = copy event
        join.complete(&joined)
        return detector.observe(joined)
    }

    package var reservations: [String] {
        let statistics = detector.statistics
        var told = statistics.failures.sorted { $0.key < $1.key }.map { name, failure in
            "rule \(name) had no answer for \(failure.count) events or containers, first: \(failure.reason)"
        }
        if statistics.cut > 0 { told.append("\(statistics.cut) events have more containers than are looked at") }
        return told + Self.lost(statistics.forgotten) + Self.uncounted(statistics)
    }

    package var forgotten: [(what: String, count: Int)] {
        let statistics = detector.statistics
        return [
            ("workloads", statistics.forgotten.workloads), ("grants", statistics.forgotten.grants),
            ("shapes", statistics.forgotten.shapes), ("findings", statistics.forgotten.findings),
            ("aggregated_events", statistics.uncounted), ("containers", statistics.cut),
        ]
    }

    /// What forgetting may have cost, a sentence each.
    private static func lost(_ forgotten: DetectorStatistics.Forgotten) -> [String] {
        [
            (forgotten.workloads, "workloads", "who deployed them may be unknown"),
            (forgotten.grants, "dangerous rights", "a workload that has them may pass for an ordinary one"),
            (forgotten.shapes, "shapes of workloads", "short-lived ones that are alike may be counted too few"),
            (forgotten.findings, "findings", "they may come again"),
        ].compactMap { count, what, consequence in
            count == 0 ? nil : "\(count) earlier \(what) were forgotten: \(consequence) (see --max-workloads)"
        }
    }

    /// What rules that count may have missed, a sentence each.
    private static func uncounted(_ statistics: DetectorStatistics) -> [String] {
        var told: [String] = []
        if statistics.uncounted > 0 {
            told.append(
                "\(statistics.uncounted) events or groups were forgotten by rules that count, so that a number may have been "
                    + "reached unseen")
        }
        if statistics.ungrouped > 0 {
            told.append(
                "\(statistics.ungrouped) events lack a field that a rule groups by, and were counted in no group")
        }
        return told
    }
}
