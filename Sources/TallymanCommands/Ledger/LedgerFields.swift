import Ledger
import Rules
import SecurityEvents

/// The fields of a ledger's entries as searches name them: the event schema's where an entry has them, and its own.
enum LedgerFields {
    typealias Read = @Sendable (StoredEntry) -> SearchCell

    /// What a search shows where it does not say what.
    static let columns = ["_time", "type", "level", "user", "namespace", "kind", "name", "rule", "message"]

    /// The fields, by name.
    static let all: [String: Read] = own.merging(shared) { own, _ in own }

    private static let own: [String: Read] = [
        "sequence": { .number(Double($0.sequence)) },
        "recorded": { .time($0.recorded) },
        "type": { .text($0.entry.kind.rawValue) },
        "id": { text($0.entry.key) },
        "rule": { text(finding($0)?.ruleName ?? reason($0)?.ruleName) },
        "rule_id": { text(finding($0)?.rule ?? reason($0)?.rule) },
        "title": { text(finding($0)?.title) },
        "level": { text(finding($0)?.level.rawValue ?? reason($0)?.level.rawValue) },
        "verdict": { text(decision($0)?.verdict.rawValue) },
        "unjudged": { texts(decision($0)?.unjudged.map(\.cause.rawValue) ?? []) },
        "exemption": { text(decision($0)?.exemption) },
        "tags": { texts(finding($0)?.tags ?? []) },
        "message": {
            switch $0.entry {
            case .finding(let finding): .text(finding.message)
            case .gap(let gap): .text(gap.reason)
            case .note(let note): .text(note.text)
            case .decision(let record): .text(record.decision.summary)
            case .deployment: .none
            }
        },
        "on_behalf_of": { text(actor($0)?.onBehalfOf) },
        "file": { text(position($0)?.name) },
        "line": { position($0).map { .number(Double($0.line)) } ?? .none },
    ]

    private static let shared: [String: Read] = [
        "event.time": { ($0.entry.time).map { .time($0) } ?? .none },
        "event.source": { text(source($0)?.rawValue) },
        "event.sourcetypes": { texts(source($0)?.searchNames ?? []) },
        "event.platform": { text(source($0)?.platform.rawValue) },
        "event.action": { text(finding($0)?.action.rawValue ?? deployment($0)?.action.rawValue) },
        "event.outcome": { text(finding($0)?.outcome.rawValue ?? deployment($0)?.outcome.rawValue) },
        "event.verb": { text(deployment($0)?.verb) },
        "event.resource": { text(deployment($0)?.resource) },
        "event.id": { text(deployment($0)?.id) },
        "event.body": { text(deployment($0)?.body.rawValue) },
        "event.namespace": { text(workload($0)?.namespace) },
        "event.name": { text(workload($0)?.name) },
        "actor.user": { text(actor($0)?.user) },
        "actor.groups": { texts(actor($0)?.groups ?? []) },
        "actor.addresses": { texts(actor($0)?.addresses ?? []) },
        "actor.userAgent": { text(actor($0)?.userAgent) },
        "actor.impersonatedUser": { text(actor($0)?.impersonatedUser) },
        "actor.authentication": { text(actor($0)?.authentication.rawValue) },
        "workload.kind": { text(workload($0)?.kind) },
        "workload.name": { text(workload($0)?.name) },
        "workload.node": { text(workload($0)?.node) },
        "workload.ownerName": { text(workload($0)?.owner) },
        "workload.serviceAccount": { text(workload($0)?.serviceAccount) },
        "workload.images": { texts(containers($0).compactMap(\.image)) },
        "container.name": { texts(containers($0).compactMap(\.name)) },
        "container.id": { texts(containers($0).compactMap(\.id)) },
    ]

    private static func text(_ text: String?) -> SearchCell {
        text.flatMap { $0.isEmpty ? nil : .text($0) } ?? .none
    }

    private static func texts(_ texts: [String]) -> SearchCell {
        texts.count == 1 ? .text(texts[0]) : texts.isEmpty ? .none : .list(texts.map { .text($0) })
    }

    private static func finding(_ stored: StoredEntry) -> Finding? {
        if case .finding(let finding) = stored.entry { finding } else { nil }
    }

    /// What was deployed, or asked of a gate.
    private static func deployment(_ stored: StoredEntry) -> EventRecord? {
        switch stored.entry {
        case .deployment(let record): record
        case .decision(let record): record.request
        default: nil
        }
    }

    private static func decision(_ stored: StoredEntry) -> Decision? {
        if case .decision(let record) = stored.entry { record.decision } else { nil }
    }

    /// The gravest reason of a decision.
    private static func reason(_ stored: StoredEntry) -> Decision.Reason? { decision(stored)?.reasons.first }

    private static func actor(_ stored: StoredEntry) -> ActorSummary? {
        finding(stored)?.actor ?? deployment(stored)?.actor
    }

    private static func workload(_ stored: StoredEntry) -> WorkloadSummary? {
        finding(stored)?.workload ?? deployment(stored)?.workload
    }

    private static func position(_ stored: StoredEntry) -> SourcePosition? {
        finding(stored)?.position ?? deployment(stored)?.position
    }

    private static func source(_ stored: StoredEntry) -> SourceType? {
        finding(stored)?.source ?? deployment(stored)?.source
    }

    private static func containers(_ stored: StoredEntry) -> [ContainerSummary] {
        deployment(stored)?.containers ?? finding(stored)?.container.map { [$0] } ?? []
    }
}
