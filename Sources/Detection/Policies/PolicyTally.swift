import Rules
public import SecurityEvents

/// What policies said about the requests of a log, counted; used by one thread at a time.
public final class PolicyTally {
    /// A group of violations: how many, first and last, and what it was about.
    public struct Group: Sendable, Equatable {
        public var policy: String
        /// The user, namespace or workload.
        public var name: String
        /// Whether the requests would have been refused; otherwise warned about, or noted in the audit log.
        public var isRefused = true
        public var count = 0
        public var first: Timestamp?
        public var last: Timestamp?
        /// The objects, each once.
        public var objects: [String] = []
        /// How many objects there are beside those.
        public var otherObjects = 0
    }

    /// Counts of one policy.
    public struct Counts: Sendable, Equatable {
        /// Requests that were as the policy wants them.
        public var passed = 0
        /// Requests that it would have refused and that went through.
        public var violatedAndServed = 0
        /// Requests that it would have refused and that were refused or failed anyway.
        public var violatedAndRefused = 0
        /// Requests that violate it, whose user is warned or which are noted, but which go through.
        public var onlyWarned = 0
        /// Requests about which it cannot be said.
        public var unknown = 0
        /// Errors that the failure policy `Ignore` passed over.
        public var ignoredErrors = 0
        public var first: Timestamp?
        public var last: Timestamp?
    }

    static let groupLimit = 5_000
    static let objectLimit = 10
    /// How many characters of a name are kept.
    private static let nameLength = 200
    private static let reasonLimit = 100

    /// Requests that admission would have been asked about.
    public private(set) var requests = 0
    /// Requests that some policy is about.
    public private(set) var judged = 0
    /// By policy.
    public private(set) var policies: [String: Counts] = [:]
    /// Why things could not be said, and how often.
    public private(set) var unknowns: [String: Int] = [:]
    private var users: [String: Group] = [:]
    private var namespaces: [String: Group] = [:]
    private var workloads: [String: Group] = [:]
    /// Violations that no group had room for.
    public private(set) var ungrouped = 0

    init() {}

    /// The users who would have been refused or warned, most first.
    public var byUser: [Group] { Self.sorted(users) }
    /// The namespaces in which requests would have been refused, most first.
    public var byNamespace: [Group] { Self.sorted(namespaces) }
    /// The workloads that would have been refused, most first.
    public var byWorkload: [Group] { Self.sorted(workloads) }

    private static func sorted(_ groups: [String: Group]) -> [Group] {
        groups.values.sorted {
            ($1.count, $0.policy, $0.name, $1.isRefused ? 1 : 0) < ($0.count, $1.policy, $1.name, $0.isRefused ? 1 : 0)
        }
    }

    /// Counts a request that no policy is about.
    func countUnjudged() { requests += 1 }

    func count(_ request: AdmissionRequest, _ outcome: Outcome, _ verdicts: [PolicyVerdict]) {
        requests += 1
        if !verdicts.isEmpty { judged += 1 }
        for verdict in verdicts {
            var counts = policies[verdict.title] ?? Counts()
            counts.ignoredErrors += verdict.ignoredErrors.count
            switch verdict.outcome {
            case .passed: counts.passed += 1
            case .unknown: counts.unknown += 1
            case .violated where !verdict.denies: counts.onlyWarned += 1
            case .violated where outcome == .denied || outcome == .failed: counts.violatedAndRefused += 1
            case .violated: counts.violatedAndServed += 1
            case .notMatched: break
            }
            policies[verdict.title] = counts
            guard verdict.outcome == .unknown else { continue }
            for reason in Set(verdict.unknowns.map { String($0.prefix(Self.nameLength)) }) {
                let key = unknowns.count < Self.reasonLimit || unknowns[reason] != nil ? reason : "other reasons"
                unknowns[key, default: 0] += 1
            }
        }
    }

    func count(_ verdict: PolicyVerdict, _ finding: Finding) {
        let workload = finding.workload
        let object = [workload?.namespace, workload?.name ?? "(name not known)"].compactMap { $0 }.joined(
            separator: "/")
        let subject = "\(workload?.kind ?? "") \(object)"
        if var counts = policies[verdict.title] {
            counts.first = min(counts.first ?? finding.time, finding.time)
            counts.last = max(counts.last ?? finding.time, finding.time)
            policies[verdict.title] = counts
        }
        let user = finding.actor.impersonatedUser ?? finding.actor.user ?? "(not known)"
        add(verdict, user, finding, subject, \.users)
        add(verdict, workload?.namespace ?? "(none)", finding, subject, \.namespaces)
        // What a controller makes again and again belongs to what the controller was told to run.
        let owner = workload?.owner.map { owner -> String in
            let parts = owner.split(separator: "/", maxSplits: 1).map { String($0) }
            let name = [workload?.namespace, parts.last].compactMap { $0 }.joined(separator: "/")
            return parts.count == 2 ? "\(parts[0]) \(name)" : name
        }
        add(verdict, owner ?? subject, finding, subject, \.workloads)
    }

    private func add(
        _ verdict: PolicyVerdict, _ name: String, _ finding: Finding, _ object: String,
        _ groups: ReferenceWritableKeyPath<PolicyTally, [String: Group]>
    ) {
        let name = String(name.prefix(Self.nameLength))
        let object = String(object.prefix(Self.nameLength))
        let key = "\(verdict.title)\u{0}\(verdict.denies)\u{0}\(name)"
        guard self[keyPath: groups][key] != nil || self[keyPath: groups].count < Self.groupLimit else {
            ungrouped += 1
            return
        }
        var group = self[keyPath: groups][key] ?? Group(policy: verdict.title, name: name)
        group.isRefused = verdict.denies
        group.count += 1
        group.first = min(group.first ?? finding.time, finding.time)
        group.last = max(group.last ?? finding.time, finding.time)
        if !group.objects.contains(object) {
            if group.objects.count < Self.objectLimit { group.objects.append(object) } else { group.otherObjects += 1 }
        }
        self[keyPath: groups][key] = group
    }
}

/// The earlier of two moments; what is not known does not count.
private func min(_ one: Timestamp?, _ two: Timestamp?) -> Timestamp? {
    guard let one, let two else { return one ?? two }
    return Swift.min(one, two)
}

/// The later of two moments; what is not known does not count.
private func max(_ one: Timestamp?, _ two: Timestamp?) -> Timestamp? {
    guard let one, let two else { return one ?? two }
    return Swift.max(one, two)
}
