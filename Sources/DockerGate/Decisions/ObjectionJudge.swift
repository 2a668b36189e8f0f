import SecurityEvents

/// Decides by what the gate itself holds against a call, without any rules.
package struct ObjectionJudge: CallJudge {
    private let enforces: Bool

    /// Makes a judge.
    ///
    /// - Parameter enforces: whether calls are refused, or all let through.
    package init(enforces: Bool) { self.enforces = enforces }

    package func judge(_ call: borrowing JudgedCall, until deadline: ContinuousClock.Instant) -> CallVerdict {
        guard enforces, let first = call.objections.first else { return CallVerdict(allows: true) }
        return CallVerdict(allows: false, message: "tallyman: \(first)")
    }
}
