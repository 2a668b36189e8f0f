import Admission
import ArgumentParser
import Foundation
import Gate
import Ledger
import Reports
import SecurityEvents

/// `tallyman gate exempt list`.
struct ExemptListCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "List exemptions and exceptions, the next to end first.",
        discussion: """
            Exits with 1 where one ends within --within days, or has ended, so that a daily job can tell its owner.

            Examples:
              tallyman gate exempt list --settings gate.yml --within 14
              tallyman gate exempt list --exemptions exemptions/ --exemption-key ops.pub --format json
            """)

    @OptionGroup var exemptionOptions: ExemptionOptions

    @Option(
        help: ArgumentHelp("The gate's settings, which have its exceptions.", valueName: "file"), completion: .file())
    var settings: String?

    @Option(help: ArgumentHelp("Exit with 1 where an exception ends within so many days.", valueName: "days"))
    var within = 14

    @Option(help: "How to print: \(TableFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = TableFormat.text

    func validate() throws {
        if exemptionOptions.exemptions == nil, settings == nil {
            throw ValidationError("nothing to list: give --exemptions or --settings")
        }
        guard (0...36_500).contains(within) else { throw ValidationError("--within is from 0 to 36500") }
    }

    private struct Row {
        var end: Timestamp?
        var cells: [Table.Cell]
    }

    func run() throws {
        let now = SystemTime.now
        var rows: [Row] = []
        var isDue = false
        if let settings {
            guard let data = FileManager.default.contents(atPath: settings) else {
                Terminal.standardError.write("tallyman: \(visible(settings)): cannot be read\n")
                throw ExitStatus.couldNotWork
            }
            do throws(GateFile.Faults) {
                let file = try GateFile(String(decoding: data, as: UTF8.self), file: settings, now: now)
                for exception in file.settings.exceptions {
                    let left = (exception.expires.nanoseconds - now.nanoseconds) / 1_000_000_000
                    if left <= Int64(within) * 86_400 { isDue = true }
                    rows.append(
                        Row(
                            end: exception.expires,
                            cells: [
                                .text("exception"), .text(exception.name), .text(Self.state(left)),
                                .text(exception.expires.description), .text(exception.owner), .text(exception.rule),
                                .text(exception.reason),
                            ]))
                }
            } catch {
                for fault in error.diagnostics { Terminal.standardError.write("\(visible("\(fault)"))\n") }
                throw ExitStatus.couldNotWork
            }
        }
        if let folder = try exemptionOptions.folder() {
            folder.read()
            for entry in folder.entries {
                guard let exemption = entry.exemption else {
                    rows.append(
                        Row(
                            end: nil,
                            cells: [
                                .text("exemption"), .text(entry.file), .text("does not count"), .none, .none, .none,
                                .text(entry.fault ?? ""),
                            ]))
                    continue
                }
                let left = (exemption.expires.nanoseconds - now.nanoseconds) / 1_000_000_000
                rows.append(
                    Row(
                        end: exemption.expires,
                        cells: [
                            .text("exemption"), .text(exemption.id), .text(Self.state(left)),
                            .text(exemption.expires.description), .text(exemption.issuer),
                            .text(Self.text(of: exemption.subject)), .text(exemption.reason),
                        ]))
            }
        }
        var table = Table(columns: [
            .init("kind"), .init("name"), .init("state"), .init("until"), .init("owner"),
            .init("for", canShrink: true), .init("reason", canShrink: true),
        ])
        for row in rows.sorted(by: { ($0.end?.nanoseconds ?? 0) < ($1.end?.nanoseconds ?? 0) }) { table.add(row.cells) }
        Terminal.standardOutput.print(table, format)
        if isDue { throw ExitStatus.findings }
    }

    private static func state(_ left: Int64) -> String {
        if left <= 0 { return "ended" }
        if left < 7200 { return "ends in \(left / 60) min" }
        return left < 172_800 ? "ends in \(left / 3600) h" : "ends in \(left / 86_400) days"
    }

    private static func text(of subject: Exemption.Subject) -> String {
        switch subject {
        case .user(let name): "user \(name)"
        case .workload(let namespace, let kind, let name):
            [namespace, kind, name].compactMap { $0 }.joined(separator: "/")
        }
    }
}
