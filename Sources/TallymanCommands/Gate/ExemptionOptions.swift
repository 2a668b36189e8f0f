import ArgumentParser
import Crypto
import Gate
import Reports

/// Which exemptions a gate honours.
struct ExemptionOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Honour the exemptions in this folder, a file each; a file that is taken away is an exemption taken back.",
            valueName: "folder"), completion: .directory)
    var exemptions: String?

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "The public key of somebody who may issue exemptions (gate exempt keys). May be given again.",
            valueName: "file"), completion: .file())
    var exemptionKey: [String] = []

    @Option(
        help: ArgumentHelp(
            "The name of this cluster or host: exemptions that name another do not count.", valueName: "name"))
    var name: String?

    func validate() throws {
        if exemptions != nil, exemptionKey.isEmpty {
            throw ValidationError("--exemptions needs --exemption-key: an exemption counts only by its signature")
        }
    }

    /// The folder; nil where none is honoured.
    func folder() throws -> ExemptionFolder? {
        guard let exemptions else { return nil }
        do throws(ExemptionKey.Fault) {
            var keys: [Curve25519.Signing.PublicKey] = []
            for path in exemptionKey { keys.append(try ExemptionKey.trusted(at: path)) }
            return ExemptionFolder(path: exemptions, keys: keys, audience: name)
        } catch {
            Terminal.standardError.write("tallyman: \(visible("\(error)"))\n")
            throw ExitStatus.couldNotWork
        }
    }
}
