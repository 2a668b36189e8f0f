public import CEL

/// Policies and their bindings, ready to judge requests: no I/O, no clock, the same answer for the same request.
///
/// Each evaluation is bounded as the API server bounds it: what an expression costs, and what all of a policy cost together.
public struct AdmissionPolicySet: Sendable {
    /// What is done with a policy that nothing binds.
    public enum Unbound: String, CaseIterable, Sendable {
        /// It is not in force, as in a cluster.
        case ignore
        /// It is judged as if it were bound everywhere, with the action Deny.
        case deny
    }

    /// The policies, in the order in which they were read.
    public private(set) var policies: [AdmissionPolicy] = []
    /// The bindings, in the order in which they were read.
    public private(set) var bindings: [PolicyBinding] = []
    private var bindingsByPolicy: [String: [Int]] = [:]
    private var entries: [Entry] = []
    private let unbound: Unbound

    /// A policy in one place, so that judging by it does not copy all that it holds.
    final class Entry: Sendable {
        let policy: AdmissionPolicy
        /// The bindings under which it is judged.
        let bindings: [PolicyBinding]
        let slots: [PolicyValues.Slot]
        /// The resources that it may be about; nil for all.
        let resources: Set<String>?

        init(_ policy: AdmissionPolicy, _ bindings: [PolicyBinding]) {
            self.policy = policy
            self.bindings = bindings
            slots = PolicyValues.slots(of: policy.variables.environment)
            resources = policy.selection.resources
        }
    }

    /// The resources that any policy may be about; nil for all.
    public private(set) var resources: Set<String>? = []

    /// Puts policies and bindings together.
    ///
    /// - Parameters:
    ///   - policies: the policies.
    ///   - bindings: their bindings; those of other policies are kept and do nothing.
    ///   - unbound: what is done with policies that nothing binds.
    public init(_ policies: [AdmissionPolicy] = [], bindings: [PolicyBinding] = [], unbound: Unbound = .ignore) {
        self.unbound = unbound
        self.bindings = bindings
        for (position, binding) in bindings.enumerated() {
            bindingsByPolicy[binding.policyName, default: []].append(position)
        }
        self.policies = policies
        entries = policies.map { Entry($0, self.bindings(of: $0)) }
        for entry in entries { resources = entry.resources.flatMap { own in resources?.union(own) } }
    }

    /// The policies that nothing binds.
    public var unboundPolicies: [AdmissionPolicy] {
        policies.filter { $0.ownBinding == nil && bindingsByPolicy[$0.name] == nil }
    }

    /// The bindings of policies that are not there.
    public var danglingBindings: [PolicyBinding] {
        let names = Set(policies.filter { $0.ownBinding == nil }.map(\.name))
        return bindings.filter { !names.contains($0.policyName) }
    }

    /// The bindings under which a policy is judged.
    func bindings(of policy: AdmissionPolicy) -> [PolicyBinding] {
        if let own = policy.ownBinding { return [own] }
        if let bound = bindingsByPolicy[policy.name] { return bound.map { bindings[$0] } }
        guard unbound == .deny else { return [] }
        var assumed = PolicyBinding(
            name: policy.name, policyName: policy.name, actions: [.deny], file: policy.file, line: policy.line)
        assumed.isAssumed = true
        return [assumed]
    }

    /// What the policies say about a request.
    ///
    /// - Parameters:
    ///   - request: the request.
    ///   - inventory: the Namespaces and parameters of the cluster.
    ///   - authorizer: says what the user may do; without it, what depends on that is unknown.
    ///   - evaluator: memory to run in.
    ///   - deadline: when no further policy is asked; who gives one looks at the clock afterwards.
    /// - Returns: one verdict for each policy and binding that is about the request or may be, in their order.
    public func evaluate(
        _ request: AdmissionRequest, inventory: PolicyInventory = PolicyInventory(),
        authorizer: (any AuthorizationProvider)? = nil, using evaluator: Evaluator? = nil,
        until deadline: ContinuousClock.Instant? = nil
    ) -> [PolicyVerdict] {
        guard !Self.isExempt(request.resource) else { return [] }
        let evaluator = evaluator ?? Evaluator()
        let question = PolicyQuestion(request, inventory, authorizer)
        var verdicts: [PolicyVerdict] = []
        for entry in entries {
            if let deadline, ContinuousClock.now >= deadline { break }
            judge(entry, question, evaluator, &verdicts)
        }
        return verdicts
    }

