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
        if statistics.forgotten > 0 {
            told.append(
                "\(statistics.forgotten) earlier workloads, grants or findings were forgotten, so that who deployed what "
                    + "may be unknown and a finding may come again")
        }
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
