import ArgumentParser
import Crypto
import Foundation
import Gate
import Reports

/// `tallyman gate exempt keys`.
struct ExemptKeysCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Make a pair of keys: one to sign exemptions with, one for gates to check them with.",
        discussion: """
            Examples:
              tallyman gate exempt keys --out ops     # ops.key stays with you, ops.pub goes to the gates
            """)

    @Option(help: ArgumentHelp("The files' name, before .key and .pub.", valueName: "path"))
    var out: String

    func run() throws {
        let key = Curve25519.Signing.PrivateKey()
        try write(ExemptionKey.text(of: key), to: out + ".key", mode: 0o600)
        try write(ExemptionKey.text(of: key.publicKey), to: out + ".pub", mode: 0o644)
        Terminal.standardError.write(
            "tallyman: \(visible(out)).key signs; keep it. Give \(visible(out)).pub to gates.\n")
    }

    private func write(_ text: String, to path: String, mode: Int) throws {
        guard !FileManager.default.fileExists(atPath: path) else {
            Terminal.standardError.write("tallyman: \(visible(path)) is there already and is not overwritten\n")
            throw ExitStatus.couldNotWork
        }
        let made = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
        guard made else {
            Terminal.standardError.write("tallyman: \(visible(path)) cannot be written\n")
            throw ExitStatus.couldNotWork
        }
    }
}
