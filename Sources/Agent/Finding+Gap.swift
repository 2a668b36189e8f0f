internal import SecurityEvents

extension Finding {
    /// What there is to say of a gap that looks as if somebody made it; nil for others.
    ///
    /// - Parameters:
    ///   - gap: the gap.
    ///   - source: what the source has told before.
    init?(_ gap: Gap, in source: SourceType) {
        guard gap.isSuspicious else { return nil }
        let moment = gap.to ?? gap.from
        self.init(
            id: "log-cut/\(gap.source)/\(moment.map { String($0.nanoseconds) } ?? "")",
            rule: "5d0f6a0e-9a0b-4c0c-8f67-3d6f8a0c2b71", ruleName: "log-cut",
            title: "A log was cut while it was written",
            level: .high, time: moment, source: source, position: SourcePosition(name: gap.source, line: 0),
            action: .modify, outcome: .succeeded, message: "\(gap.source): \(gap.reason)", actor: ActorSummary(),
            workload: nil, container: nil, evidence: [],
            tags: ["attack.t1070.002", "attack.t1610"],
            falsePositives: [
                "Somebody emptied the log by hand to free space.",
                "A rotation that removes files at once, faster than they are read.",
            ],
            remediation: """
                Find out who wrote to or removed the file, and compare with another source (a webhook, another server's log). \
                Rotate by renaming, and keep rotated files for an hour at least.
                """)
    }
}
