package import Detection
package import SecurityEvents

/// Says what there is to say about each event, in the order of the log.
package protocol Judge {
    /// Judges an event.
    ///
    /// - Parameter event: what happened.
    /// - Returns: what is to be reported about it.
    mutating func judge(_ event: borrowing Event) -> [Finding]

    /// What could not be judged so far, and why; a sentence each.
    var reservations: [String] { get }
}

extension Judge {
    /// Nothing was left unjudged.
    package var reservations: [String] { [] }
}

/// Judges events by rules, Docker's after joining what its sources tell of one container.
package struct RuleJudge: Judge {
    private var join = ContainerJoin()
    private var detector: Detector

    /// Judges by a detector's rules.
    package init(_ detector: consuming Detector) { self.detector = detector }

    package mutating func judge(_ event: borrowing Event) -> [Finding] {
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
