import ArgumentParser
import JSONView
import Ledger
import Reports

/// `tallyman ledger verify`.
struct LedgerVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract: "Check every entry's hash against the one before; name the first that does not hold.",
        discussion: """
            Prints the head; keep it elsewhere and give it back with --anchor to notice a ledger that was written anew.

            Examples:
              tallyman ledger verify --ledger ledger.db
              tallyman ledger verify --ledger ledger.db --anchor 1200:9f86d081…

            Exit status: 0 the chain holds, 1 it is broken, 2 the ledger could not be read.
            """)

    @OptionGroup var options: LedgerOptions

    @Option(help: ArgumentHelp("A head that an earlier run printed.", valueName: "number:hash"))
    var anchor: LedgerHead?

    @Option(help: "How to print: \(OutputFormat.list).")
    var format = OutputFormat.text

    func run() async throws {
        let ledger = try options.open()
        let verification: LedgerVerification
        do throws(LedgerError) {
            verification = try await ledger.verify(against: anchor)
        } catch {
            throw LedgerOptions.explain(error)
        }
        let head = verification.head
        switch format {
        case .json:
            var writer = JSONWriter()
            writer.object { object in
                object.key("intact")
                object.value(verification.fault == nil)
                object.member("verified", Int(verification.verified))
                object.member("head", "\(head)")
                object.member("sequence", verification.fault.map { Int($0.sequence) })
                object.member("fault", verification.fault.map { "\($0)" })
            }
            Terminal.standardOutput.write(writer.text + "\n")
        case .text:
            if let fault = verification.fault {
                Terminal.standardOutput.write("broken at \(visible("\(fault)"))\n")
            } else {
                Terminal.standardOutput.write("intact: \(verification.verified) entries, head \(head)\n")
            }
        }
        if verification.fault != nil { throw ExitStatus.findings }
    }
}

extension LedgerHead: ExpressibleByArgument {
    /// Understands `number:hash` as ``LedgerVerifyCommand`` prints it.
    public init?(argument: String) { self.init(argument) }
}
