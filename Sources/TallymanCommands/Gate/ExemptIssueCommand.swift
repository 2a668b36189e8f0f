import Admission
import ArgumentParser
import Foundation
import Gate
import Ledger
import Reports
import SecurityEvents

/// `tallyman gate exempt issue`.
struct ExemptIssueCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "issue",
        abstract: "Sign an exemption for one workload or one user.",
        discussion: """
            Examples:
              tallyman gate exempt issue --key ops.key --issuer carol --reason "outage 12" --minutes 30 --user dave
              tallyman gate exempt issue --key ops.key --issuer carol --reason "agent update" --hours 2 \
                --workload monitoring/DaemonSet/agent --audience production --ledger ledger.db --out exemptions/agent
              tallyman gate exempt issue --key ops.key --issuer carol --reason debug --minutes 10 --container build-7
            """)

    @Option(help: ArgumentHelp("The key to sign with (gate exempt keys).", valueName: "file"), completion: .file())
    var key: String

    @Option(help: ArgumentHelp("Who issues it.", valueName: "name"))
    var issuer: String

    @Option(help: ArgumentHelp("Why: a ticket, an outage.", valueName: "text"))
    var reason: String

    @Option(help: ArgumentHelp("The user who may pass, as the gate sees them.", valueName: "name"))
    var user: String?

    @Option(help: ArgumentHelp("The workload that may pass.", valueName: "namespace/Kind/name"))
    var workload: String?

    @Option(help: ArgumentHelp("The container of a Docker host that may pass.", valueName: "name"))
    var container: String?

    @Option(help: "How many hours; 24 at most.")
    var hours = 0

    @Option(help: "How many minutes.")
    var minutes = 0

    @Option(help: ArgumentHelp("The one cluster or host that it is for (the gate's --name).", valueName: "name"))
    var audience: String?

    @Option(help: ArgumentHelp("Write the exemption into this file. Default: standard output.", valueName: "file"))
    var out: String?

    @Option(help: ArgumentHelp("Write down in this ledger that it was issued.", valueName: "file"), completion: .file())
    var ledger: String?

    func validate() throws {
        guard [user, workload, container].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("an exemption is for one of --user, --workload and --container")
        }
        let seconds = Int64(hours) * 3600 + Int64(minutes) * 60
        guard hours >= 0, minutes >= 0, seconds > 0, seconds <= Exemption.longest else {
            throw ValidationError("give --minutes or --hours, \(Exemption.longest / 3600) hours at most")
        }
        if reason.allSatisfy(\.isWhitespace) { throw ValidationError("--reason is empty") }
        if issuer.allSatisfy(\.isWhitespace) { throw ValidationError("--issuer is empty") }
        _ = try subject()
    }

    func run() async throws {
        let now = SystemTime.now
        let seconds = Int64(hours) * 3600 + Int64(minutes) * 60
        let exemption = Exemption(
            id: "x-" + UUID().uuidString.lowercased(), subject: try subject(), audience: audience, reason: reason,
            issuer: issuer, issued: now, expires: Timestamp(nanoseconds: now.nanoseconds + seconds * 1_000_000_000))
        let token: String
        do { token = try ExemptionToken.sign(exemption, with: try ExemptionKey.secret(at: key)) } catch {
            Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
            throw ExitStatus.couldNotWork
        }
        // First into the ledger: what cannot be written down is not issued.
        if let ledger {
            let store = try LedgerOptions.open(ledger, .append)
            let text =
                "exemption issued until \(exemption.expires) for \(user ?? workload ?? container ?? ""): \(reason)"
            do throws(LedgerError) {
                _ = try await store.append([.note(LedgerNote(author: issuer, subject: exemption.id, text: text))])
            } catch { throw LedgerOptions.explain(error) }
        }
        if let out {
            guard
                FileManager.default.createFile(
                    atPath: out, contents: Data((token + "\n").utf8), attributes: [.posixPermissions: 0o644])
            else {
                Terminal.standardError.write("tallyman: \(visible(out)) cannot be written\n")
                throw ExitStatus.couldNotWork
            }
        } else {
            Terminal.standardOutput.write(token + "\n")
        }
        Terminal.standardError.write("tallyman: \(exemption.id), until \(exemption.expires)\n")
    }

    private func subject() throws -> Exemption.Subject {
        if let user {
            guard !user.isEmpty else { throw ValidationError("--user is empty") }
            return .user(user)
        }
        if let container { return .workload(namespace: nil, kind: "Container", name: container) }
        let parts = (workload ?? "").split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count == 3, parts.allSatisfy({ !$0.isEmpty && !$0.contains("*") }) else {
            throw ValidationError("--workload is namespace/Kind/name, and names one workload")
        }
        return .workload(namespace: parts[0], kind: parts[1], name: parts[2])
    }
}
