import ArgumentParser
import Detection
import Reports
import Rules
import SecurityEvents

/// Which policies are asked what they would have refused.
struct PolicyOptions: ParsableArguments {
    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "Ask what these would refuse (hunt: instead of asking the rules): ValidatingAdmissionPolicy, Kyverno's ClusterPolicy (validate.cel) and ValidatingPolicy, Gatekeeper's templates and constraints in CEL; a file or folder. May be given again.",
            valueName: "path"), completion: .file())
    var policy: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp("Bindings and constraints that stand elsewhere than the policies.", valueName: "path"),
        completion: .file())
    var bindings: [String] = []

    @Option(
        name: .long, parsing: .singleValue,
        help: ArgumentHelp(
            "The cluster's Namespaces and the parameters of policies, as YAML or JSON (kubectl get -o yaml). What is not in it does not exist, except Namespaces.",
            valueName: "path"), completion: .file())
    var inventory: [String] = []

    @Option(
        help: ArgumentHelp(
            "A policy that nothing binds: deny judges it as if it were bound everywhere with Deny; ignore leaves it out, as a cluster does.",
            valueName: "what"))
    var unbound = AdmissionPolicySet.Unbound.deny

    @Option(
        help: ArgumentHelp(
            "Ask Pod Security admission too: a level with a version or without (restricted, baseline:v1.30) as if every namespace enforced it, or 'labels' for what each namespace's labels say.",
            valueName: "level"))
    var podSecurity: String?

    /// Whether anything is asked.
    var isAsked: Bool { !policy.isEmpty || podSecurity != nil }

    func validate() throws {
        if policy.isEmpty, !bindings.isEmpty { throw ValidationError("--bindings needs --policy") }
        if !isAsked, !inventory.isEmpty { throw ValidationError("--inventory needs --policy or --pod-security") }
        if podSecurity != nil, question == nil {
            throw ValidationError(
                "--pod-security is privileged, baseline or restricted, with :latest or :v1.N behind it or not, or labels"
            )
        }
    }

    private var question: PodSecurityQuestion? {
        guard let podSecurity else { return nil }
        if podSecurity == "labels" { return .labels() }
        let parts = podSecurity.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let level = PodSecurity.Level(rawValue: String(parts[0])) else { return nil }
        guard parts.count == 2 else { return .enforcing(PodSecurity.Policy(level)) }
        return PodSecurity.Version(parts[1]).map { .enforcing(PodSecurity.Policy(level, $0)) }
    }

    /// What is asked: the policies, Pod Security, and what is known of the cluster.
    struct Parts {
        var policies: AdmissionPolicySet
        var podSecurity: PodSecurityQuestion?
        var inventory: PolicyInventory
    }

    /// Reads everything, saying on standard error what is wrong and what is taken for granted.
    ///
    /// - Parameter keepsSound: whether sound policies are used where others are faulty.
    /// - Returns: what asks the policies.
    /// - Throws: ``ExitStatus/couldNotWork`` where something is wrong.
    func detector(keepsSound: Bool) throws -> PolicyDetector {
        let parts = try parts(keepsSound: keepsSound)
        return PolicyDetector(
            policies: parts.policies, podSecurity: parts.podSecurity, inventory: parts.inventory)
    }

    /// Reads everything, saying on standard error what is wrong and what is taken for granted.
    ///
    /// - Parameter keepsSound: whether sound policies are used where others are faulty.
    /// - Returns: what is asked.
    /// - Throws: ``ExitStatus/couldNotWork`` where something is wrong.
    func parts(keepsSound: Bool) throws -> Parts {
        var diagnostics: [Diagnostic] = []
        var files: [RuleFile] = []
        for path in policy + bindings { files += RuleFolder.files(at: path, diagnostics: &diagnostics) }
        let read = PolicyFiles(files)
        // What kubectl writes of a whole cluster is larger than any policy.
        let cluster = PolicyFiles(
            inventory.flatMap { RuleFolder.files(at: $0, sizeLimit: 64 << 20, diagnostics: &diagnostics) },
            nodeLimit: 4_000_000)
        diagnostics += read.diagnostics + cluster.diagnostics
        let set = AdmissionPolicySet(read.policies, bindings: read.bindings, unbound: unbound)
        for diagnostic in diagnostics { Terminal.standardError.write("\(visible("\(diagnostic)"))\n") }
        if !keepsSound, diagnostics.contains(where: { $0.severity == .error }) {
            Terminal.standardError.write(
                "tallyman: policies are faulty; mend them, or go on without them with --keep-sound\n")
            throw ExitStatus.couldNotWork
        }
        if !policy.isEmpty, read.policies.isEmpty {
            Terminal.standardError.write("tallyman: no policy in what --policy names\n")
            throw ExitStatus.couldNotWork
        }
        explain(set)
        return Parts(
            policies: set, podSecurity: question,
            inventory: cluster.inventory(isComplete: !inventory.isEmpty, with: read.objects))
    }

    private func explain(_ set: AdmissionPolicySet) {
        for policy in set.unboundPolicies {
            let what =
                unbound == .deny
                ? "judged as if it were bound everywhere with Deny (--unbound ignore leaves it out)"
                : "left out (--unbound deny judges it as if it were bound everywhere)"
            Terminal.standardError.write("tallyman: nothing binds the policy '\(visible(policy.name))': \(what)\n")
        }
        for binding in set.danglingBindings {
            Terminal.standardError.write(
                "tallyman: the binding '\(visible(binding.name))' is of the policy '\(visible(binding.policyName))', which is not there\n"
            )
        }
    }
}

extension AdmissionPolicySet.Unbound: ExpressibleByArgument {}
