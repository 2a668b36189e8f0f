import Agent
import ArgumentParser
import Detection
import Ledger
import Reports
import Rules
import SecurityEvents

/// `tallyman hunt FILE…`.
struct HuntCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "hunt",
        abstract: "Read logs and say which container deployments to look at, why, and who did them.",
        discussion: """
            Reads Docker's events, daemon log, authorization calls and inspections, and Kubernetes' audit log, Events and
            AdmissionReviews, in any mixture; plain, gzip or zstd. Findings go to standard output, the summary to standard
            error.

            Examples:
              tallyman hunt /var/log/kubernetes/audit.log
              tallyman hunt --since 24h --level high --format json audit-*.log.gz
              journalctl -u docker -o export | tallyman hunt -
              tallyman hunt --lists our-lists/ --fail-on low audit.log
              tallyman hunt --policy policy.yaml --inventory cluster.yaml audit.log
              tallyman hunt --pod-security restricted audit.log
              tallyman hunt --max-workloads 500000 a-year-of-audit.log.zst
              tallyman hunt --search 'action="create" | where image NOT IN ("known_images_list")' audit.log
              tallyman hunt --search 'action=create | stats count dc(image) AS images by user | sort -count' audit.log
              tallyman hunt --search 'action=exec | timechart span=1h count by user' --format csv audit.log

            Exit status: \(ExitStatus.explanation)
            """)

    @Argument(help: "Logs to read; - for standard input.", completion: .file())
    var files: [String]

    @OptionGroup var ruleOptions: RuleOptions

    @OptionGroup var memoryOptions: MemoryOptions

    @Option(
        help: ArgumentHelp(
            "Instead of the rules, a search as ATT&CK writes its analytics; a quoted list name stands for its members.",
            valueName: "query"))
    var search: String?

    @OptionGroup(title: "What policies would have refused") var policies: PolicyOptions

    @Option(
        help: ArgumentHelp(
            "The format of all input, instead of recognizing it: \(LogFormat.allCases.map(\.rawValue).joined(separator: ", ")).",
            valueName: "format"))
    var inputFormat: LogFormat?

    @Option(help: "Leave out what happened before: RFC 3339, a date, or how long ago (90s, 15m, 24h, 7d).")
    var since: Moment?

    @Option(help: "Leave out what happened from then on: RFC 3339, a date, or how long ago.")
    var until: Moment?

    @Option(
        help: "Leave out findings below: informational, low, medium, high, critical. Default: low; of a search, all.")
    var level: Level?

    @Option(help: "How to print findings: text or json; the table of a search also as csv.")
    var format = TableFormat.text

    @Option(help: "Exit with 1 when there is a finding at or above this level.")
    var failOn = Level.medium

    @Option(
        help: ArgumentHelp("Keep deployments, findings and gaps in this ledger.", valueName: "file"),
        completion: .file())
    var ledger: String?

    @Flag(help: "Print no summary and no progress.")
    var quiet = false

    func validate() throws {
        if files.isEmpty { throw ValidationError("name the logs to read, or - for standard input") }
        if files.filter({ $0 == "-" }).count > 1 { throw ValidationError("standard input can be read only once") }
        if search != nil, policies.isAsked { throw ValidationError("--search and --policy ask different things") }
    }

    func run() async throws {
        if policies.isAsked {
            guard format != .csv else {
                throw ValidationError("what policies would have refused is printed as text or json")
            }
            return try await askPolicies()
        }
        let library = try ruleOptions.library()
        keepUntilExit(library)
        let query = try search.map { try compile($0, library) }
        let store = try ledger.map { try LedgerOptions.open($0, .append) }
        if let query, query.makesTable { return try await makeTable(query, library, store) }
        guard format != .csv else {
            throw ValidationError("findings are printed as text or json; csv is for searches that make a table")
        }
        let rules = query?.conditions.library(from: library) ?? library
        var limits = memoryOptions.detector
        limits.level = lowest
        let outcome = try await hunt(RuleJudge(Detector(library: rules, options: limits)), store)
        try outcome.exit(failOn: failOn)
    }

    /// The lowest level that is printed.
    private var lowest: Level { level ?? (search == nil ? .low : .informational) }

    /// Asks policies instead of rules, and shows to whom they would have said no.
    private func askPolicies() async throws {
        let detector = try policies.detector(keepsSound: ruleOptions.keepSound)
        let tally = detector.tally
        let store = try ledger.map { try LedgerOptions.open($0, .append) }
        let outcome = try await hunt(PolicyJudge(detector), store)
        let summary = PolicySummary(tally)
        switch format {
        case .json: _ = Terminal.standardOutput.write(summary.json)
        case .text, .csv: _ = Terminal.standardOutput.write(summary.text(styling: Styling(Terminal.standardOutput)))
        }
        try outcome.exit(failOn: failOn)
    }

    private func hunt<Rules: Judge>(_ judge: consuming Rules, _ store: SQLiteLedger?) async throws -> Outcome {
        var options = HuntOptions()
        options.endsProcess = true
        options.format = inputFormat
        options.since = since?.timestamp
        options.until = until?.timestamp
        options.level = lowest
        var lines: [UInt8] = []
        let output = FindingOutput(format: format == .json ? .json : .text, isSearch: search != nil)
        let progress = ProgressLine(isShown: !quiet && Terminal.standardError.isInteractive)
        var highest: Level?
        do throws(LedgerError) {
            let result = try await Hunt(judge: judge, options: options, ledger: store).run(
                files.map { HuntInput(argument: $0) },
                progress: { progress.show($0) },
                report: { finding in
                    highest = max(highest ?? finding.level, finding.level)
                    progress.clear()
                    return output.print(finding, by: &lines)
                })
            progress.clear()
            let outcome = Outcome(result, highest: highest)
            outcome.explain(withSummary: !quiet)
            return outcome
        } catch {
            progress.clear()
            throw LedgerOptions.explain(error)
        }
    }

    /// Runs a search to its end and prints the table that it makes.
    private func makeTable(_ query: SearchQuery, _ library: RuleLibrary, _ store: SQLiteLedger?) async throws {
        let runner = SearchRunner(
            query, library: library, now: Double(SystemClock.seconds), since: since?.timestamp, until: until?.timestamp)
        let outcome = try await hunt(SearchJudge(runner), store)
        let result = runner.finish()
        Terminal.standardOutput.print(Table(columns: result.columns, rows: result.rows), format)
        for note in result.notes { Terminal.standardError.write("tallyman: \(note)\n") }
        try outcome.exit(failOn: failOn)
    }

    private func compile(_ text: String, _ library: RuleLibrary) throws -> SearchQuery {
        do throws(SearchFault) {
            return try SearchQuery(text, library: library)
        } catch {
            Terminal.explain(error)
            throw ExitStatus.couldNotWork
        }
    }
}
