import ArgumentParser
import JSONView
import Ledger
import LogLines
import Reports
import Rules
import SecurityEvents

/// `tallyman rules coverage`.
struct RulesCoverageCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "coverage",
        abstract: "Write an ATT&CK Navigator layer of what is enabled, or of what has fired.",
        discussion: """
            The layer (format 4.5) has a technique for each that an enabled rule is about. With --ledger or --findings,
            techniques are scored by findings instead of rules.

            Examples:
              tallyman rules coverage > enabled.json
              tallyman rules coverage --ledger ledger.db --since 30d > fired.json
              tallyman hunt --format json audit.log | tallyman rules coverage --findings - > fired.json
              tallyman rules coverage --format text
            """)

    enum Format: String, CaseIterable, ExpressibleByArgument {
        case json, text, csv
    }

    @OptionGroup var options: RuleOptions

    @Option(help: ArgumentHelp("Score by the findings of this ledger.", valueName: "file"), completion: .file())
    var ledger: String?

    @Option(
        help: ArgumentHelp(
            "Score by findings, one JSON object a line, as hunt writes them; - for standard input.", valueName: "file"),
        completion: .file())
    var findings: String?

    @Option(help: "Only findings of the ledger from then on: RFC 3339, a date, or how long ago.")
    var since: Moment?

    @Option(help: "How to print: json (the layer), text or csv (a table).")
    var format = Format.json

    func validate() throws {
        if ledger != nil, findings != nil { throw ValidationError("give --ledger or --findings, not both") }
    }

    func run() async throws {
        var techniques: [String: NavigatorLayer.Technique] = [:]
        for rule in try options.library().rules where rule.waitsFor.isEmpty && rule.generates {
            for tag in rule.rule.tags {
                guard let technique = NavigatorLayer.technique(of: tag) else { continue }
                techniques[technique, default: .init()].rules.append(
                    .init(name: rule.rule.name, level: rule.rule.level))
            }
        }
        var fired: [[String]] = []
        if let ledger { fired = try await Self.tags(inLedger: ledger, since: since?.timestamp) }
        if let findings { fired = try Self.tags(inFile: findings) }
        for tags in fired {
            for technique in Set(tags.compactMap(NavigatorLayer.technique)) {
                techniques[technique, default: .init()].fired += 1
            }
        }
        print(techniques)
    }

    private func print(_ techniques: [String: NavigatorLayer.Technique]) {
        guard format != .json else {
            let layer = NavigatorLayer(techniques, hasFindings: ledger != nil || findings != nil)
            Terminal.standardOutput.write(layer.text)
            return
        }
        var table = Table(columns: [
            .init("technique"), .init("rules"), .init("fired"), .init("names", canShrink: true),
        ])
        for (number, technique) in techniques.sorted(by: { $0.key < $1.key }) {
            table.add([
                .text(number), .number(Int64(technique.rules.count)), .number(Int64(technique.fired)),
                .texts(technique.rules.map(\.name)),
            ])
        }
        Terminal.standardOutput.print(table, format == .csv ? .csv : .text)
    }

    private static func tags(inLedger path: String, since: Timestamp?) async throws -> [[String]] {
        let ledger = try LedgerOptions.open(path, .read)
        var tags: [[String]] = []
        var query = LedgerQuery()
        query.kinds = [.finding]
        query.since = since
        query.order = .oldestFirst
        query.limit = 1000
        do throws(LedgerError) {
            while true {
                let entries = try await ledger.entries(matching: query)
                for entry in entries { if case .finding(let finding) = entry.entry { tags.append(finding.tags) } }
                guard entries.count == query.limit, let last = entries.last else { return tags }
                query.after = last.sequence
            }
        } catch {
            throw LedgerOptions.explain(error)
        }
    }

    private static func tags(inFile path: String) throws -> [[String]] {
        let lines: LineReader
        do throws(LogOpenError) {
            lines = path == "-" ? try LineReader(descriptor: 0, name: "standard input") : try LineReader(path: path)
        } catch {
            Terminal.standardError.write("tallyman: \(visible(path)): \(visible(error.reason.explanation))\n")
            throw ExitStatus.couldNotWork
        }
        var tags: [[String]] = []
        let parser = JSONParser()
        while let item = lines.next() {
            guard case .line(let line) = item, !line.bytes.isEmpty else { continue }
            guard let document = try? parser.parse(line.bytes), let list = document.root["tags"] else {
                Terminal.standardError.write(
                    "tallyman: \(visible(path)):\(line.number): no finding as hunt writes it\n")
                throw ExitStatus.couldNotWork
            }
            tags.append(list.elements.compactMap { $0.string })
            withExtendedLifetime(document) {}
        }
        return tags
    }
}
