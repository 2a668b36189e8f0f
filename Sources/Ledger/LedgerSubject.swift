import SecurityEvents

/// What an entry can be found by: copies out of its payload, and never more than the payload says.
struct LedgerSubject: Equatable {
    var rule: String?
    var ruleName: String?
    var level: String?
    var container: String?
    var workloadUID: String?
    var namespace: String?
    var workload: String?
    var actor: String?
    var onBehalfOf: String?
    /// What a note is about.
    var about: String?

    init(_ entry: LedgerEntry) {
        switch entry {
        case .deployment(let event):
            container = event.containers.lazy.compactMap(\.id).first
            fill(workload: event.workload, actor: event.actor)
        case .finding(let finding):
            rule = finding.rule
            ruleName = finding.ruleName
            level = finding.level.rawValue
            container = finding.container?.id
            fill(workload: finding.workload, actor: finding.actor)
        case .gap(let gap):
            about = gap.source
        case .decision(let record):
            rule = record.decision.reasons.first?.rule
            ruleName = record.decision.reasons.first?.ruleName
            level = record.decision.reasons.first?.level.rawValue
            container = record.request.containers.lazy.compactMap(\.id).first
            fill(workload: record.request.workload, actor: record.request.actor)
            about = record.decision.id
        case .note(let note):
            actor = note.author
            about = note.subject
        }
        settle()
    }

    private mutating func fill(workload summary: WorkloadSummary?, actor who: ActorSummary) {
        workloadUID = summary?.uid
        namespace = summary?.namespace
        workload = summary?.name
        actor = who.user
        onBehalfOf = who.onBehalfOf ?? who.impersonatedUser
    }

    /// SQLite's texts end at a NUL; the picture of one stands for it, so that what is read back is what was written.
    private mutating func settle() {
        for path in Self.paths {
            guard let text = self[keyPath: path] else { continue }
            self[keyPath: path] = Self.settled(text)
        }
    }

    static func settled(_ text: String) -> String {
        guard text.utf8.contains(0) else { return text }
        return String(String.UnicodeScalarView(text.unicodeScalars.map { $0 == "\0" ? "\u{2400}" : $0 }))
    }

    /// The columns of the subject in the order of the table.
    static var columns: [String] {
        [
            "rule", "rule_name", "level", "container", "workload_uid", "namespace", "workload", "actor",
            "on_behalf_of", "about",
        ]
    }

    private static var paths: [WritableKeyPath<LedgerSubject, String?>] {
        [
            \.rule, \.ruleName, \.level, \.container, \.workloadUID, \.namespace, \.workload, \.actor, \.onBehalfOf,
            \.about,
        ]
    }

    /// The values of the columns, in the same order.
    var values: [String?] {
        [rule, ruleName, level, container, workloadUID, namespace, workload, actor, onBehalfOf, about]
    }
}
