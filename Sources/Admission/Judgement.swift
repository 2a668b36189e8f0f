internal import Detection
internal import JSONView
internal import Rules
internal import SecurityEvents

/// A decision in the making.
struct Judgement {
    private let request: ReviewRequest
    private let rules: GateRules
    private let place: GateModes.Place
    private var reasons: [Decision.Reason] = []
    private var annotations: [String: String] = [:]
    private lazy var names = WorkloadNames(request.event)
    /// What the rules say of an updated object as it was; asked when it matters.
    private let before: () -> [Finding]
    private lazy var change = ObjectChange(request.event, before: before())
    private lazy var patches = ReasonPatch(request.event)
    /// What kept the gate from judging.
    var unjudged: [Decision.Unjudged] = []

    init(_ request: borrowing ReviewRequest, _ rules: GateRules, before: @escaping () -> [Finding]) {
        self.before = before
        self.request = copy request
        self.rules = rules
        place = request.place
    }

    // MARK: Reasons

    mutating func add(_ objection: ReviewRequest.Objection) {
        let mode = rules.settings.modes.mode(of: [objection.rule], level: objection.level, in: place).mode
        add(
            Decision.Reason(
                origin: .reading, rule: objection.rule, ruleName: objection.rule, level: objection.level, mode: mode,
                message: objection.message, fields: objection.fields.map(shortened)), images: allImages)
    }

    mutating func add(_ finding: Finding) {
        var (mode, isSpecific) = rules.settings.modes.mode(
            of: [finding.ruleName, finding.rule], level: finding.level, in: place)
        // What a rule would only know of earlier events is no ground to refuse, unless somebody says that it is.
        if rules.unsure.contains(finding.rule), !isSpecific { mode = min(mode, .warn) }
        let isUnchanged = mode == .enforce && request.event.action == .modify && change.isUnchanged(finding)
        if isUnchanged { mode = min(mode, .warn) }
        add(
            Decision.Reason(
                origin: .rule, rule: finding.rule, ruleName: finding.ruleName, level: finding.level, mode: mode,
                message: finding.message, container: finding.container?.name, fields: telling(finding.evidence),
                // What is only written down needs no way out.
                patch: mode > .record ? patches.operations(for: finding.evidence.map(\.path)) : [],
                isUnchanged: isUnchanged),
            images: finding.container?.image.map { [$0] } ?? allImages)
    }

    mutating func add(_ verdict: PolicyVerdict, _ asked: AdmissionRequest) {
        for (key, value) in verdict.auditAnnotations { annotations["\(verdict.policy)/\(key)"] = value }
        if verdict.outcome == .unknown, verdict.actions.contains(.deny) {
            let known = verdict.unknowns.prefix(3).joined(separator: ", ")
            unjudged.append(.init(.policy, "\(verdict.origin.rawValue) '\(verdict.title)' has no answer: \(known)"))
        }
        guard verdict.outcome == .violated else { return }
        let isPodSecurity = verdict.origin == .podSecurity
        let evidence = PolicyEvidence.find(verdict, by: rules.policies, in: request.event)
        let level: Level = verdict.denies ? .high : verdict.actions.contains(.warn) ? .medium : .low
        let own: Decision.Mode =
            verdict.denies ? .enforce : verdict.actions.contains(.warn) ? .warn : .record
        let named = rules.settings.modes.mode(of: [verdict.policy, verdict.title], level: level, in: place)
        // A binding says what its policy does; a line about this policy or place may say less.
        let mode = min(named.isSpecific ? min(own, named.mode) : own, rules.settings.modes.ceiling)
        let changes =
            isPodSecurity
            ? patches.operations(forPodSecurity: verdict.fields) : patches.operations(for: evidence.map(\.path))
        for failure in verdict.failures {
            add(
                Decision.Reason(
                    origin: isPodSecurity ? .podSecurity : .policy, rule: verdict.policy, ruleName: verdict.title,
                    level: level, mode: mode, message: verdict.message(failure), fields: evidence.map(shortened),
                    patch: changes), images: allImages)
        }
    }

    /// Notes that a rule had no answer: where the rule refuses, the request cannot be let through unjudged.
    mutating func add(failure reason: String, of rule: Rule) {
        let mode = rules.settings.modes.mode(of: [rule.name, rule.id], level: rule.level, in: place)
        guard mode.mode == .enforce, mode.isSpecific || !rules.unsure.contains(rule.id) else { return }
        unjudged.append(.init(.rule, "the rule \(rule.name) has no answer: \(reason)"))
    }

