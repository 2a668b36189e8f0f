package import Detection
package import SecurityEvents

/// Says what there is to say about each event, in the order of the log.
package protocol Judge {
    /// Judges an event.
    ///
    /// - Parameter event: what happened.
    /// - Returns: what is to be reported about it.
    mutating func judge(_ event: borrowing Event) -> [Finding]
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
}
