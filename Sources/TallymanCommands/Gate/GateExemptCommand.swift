import ArgumentParser

/// `tallyman gate exempt`.
struct GateExemptCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "exempt",
        abstract: "Break the glass: let one workload or one user pass for minutes or hours, signed and with a reason.",
        discussion: """
            An exemption is a signed text. A gate honours it when it lies in the gate's --exemptions folder and a key of
            --exemption-key signed it; it asks nobody. It is written into the ledger when it is issued, when a gate first
            sees it, and each time that it lets something through.

            Examples:
              tallyman gate exempt keys --out ops
              tallyman gate exempt issue --key ops.key --issuer carol --reason "outage 12" --hours 1 \
                --workload shop/Deployment/web --out exemptions/outage-12
              tallyman gate exempt list --exemptions exemptions/ --exemption-key ops.pub --settings gate.yml
            """,
        subcommands: [ExemptKeysCommand.self, ExemptIssueCommand.self, ExemptListCommand.self])
}
