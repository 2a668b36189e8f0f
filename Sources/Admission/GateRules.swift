internal import CEL
public import Detection
public import Rules
public import SecurityEvents

/// All that a gate judges by: immutable, so that a reload is the exchange of one for another.
public struct GateRules: Sendable {
    /// The rules that can judge one request by itself, and the lists.
    public let library: RuleLibrary
    public let policies: AdmissionPolicySet
    /// Whether Pod Security admission is asked too.
    public let podSecurity: PodSecurityQuestion?
    public let settings: GateSettings
    /// Rules that cannot gate, each with its place and the reason.
    public let refused: [Diagnostic]
    /// Rules that would have to know earlier events: what they say is told and not enforced.
    let unsure: Set<String>

    /// Takes rules, leaving out those that cannot judge one request by itself.
    ///
    /// A rule that counts events over time has no answer to one of them, and each replica of a gate would count its own.
    ///
    /// - Parameters:
    ///   - library: the rules and lists.
    ///   - policies: admission policies and their bindings.
    ///   - podSecurity: whether and how Pod Security admission is asked.
    ///   - settings: how the gate decides.
    public init(
        library: RuleLibrary, policies: AdmissionPolicySet = AdmissionPolicySet(),
        podSecurity: PodSecurityQuestion? = nil, settings: GateSettings = GateSettings()
    ) {
        var refused: [Diagnostic] = []
        var kept: Set<String> = []
        var unsure: Set<String> = []
        for rule in library.rules where rule.isAsked {
            if let obstacle = Self.obstacle(of: rule) {
                // The shipped pack serves detection too: its rules are left out without being wrong.
                let isShipped = rule.rule.file.hasPrefix("embedded:")
                refused.append(
                    Diagnostic(
                        isShipped ? .warning : .error, file: rule.rule.file, line: rule.rule.line,
                        message: "'\(rule.rule.name)' cannot gate: \(obstacle)"))
                continue
            }
            kept.insert(rule.rule.id)
            if !Self.facts(in: rule).isDisjoint(with: Self.earlier) { unsure.insert(rule.rule.id) }
        }
        self.library = library.keeping { kept.contains($0.rule.id) }
        self.policies = policies
        self.podSecurity = podSecurity
        self.settings = settings
        self.refused = refused
        self.unsure = unsure
    }

    /// Why a rule cannot judge one request by itself; nil where it can.
    private static func obstacle(of rule: CompiledRule) -> String? {
        if let aggregation = rule.aggregation {
            return
                "it aggregates (\(aggregation.kind.rawValue)) over many events, and a gate judges one request by itself; "
                + "detect with it instead (tallyman serve)"
        }
        let counting = facts(in: rule).intersection(Self.countingFacts)
        guard let fact = counting.min(by: { $0.rawValue < $1.rawValue }) else { return nil }
        return "it asks for facts.\(fact.name), which only earlier events can tell, and a gate judges one request by "
            + "itself; detect with it instead (tallyman serve)"
    }

    /// Facts without which a condition is never true.
    private static let countingFacts: Set<Fact> = [.age, .lifetime, .similarDeploys]
    /// Facts that are not known at a gate, so that a rule may say too much.
    private static let earlier: Set<Fact> = [.deployer, .deployedByActor, .recentDeploy, .selectedWorkload]

    /// The facts that the condition asks for; those of messages and levels change no verdict on their own.
    private static func facts(in rule: CompiledRule) -> Set<Fact> {
        var facts: Set<Fact> = []
        for read in rule.condition.reads where read.variable == "facts" {
            facts.formUnion(Fact.allCases.filter { read.path.first == nil || $0.name == read.path.first })
        }
        return facts
    }
}