    /// What one policy says about a request, by its position.
    func judge(
        _ position: Int, _ request: AdmissionRequest, _ inventory: PolicyInventory,
        _ authorizer: (any AuthorizationProvider)?, _ evaluator: Evaluator
    ) -> [PolicyVerdict] {
        var verdicts: [PolicyVerdict] = []
        judge(entries[position], PolicyQuestion(request, inventory, authorizer), evaluator, &verdicts)
        return verdicts
    }

    private func judge(
        _ entry: Entry, _ question: PolicyQuestion, _ evaluator: Evaluator, _ verdicts: inout [PolicyVerdict]
    ) {
        if let resources = entry.resources, !resources.contains(question.request.resource.resource) { return }
        let match = entry.policy.selection.match(question.request, question.inventory)
        if match.truth == .no { return }
        for binding in entry.bindings {
            let bound = binding.matchResources?.match(question.request, question.inventory).truth ?? .yes
            if bound == .no { continue }
            var verdict = PolicyVerdict(
                policy: entry.policy.name, origin: entry.policy.origin, rule: entry.policy.rule, binding: binding.name,
                actions: binding.actions, outcome: .passed)
            if case .unknown(let reason) = match.truth.and(bound) { verdict.unknowns.append(reason) }
            judge(entry, binding, question, match, evaluator, &verdict)
            if verdict.outcome != .notMatched { verdicts.append(verdict) }
        }
    }

    private func judge(
        _ entry: Entry, _ binding: PolicyBinding, _ question: PolicyQuestion, _ match: RequestMatch,
        _ evaluator: Evaluator, _ verdict: inout PolicyVerdict
    ) {
        let found =
            entry.policy.ownParameter.map { ParameterLookup.Found.parameters([$0]) }
            ?? ParameterLookup(inventory: question.inventory).parameters(
                entry.policy.paramKind, binding.paramRef, namespace: question.request.namespace)
        let parameters: [InventoryObject?]
        switch found {
        case .parameters(let objects): parameters = objects
        case .unknown(let reason):
            verdict.unknowns.append(reason)
            verdict.outcome = .unknown
            return
        case .fault(let message):
            if entry.policy.failurePolicy == .ignore {
                verdict.ignoredErrors.append(message)
            } else {
                verdict.failures.append(
                    PolicyVerdict.Failure(
                        kind: .configuration, message: "failed to configure binding: \(message)", reason: "Invalid"))
            }
            verdict.outcome = verdict.failures.isEmpty ? .passed : verdict.unknowns.isEmpty ? .violated : .unknown
            return
        }
        // What is not known so far is whether the policy is about the request at all.
        let isAboutIt = verdict.unknowns.isEmpty
        var isOutside = !parameters.isEmpty
        var annotations: [String: [String]] = [:]
        for parameter in parameters {
            let values = PolicyValues(
                question, match, parameter: parameter, slots: entry.slots, allowances: entry.policy.allowances)
            var run = PolicyRun(entry, values, parameter: parameter?.name, evaluator)
            let result = run.run()
            if !result.isOutside { isOutside = false }
            verdict.failures += result.failures
            verdict.unknowns += result.unknowns
            verdict.ignoredErrors += result.ignoredErrors
            for (key, value) in result.annotations where !annotations[key, default: []].contains(value) {
                annotations[key, default: []].append(value)
            }
        }
        if !annotations.isEmpty { verdict.auditAnnotations = annotations.mapValues { $0.joined(separator: ", ") } }
        if isOutside {
            verdict.outcome = .notMatched
        } else if !verdict.unknowns.isEmpty, verdict.failures.isEmpty || !isAboutIt {
            verdict.outcome = .unknown
        } else {
            verdict.outcome = verdict.failures.isEmpty ? .passed : .violated
        }
    }

    /// Requests that no policy of the API is asked about: those for the policies themselves, and reviews, which keep nothing.
    private static func isExempt(_ resource: GroupVersionResource) -> Bool {
        switch resource.group {
        case "admissionregistration.k8s.io":
            [
                "validatingadmissionpolicies", "validatingadmissionpolicybindings", "mutatingadmissionpolicies",
                "mutatingadmissionpolicybindings",
            ].contains(resource.resource)
        case "authentication.k8s.io": ["tokenreviews", "selfsubjectreviews"].contains(resource.resource)
        case "authorization.k8s.io": resource.resource.hasSuffix("reviews")
        default: false
        }
    }
}
