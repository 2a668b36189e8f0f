import ArgumentParser
import Ledger
import Reports
import SecurityEvents

extension LedgerEntry.Kind: ExpressibleByArgument {}

extension TableFormat: ExpressibleByArgument {}

/// `tallyman ledger list`.
struct LedgerListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List entries, the newest first.",
        discussion: """
            Examples:
              tallyman ledger list --ledger ledger.db --kind finding --level high
              tallyman ledger list --ledger ledger.db --subject alice --since 7d --format json
              tallyman ledger list --ledger ledger.db --limit 50 --after 1200
            """)

    @OptionGroup var options: LedgerOptions

    @Option(
        parsing: .singleValue,
        help:
            "Only entries of a kind: \(LedgerEntry.Kind.allCases.map(\.rawValue).joined(separator: ", ")). May be given again."
    )
    var kind: [LedgerEntry.Kind] = []

    @Option(help: "Only findings at or above a level.")
    var level: Level?

    @Option(help: "Only entries from then on: RFC 3339, a date, or how long ago.")
    var since: Moment?

    @Option(help: "Only entries before.")
    var until: Moment?

    @Option(help: "Only findings of a rule, by its name or id.")
    var rule: String?

    @Option(help: "Only entries about a container, workload, namespace, person or key.")
    var subject: String?

    @Option(help: "How many entries, up to \(LedgerQuery.pageLimit).")
    var limit = 100

    @Option(help: "Go on behind the entry of this number.")
    var after: Int64?

    @Flag(help: "The oldest first.")
    var oldestFirst = false

    @Option(help: "How to print: \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = TableFormat.text

    func run() async throws {
        var query = LedgerQuery()
        query.kinds = Set(kind)
        query.level = level
        query.since = since?.timestamp
        query.until = until?.timestamp
        query.rule = rule
        query.subject = subject
        query.limit = limit
        query.after = after
        query.order = oldestFirst ? .oldestFirst : .newestFirst
        let ledger = try options.open()
        do throws(LedgerError) {
            let entries = try await ledger.entries(matching: query)
            Terminal.standardOutput.print(Table(entries), format)
        } catch {
            throw LedgerOptions.explain(error)
        }
    }
}

extension Table {
    /// Entries of a ledger, a row each.
    init(_ entries: [StoredEntry]) {
        self.init(columns: [
            Column("sequence", title: "#"), Column("time"), Column("kind"), Column("level"), Column("actor"),
            Column("subject", canShrink: true), Column("what", canShrink: true),
        ])
        for stored in entries {
            let row = LedgerRow(stored.entry)
            add([
                .number(stored.sequence), Cell(stored.entry.time ?? stored.recorded),
                .text(stored.entry.kind.rawValue), row.level.map { .level($0) } ?? .none, Cell(row.actor),
                Cell(row.subject), .text(row.what),
            ])
        }
    }
}

/// What a list says of an entry.
struct LedgerRow {
    var level: Level?
    var actor: String?
    var subject: String?
    var what: String

    init(_ entry: LedgerEntry) {
        switch entry {
        case .deployment(let event):
            actor = event.actor.user
            subject = event.workload.map(Self.name)
            let images = event.containers.compactMap(\.image).joined(separator: " ")
            what = [event.action.rawValue, event.outcome.rawValue, images].joined(separator: " ")
        case .finding(let finding):
            level = finding.level
            actor = finding.actor.onBehalfOf ?? finding.actor.user
            subject = finding.workload.map(Self.name)
            what = finding.message
        case .gap(let gap):
            subject = gap.source
            what = gap.reason
        case .note(let note):
            subject = note.subject
            what = note.text
        case .decision(let record):
            level = record.decision.reasons.first?.level
            actor = record.request.actor.user
            subject = record.request.workload.map(Self.name)
            what = record.decision.summary
        }
    }

    private static func name(_ workload: WorkloadSummary) -> String {
        let name = [workload.namespace, workload.name].compactMap { $0 }.joined(separator: "/")
        return name.isEmpty ? workload.kind : "\(workload.kind) \(name)"
    }
}
