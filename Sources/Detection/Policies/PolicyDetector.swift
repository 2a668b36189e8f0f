import CEL
import JSONView
public import Rules
public import SecurityEvents

/// Asks of each request in a log what policies would have said about it.
///
/// Namespaces are learned from the log where it shows them, beside those of the inventory. It belongs to one thread at a time.
public struct PolicyDetector {
    private let policies: AdmissionPolicySet
    private let podSecurity: PodSecurityQuestion?
    private var inventory: PolicyInventory
    private let options: DetectorOptions
    private let evaluator = Evaluator()
    /// Connections that were judged when they began, and are told again when they end.
    private var connections: Set<Fingerprint> = []
    /// How many Namespaces were learned from the log.
    private var learned = 0
    /// What was said so far.
    public let tally = PolicyTally()
    /// The policies of which it cannot be said whether they refuse the last request, with the reasons.
    public private(set) var undecided: [PolicyVerdict] = []

    /// Makes a detector that has seen nothing yet.
    ///
    /// - Parameters:
    ///   - policies: what is asked.
    ///   - podSecurity: whether Pod Security admission is asked too, and how.
    ///   - inventory: the Namespaces and parameters that are known beforehand.
    ///   - options: how findings are shown.
    public init(
        policies: AdmissionPolicySet, podSecurity: PodSecurityQuestion? = nil,
        inventory: PolicyInventory = PolicyInventory(), options: DetectorOptions = DetectorOptions()
    ) {
        self.policies = policies
        self.podSecurity = podSecurity
        self.inventory = inventory
        self.options = options
    }

    /// Looks at an event.
    ///
    /// - Parameter event: what happened.
    /// - Returns: one finding for each policy and binding that the request violates.
    public mutating func observe(_ event: borrowing Event) -> [Finding] {
        if !undecided.isEmpty { undecided = [] }
        guard isAbout(event) else {
            if AdmissionRequest.isRequest(event) { tally.countUnjudged() }
            return []
        }
        guard case .request(let request) = AdmissionRequest.from(event) else { return [] }
        defer { withExtendedLifetime(request.documents) {} }
        if request.operation == .connect, let id = event.identifier {
            if connections.count >= Self.connectionLimit { connections.removeAll() }
            guard connections.insert(Fingerprint(id)).inserted else { return [] }
        }
        var verdicts = policies.evaluate(request, inventory: inventory, using: evaluator)
        if let podSecurity { verdicts += podSecurity.verdicts(request, inventory) }
        learn(request, event)
        tally.count(request, event.outcome, verdicts)
        var findings: [Finding] = []
        for verdict in verdicts {
            if verdict.outcome == .unknown { undecided.append(verdict) }
            guard verdict.outcome == .violated else { continue }
            let finding = finding(of: verdict, request, event)
            tally.count(verdict, finding)
            findings.append(finding)
        }
        return findings
    }

    /// Whether a policy may be about an event, or it shows a Namespace: most of a log is neither.
    private func isAbout(_ event: borrowing Event) -> Bool {
        guard event.source.platform == .kubernetes, let wanted = policies.resources,
            let resource = event.target.resource
        else { return true }
        let name = String(resource)
        return wanted.contains(name) || name == "namespaces"
            || podSecurity != nil && PodSecurityQuestion.resources.contains(name)
    }

    private static let connectionLimit = 50_000
    private static let namespaceSize = 64 << 10
    private static let namespaceLimit = 20_000

    /// Remembers a Namespace that was made or changed.
    private mutating func learn(_ request: AdmissionRequest, _ event: borrowing Event) {
        guard request.resource.group.isEmpty, request.resource.resource == "namespaces", request.subresource.isEmpty,
            event.outcome != .denied, event.outcome != .failed
        else { return }
        guard let object = request.object.value, object["metadata"]?["name"]?.string != nil else { return }
        var writer = CompactJSON()
        writer.write(object)
        // A hostile log may show any number of large ones.
        guard writer.bytes.count <= Self.namespaceSize, learned < Self.namespaceLimit,
            let document = try? JSONParser().parse(writer.bytes)
        else { return }
        learned += 1
        inventory.add(InventoryObject(document))
    }

    private func finding(
        of verdict: PolicyVerdict, _ request: AdmissionRequest, _ event: borrowing Event
    ) -> Finding {
        var print = Fingerprint(verdict.policy)
        for part in [verdict.origin.rawValue, verdict.rule, verdict.binding ?? ""] { print.add(part) }
        print.add(event.identifier ?? .none)
        if event.identifier == nil {
            print.add(event.position.name)
            print.add(UInt64(event.position.line))
            print.add(UInt64(event.position.item))
        }
        let more = verdict.failures.count - 1
        var message = verdict.failures.first.map { verdict.message($0) } ?? ""
        if more > 0 { message += " (and \(more) more)" }
        let does = verdict.denies ? "refuse" : verdict.actions.contains(.warn) ? "warn about" : "note"
        let passed = event.outcome == .denied || event.outcome == .failed ? "; it was refused or failed anyway" : ""
        return Finding(
            id: print.hexadecimal, rule: verdict.policy, ruleName: verdict.policy,
            title: "\(verdict.origin.rawValue) '\(verdict.policy)' would \(does) this\(passed)",
            level: verdict.denies ? .medium : .low, time: event.time, source: event.source, position: event.position,
            action: event.action, outcome: event.outcome, message: message, actor: ActorSummary(copying: event.actor),
            workload: WorkloadSummary(copying: event), container: nil,
            evidence: PolicyEvidence.find(verdict, by: policies, in: event, options), tags: [],
            falsePositives: [], remediation: nil)
    }
}
