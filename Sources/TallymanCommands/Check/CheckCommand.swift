import Agent
import ArgumentParser
import Manifests
import Reports
import Rules
import SecurityEvents

extension CheckFormat: ExpressibleByArgument {}

extension PodSecurity.Policy {
    /// `restricted`, `baseline:v1.30`, `restricted:latest`.
    init?(argument: String) {
        let parts = argument.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let level = PodSecurity.Level(rawValue: String(parts[0])) else { return nil }
        guard parts.count == 2 else {
            self.init(level)
            return
        }
        guard let version = PodSecurity.Version(parts[1]) else { return nil }
        self.init(level, version)
    }
}

/// `tallyman check PATH…`.
struct CheckCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Judge manifests, Compose files, Dockerfiles and docker run commands before anything is deployed.",
        discussion: """
            Kubernetes manifests (YAML or JSON, several documents, lists, output of Helm and Kustomize), Compose files,
            Dockerfiles and shell scripts with docker run or kubectl run are recognized by their content and judged by
            the rules that a hunt uses. In folders, all YAML and JSON files and Dockerfiles are looked at. Rules whose
            answer depends on who deploys, or when, are not asked.

            Examples:
              tallyman check deploy/
              helm template chart/ | tallyman check -
              kubectl kustomize overlays/production | tallyman check --fail-on high -
              tallyman check --pod-security restricted deploy/
              tallyman check --policy policies/ --inventory namespaces.yaml deploy/
              tallyman check --format sarif . > tallyman.sarif
              tallyman check --fix deploy.yaml | git apply
              tallyman check --docker-run 'docker run --privileged -v /:/host alpine'

            Exit status: \(ExitStatus.explanation)
            """)

    @Argument(help: "Files and folders; - for standard input.", completion: .file())
    var paths: [String] = []

    @OptionGroup var ruleOptions: RuleOptions

    @OptionGroup var policyOptions: PolicyOptions

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("A docker run command to judge. May be given again.", valueName: "command"))
    var dockerRun: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("A variable for Compose files: NAME=value. May be given again.", valueName: "variable"))
    var set: [String] = []

    @Option(help: "Leave out findings below: informational, low, medium, high, critical.")
    var level = Level.low

    @Option(help: "Exit with 1 when there is a finding at or above this level.")
    var failOn = Level.medium

    @Option(help: "How to print: \(CheckFormat.allCases.map(\.rawValue).joined(separator: ", ")).")
    var format = CheckFormat.text

    @Flag(help: "Print the patch that would make it pass, where a safe one is known, instead of the findings.")
    var fix = false

    @Flag(help: "Print no summary.")
    var quiet = false

    func validate() throws {
        if paths.isEmpty, dockerRun.isEmpty {
            throw ValidationError("name files or folders to check, - for standard input, or give --docker-run")
        }
        if paths.filter({ $0 == "-" }).count > 1 { throw ValidationError("standard input can be read only once") }
        if policyOptions.podSecurity != nil, podSecurity == nil {
            throw ValidationError("here --pod-security is privileged, baseline or restricted, with :v1.30 of a version")
        }
        if let bad = set.first(where: { !$0.contains("=") }) {
            throw ValidationError("'\(visible(bad))' is no NAME=value")
        }
    }

    func run() throws {
        let library = try ruleOptions.library()
        var asked = policyOptions
        // The Pod Security Standards are judged field by field here.
        asked.podSecurity = nil
        let policies = asked.isAsked ? try asked.detector(keepsSound: ruleOptions.keepSound) : nil
        var run = CheckRun(library: library, policies: policies, podSecurity: podSecurity, variables: variables)
        for path in paths { run.read(path) }
        for (number, command) in dockerRun.enumerated() {
            run.read(commandLine: command, name: dockerRun.count > 1 ? "--docker-run \(number + 1)" : "--docker-run")
        }
        let issues = run.issues.filter { $0.level >= level }
        if fix {
            for patch in run.patches() { Terminal.standardOutput.write(patch) }
        } else {
            let output = format.text(
                of: issues, diagnostics: run.diagnostics, version: Version.current,
                styling: Styling(Terminal.standardOutput))
            Terminal.standardOutput.write(output)
        }
        for diagnostic in run.diagnostics { Terminal.standardError.write("\(visible("\(diagnostic)"))\n") }
        if !quiet { Terminal.standardError.write(run.summary(of: issues)) }
        if run.diagnostics.contains(where: { $0.severity == .error }) { throw ExitStatus.couldNotWork }
        if issues.contains(where: { $0.level >= failOn }) { throw ExitStatus.findings }
    }

    private var podSecurity: PodSecurity.Policy? {
        policyOptions.podSecurity.flatMap { PodSecurity.Policy(argument: $0) }
    }

    private var variables: [String: String] {
        var variables: [String: String] = [:]
        for pair in set {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            variables[String(parts[0])] = parts.count == 2 ? String(parts[1]) : ""
        }
        return variables
    }
}
