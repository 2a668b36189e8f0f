import ArgumentParser
import Ledger
import Reports
import Rules
import SecurityEvents

/// `tallyman ledger search QUERY`.
struct LedgerSearchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "search",
        abstract: "Search the entries, and count, group and chart them.",
        discussion: """
            The language is that of hunt --search (docs/search.md). Entries have the fields of events as far as the ledger
            keeps them, and type (deployment, finding, gap, note, decision), verdict, rule, level, title, message, tags, sequence, recorded.

            Examples:
              tallyman ledger search --ledger ledger.db 'type=finding level IN (high, critical) | stats count by rule'
              tallyman ledger search --ledger ledger.db 'user=alice | sort -_time | head 20'
              tallyman ledger search --ledger ledger.db --format csv 'type=deployment | timechart span=1h count by kind'
            """)

    @OptionGroup var options: LedgerOptions

    @Argument(help: "The search.")
    var query: String

    @Option(help: "Only entries from then on: RFC 3339, a date, or how long ago.")
    var since: Moment?

    @Option(help: "Only entries before.")
    var until: Moment?

    @Option(help: "How to print: \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = TableFormat.text

    func run() async throws {
        let search = try compiled()
        let ledger = try options.open()
        var pipe = search.pipe(now: Double(SystemClock.seconds))
        do throws(LedgerError) {
            var page = LedgerQuery()
            page.since = since?.timestamp
            page.until = until?.timestamp
            page.order = .oldestFirst
            page.limit = 1000
            while !pipe.isFull {
                let entries = try await ledger.entries(matching: page)
                for entry in entries { Self.add(entry, search, to: &pipe) }
                guard entries.count == page.limit, let last = entries.last else { break }
                page.after = last.sequence
            }
        } catch {
            throw LedgerOptions.explain(error)
        }
        let result = pipe.finish()
        Terminal.standardOutput.print(Table(columns: result.columns, rows: result.rows), format)
        for note in pipe.notes { Terminal.standardError.write("tallyman: \(note)\n") }
    }

    private func compiled() throws -> RecordSearch {
        let lists = try RuleOptions.shipped().lists
        do throws(SearchFault) {
            return try RecordSearch(
                query, known: LedgerFields.all.keys.sorted(), columns: LedgerFields.columns, lists: lists)
        } catch {
            Terminal.explain(error)
            throw ExitStatus.couldNotWork
        }
    }

    static func add(_ entry: StoredEntry, _ search: RecordSearch, to pipe: inout SearchPipe) {
        var row = SearchRow()
        for (written, known) in search.fields { row[written] = LedgerFields.all[known]?(entry) ?? .none }
        pipe.add(row) { text in
            String(decoding: entry.payload, as: UTF8.self).lowercased().contains(text.lowercased())
        }
    }
}
