import CEL
import JSONView
import Rules
import SecurityEvents

/// `facts`: what is joined to the event at hand, worked out when a rule asks for it and then kept.
final class FactsRecord: ObjectValue {
    private var memory: LogMemory
    private var event: Event?
    private var actor: ActorJudgement?
    private var known: [Value?] = Array(repeating: nil, count: Fact.allCases.count)
    private var touchedLooked = false
    private var touchedFound: Deployment?

    init(_ options: DetectorOptions) { memory = LogMemory(options) }

    var objectType: ObjectType { Fact.type }
    var forgotten: Int { memory.forgotten }

    /// Turns to an event.
    func show(_ event: borrowing Event, by actor: ActorJudgement) {
        self.event = copy event
        self.actor = actor
        for index in known.indices { known[index] = nil }
        touchedLooked = false
        touchedFound = nil
    }

    /// Takes in the event at hand, after the rules were asked about it.
    func remember() {
        guard let event, let actor else { return }
        memory.remember(event, by: actor)
    }

    func field(_ index: Int) -> Value {
        if let value = known[index] { return value }
        let value = Fact(rawValue: index).flatMap { fact in event.map { work(out: fact, of: $0) } } ?? .null
        known[index] = value
        return value
    }

    func hasField(_ index: Int) -> Bool {
        switch field(index) {
        case .error, .null: false
        case .string(let text): !text.isEmpty
        case .list(let list): !list.elements.isEmpty
        default: true
        }
    }

    private func work(out fact: Fact, of event: Event) -> Value {
        switch fact {
        case .deployer: .string(deployer?.effective ?? "")
        case .deployedByActor: .bool(isDeployedByActor(event))
        case .someoneElses: .bool(isSomeoneElses(event))
        case .age, .lifetime: age(event, fact)
        case .onBehalfOf: .string(onBehalfOf ?? "")
        case .ownerSeen: .bool(isOwnerSeen(event))
        case .containersAdded: .list(ListValue(changes(event).added.map { .string($0) }))
        case .imagesChanged: .list(ListValue(changes(event).images.map { .string($0) }))
        case .recentDeploy: .bool(isRecent(event))
        case .selectedWorkload: .string(ServiceSelection.find(for: event, among: memory.latest)?.spelling ?? "")
        case .serviceAccountPrivileged: .bool(hasPrivilegedAccount(event))
        case .privilegeGrants: .list(ListValue(memory.grants.grants(in: event).map { .string($0) }))
        case .similarDeploys: .int(Int64(similarDeploys(event)))
        }
    }

    /// The lists that the rules use, for the one fact that needs one.
    var lists = RuleLists()

    // MARK: People

    /// The workload that the event touches, where it was seen before.
    private var touched: Deployment? {
        if !touchedLooked, let event {
            touchedLooked = true
            touchedFound = memory.deployments.find(event)
        }
        return touchedFound
    }

    private var deployer: (effective: String, proved: String)? {
        if let touched { return memory.deployments.deployer(of: touched) }
        guard let owner = ownerSeen else { return nil }
        return memory.deployments.deployer(of: owner)
    }

    /// The owner of the event's workload, where its own creation was seen.
    private var ownerSeen: Deployment? {
        guard let event, let owner = OwnerReference(event.workload?.owners) else { return nil }
        return memory.deployments.find(
            owner, in: DeploymentMemory.Identity(event).namespace, on: event.source.platform)
    }

    /// The person or account behind a part of the system.
    var onBehalfOf: String? {
        guard let event, let actor else { return nil }
        // The engine's events and inspections name nobody; who asked for the container may be known from its call.
        if event.source == .dockerEvents || event.source == .dockerInspect || event.source == .dockerDaemon,
            event.actor.user == nil, event.action == .create || event.action == .start, let person = touched?.person
        {
            return person.isEmpty ? nil : person
        }
        guard actor.isSystem, !actor.isNode else { return nil }
        guard let deployment = ownerSeen ?? touched else { return nil }
        var top = deployment
        if let owner = deployment.owner {
            top =
                memory.deployments.top(of: owner, in: deployment.namespace, on: event.source.platform).seen
                ?? deployment
        }
        return top.person.isEmpty ? nil : top.person
    }

    private func isOwnerSeen(_ event: Event) -> Bool { ownerSeen?.created != nil }

    private func isDeployedByActor(_ event: Event) -> Bool {
        guard let deployer, !deployer.effective.isEmpty else { return false }
        let names = [event.actor.effectiveUser, event.actor.user].compactMap { $0.map { String(copying: $0) } }
        return names.contains(deployer.effective) || names.contains(deployer.proved) || onBehalfOf == deployer.effective
    }

    private func isSomeoneElses(_ event: Event) -> Bool {
        guard let actor, !actor.isController, !actor.isNode, !actor.isSystem else { return false }
        guard let deployer, !deployer.effective.isEmpty else { return false }
        let isIdentified =
            event.actor.user.map { !$0.isEmpty } ?? false || event.actor.authentication == .localSocket
            || event.actor.authentication == .anonymous
        return isIdentified && !isDeployedByActor(event)
    }

    // MARK: Times

    private func age(_ event: Event, _ fact: Fact) -> Value {
        let isEnd = event.action == .delete || event.action == .stop
        guard fact == .age || isEnd, let created = touched?.created, let now = event.time else {
            return .error(EvaluationError("no such key: \(fact.name)"))
        }
        let (passed, overflow) = now.nanoseconds.subtractingReportingOverflow(created.nanoseconds)
        return overflow || passed < 0
            ? .error(EvaluationError("no such key: \(fact.name)")) : .duration(TimeSpan(nanoseconds: passed))
    }

    private func isRecent(_ event: Event) -> Bool {
        let deployment = touched ?? ServiceSelection.find(for: event, among: memory.latest)
        guard let created = deployment?.created, let now = event.time,
            let passed = LogMemory.seconds(from: created, to: now)
        else { return false }
        return passed <= Double(memory.options.recentSeconds)
    }

    private func similarDeploys(_ event: Event) -> Int {
        guard event.workload?.owners == nil, let shape = ShapeMemory.shape(of: event) else { return 0 }
        let time = memory.time(of: event)
        let identity = DeploymentMemory.Identity(event)
        let key = WorkloadKey.name(
            event.source.platform, identity.namespace, identity.kind,
            identity.name.isEmpty ? identity.uid : identity.name)
        return memory.shapes.count(of: shape, workload: key, at: time, isShort: LogMemory.endsItself(event))
    }

    // MARK: Changes and rights

    private func changes(_ event: Event) -> ContainerChanges {
        ContainerChanges(of: event, before: event.oldObject.flatMap(ContainerChanges.images) ?? touched?.images)
    }

    private func hasPrivilegedAccount(_ event: Event) -> Bool {
        guard let workload = event.workload, workload.platform == .kubernetes else { return false }
        let account = workload.serviceAccount.map { String(copying: $0) } ?? "default"
        let namespace = DeploymentMemory.Identity(event).namespace
        return memory.grants.isPrivileged(namespace: namespace, account: account)
            || "\(namespace)/\(account)".withText { lists.contains($0, in: "privileged_service_accounts") }
    }

    /// The topmost owner of the event's workload that is known, and whether it was seen itself.
    func topOwner(of event: borrowing Event) -> (reference: OwnerReference, seen: Deployment?)? {
        guard let owner = OwnerReference(event.workload?.owners) else { return nil }
        return memory.deployments.top(
            of: owner, in: DeploymentMemory.Identity(event).namespace, on: event.source.platform)
    }

    /// What the event touches, as it was seen before.
    var touchedWorkload: Deployment? { touched }
}