    private mutating func add(_ reason: Decision.Reason, images: [String]) {
        var reason = reason
        if isShadow { reason.mode = min(reason.mode, .warn) }
        if reason.mode > .record, !rules.settings.exceptions.isEmpty {
            let subject = RuleException.Subject(
                rules: [reason.rule, reason.ruleName], place: place, workloads: names.all, images: images,
                user: request.event.actor.user.map { String(copying: $0) })
            if let leave = rules.settings.exceptions.first(where: { $0.covers(subject, at: request.time) }) {
                reason.mode = .record
                reason.exception = leave.name
            }
        }
        reasons.append(reason)
    }

    /// Whether a kubelet shows a Pod that it runs from its own disk: a refusal would stop nothing and hide it.
    private var isShadow: Bool {
        let event = request.event
        guard event.workload?.isMirrorPod == true, event.actor.user?.hasPrefix("system:node:") == true else {
            return false
        }
        return event.actor.groups?.elements.contains { $0.text.map { $0 == "system:nodes" } ?? false } ?? false
    }

    private var allImages: [String] {
        request.event.containers.prefix(64).compactMap { $0.image?.text.map { String(copying: $0) } }
    }

    /// The fields of the object first, of those the ones that say more than which container is meant.
    private func telling(_ evidence: [Evidence]) -> [Evidence] {
        guard evidence.count > 1 else { return evidence.map(shortened) }
        let ranks = evidence.map(Self.rank)
        return evidence.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }.map { shortened(evidence[$0]) }
    }

    private static func rank(_ evidence: Evidence) -> Int {
        evidence.path.withText { path in
            // Where what is deployed stands: in the request, or in what an engine says of what exists already.
            guard
                path.hasPrefix("request.object.") || path.hasPrefix("RequestBody.") || path.hasPrefix("Container.")
                    || path.hasPrefix("Service.") || path.hasPrefix("volumes[") || path.hasPrefix("VolumesFrom[")
            else { return path.hasPrefix("Caller.") ? 3 : 2 }
            // What is not so is seldom what somebody did.
            if ["false", "null", "none", "[]", "{}"].contains(evidence.value) { return 1 }
            return path == "RequestBody.Image" || path == "Container.Config.Image" || path.hasSuffix(".image")
                || path.hasSuffix("].name") ? 1 : 0
        }
    }

    /// A place as who wrote the object knows it: without what admission or the engine puts around.
    private func shortened(_ evidence: Evidence) -> Evidence {
        let around = evidence.path.withText { path in
            path.hasPrefix("request.object.")
                ? "request.object.".utf8.count
                : path.hasPrefix("RequestBody.") ? "RequestBody.".utf8.count : 0
        }
        guard around > 0 else { return evidence }
        return Evidence(path: String(Substring(evidence.path.utf8.dropFirst(around))), value: evidence.value)
    }

    // MARK: The decision

    /// How many reasons a decision names: a request may have any number of wrong containers.
    private static let reasonLimit = 100
    /// What unjudged requests are called in modes.
    private static let unjudgedName = "gate/unjudged"

    mutating func decision() -> Decision {
        var verdict = reasons.map(\.mode.verdict).max() ?? .allow
        if !unjudged.isEmpty {
            var (mode, isSpecific) = rules.settings.modes.mode(of: [Self.unjudgedName], level: .critical, in: place)
            if !isSpecific { mode = min(.enforce, rules.settings.modes.ceiling) }
            if rules.settings.failure == .open { mode = min(mode, .warn) }
            verdict = max(verdict, mode.verdict)
        }
        var decision = Decision(
            id: request.id, verdict: verdict,
            reasons: reasons.indices.sorted {
                (reasons[$1].mode, reasons[$1].level, $0) < (reasons[$0].mode, reasons[$0].level, $1)
            }.map { reasons[$0] }, unjudged: unjudged, annotations: annotations)
        if decision.reasons.count > Self.reasonLimit {
            decision.annotations["gate/reasons-left-out"] = String(decision.reasons.count - Self.reasonLimit)
            decision.reasons.removeLast(decision.reasons.count - Self.reasonLimit)
        }
        guard verdict == .deny else { return decision }
        let used = request.exemptions.first { $0.covers(request.event, at: request.time) }
        if let used {
            decision.exemption = used.id
            decision.verdict = .warn
        }
        return decision
    }
}
