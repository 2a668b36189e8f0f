package import SecurityEvents

extension Finding {
    /// What there is to say of a gap that looks as if somebody made it; nil for others.
    ///
    /// - Parameters:
    ///   - gap: the gap.
    ///   - source: what the source has told before.
    package init?(_ gap: Gap, in source: SourceType) {
        guard let suspicion = gap.suspicion else { return nil }
        let known = BuiltinFinding.of(suspicion)
        let moment = gap.to ?? gap.from
        // The same gap noticed again is the same finding.
        let what = gap.key ?? moment.map { String($0.nanoseconds) } ?? ""
        self.init(
            id: "\(known.name)/\(gap.source)/\(what)", rule: known.id, ruleName: known.name, title: known.title,
            level: known.level, time: moment, source: source, position: SourcePosition(name: gap.source, line: 0),
            action: .modify, outcome: .succeeded, message: "\(gap.source): \(gap.reason)", actor: ActorSummary(),
            workload: nil, container: nil, evidence: [], tags: known.tags, falsePositives: known.falsePositives,
            remediation: known.remediation)
    }
}
