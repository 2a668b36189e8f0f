import ArgumentParser

/// `tallyman ledger …`.
struct LedgerCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "ledger",
        abstract: "Look into a ledger of deployments, findings and gaps, and check that nobody changed it.",
        subcommands: [
            LedgerListCommand.self, LedgerShowCommand.self, LedgerSearchCommand.self, LedgerVerifyCommand.self,
        ])
}
