import Admission
import ArgumentParser
import Detection
import Foundation
import Gate
import Ledger
import Reports
import Rules
import SecurityEvents

/// What a gate judges by.
struct GateRuleOptions: ParsableArguments {
    @OptionGroup var ruleOptions: RuleOptions

    @OptionGroup var policyOptions: PolicyOptions

    @Option(
        help: ArgumentHelp(
            "Modes of rules and places, exceptions with owner and expiry, places of Pod templates (YAML; docs/gate.md).",
            valueName: "file"), completion: .file())
    var settings: String?

    @Option(
        help: ArgumentHelp(
            "The most that any reason does: enforce refuses, warn lets everything through and says what would be refused, record only writes it down.",
            valueName: "mode"))
    var mode = Decision.Mode.enforce

    @Option(
        help: ArgumentHelp(
            "What becomes of a request that cannot be judged, or not in time: closed refuses it, open lets it through. Default: what the settings say, or closed.",
            valueName: "closed|open"))
    var fail: GateSettings.Failure?

    func validate() throws { try policyOptions.validate() }

    /// Everything that is exchanged as one at a reload.
    struct Loaded {
        var rules: GateRules
        var file: GateFile
        var inventory: PolicyInventory
    }

    /// Loads everything, saying on standard error what is wrong.
    ///
    /// - Throws: ``ExitStatus/couldNotWork`` where something is wrong.
    func load() throws -> Loaded {
        let library = try ruleOptions.library()
        var file = GateFile()
        if let settings { file = try read(settings) }
        file.settings.modes.ceiling = mode
        if let fail { file.settings.failure = fail }
        let asked = try policyOptions.parts(keepsSound: ruleOptions.keepSound)
        let rules = GateRules(
            library: library, policies: asked.policies, podSecurity: asked.podSecurity, settings: file.settings)
        for diagnostic in rules.refused { Terminal.standardError.write("\(visible("\(diagnostic)"))\n") }
        if !ruleOptions.keepSound, rules.refused.contains(where: { $0.severity == .error }) {
            Terminal.standardError.write(
                "tallyman: some rules cannot gate; take them out of --rules, or go on without them with --keep-sound\n")
            throw ExitStatus.couldNotWork
        }
        return Loaded(rules: rules, file: file, inventory: asked.inventory)
    }

    private func read(_ path: String) throws -> GateFile {
        guard let data = FileManager.default.contents(atPath: path), data.count <= 1 << 20 else {
            Terminal.standardError.write("tallyman: \(visible(path)): cannot be read, or larger than 1 MiB\n")
            throw ExitStatus.couldNotWork
        }
        do throws(GateFile.Faults) {
            let file = try GateFile(String(decoding: data, as: UTF8.self), file: path, now: SystemTime.now)
            for warning in file.warnings { Terminal.standardError.write("\(visible("\(warning)"))\n") }
            return file
        } catch {
            for fault in error.diagnostics { Terminal.standardError.write("\(visible("\(fault)"))\n") }
            Terminal.standardError.write("tallyman: the gate's settings are faulty\n")
            throw ExitStatus.couldNotWork
        }
    }
}

extension Decision.Mode: ExpressibleByArgument {}
extension GateSettings.Failure: ExpressibleByArgument {}
