package import Detection
package import SecurityEvents

/// Judges events by policies, which say what they would have refused.
package struct PolicyJudge: Judge {
    private var detector: PolicyDetector

    /// Judges by policies; what is counted can be read in the detector's tally afterwards.
    package init(_ detector: consuming PolicyDetector) { self.detector = detector }

    package mutating func judge(_ event: borrowing Event) -> [Finding] { detector.observe(event) }
}
