import ArgumentParser
import Ledger
import Reports

/// `tallyman ledger show ENTRY`.
struct LedgerShowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "show",
        abstract: "Show one entry whole: by its number, or a finding by its id.",
        discussion: """
            Examples:
              tallyman ledger show --ledger ledger.db 42
              tallyman ledger show --ledger ledger.db --format json 6f1c2a…
            """)

    @OptionGroup var options: LedgerOptions

    @Argument(help: "The entry's number, or the finding's id.")
    var entry: String

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func run() async throws {
        let ledger = try options.open()
        let stored: StoredEntry?
        do throws(LedgerError) {
            if let byKey = try await ledger.entry(key: entry) {
                stored = byKey
            } else if let sequence = Int64(entry) {
                stored = try await ledger.entry(sequence: sequence)
            } else {
                stored = nil
            }
        } catch {
            throw LedgerOptions.explain(error)
        }
        guard let stored else {
            Terminal.standardError.write(
                "tallyman: no entry \(visible(entry)); `tallyman ledger list` shows what there is\n")
            throw ExitStatus.couldNotWork
        }
        show(stored)
    }

    private func show(_ stored: StoredEntry) {
        let payload = String(decoding: stored.payload, as: UTF8.self)
        if format == .json {
            Terminal.standardOutput.write(payload + "\n")
            return
        }
        Terminal.standardOutput.write(
            """
            entry     \(stored.sequence)
            kind      \(stored.entry.kind.rawValue)
            recorded  \(stored.recorded)
            previous  \(stored.previous)
            hash      \(stored.hash)

            """)
        if case .finding(let finding) = stored.entry {
            _ = FindingOutput(format: .text).print(finding)
        } else {
            Terminal.standardOutput.write("payload   \(visible(payload))\n")
        }
    }
}
