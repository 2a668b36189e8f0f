import CEL
import JSONView
import Rules
import SecurityEvents

/// `facts`: what is joined to the event at hand, worked out when a rule asks for it and then kept.
///
/// Its properties are not checked for exclusive access at run time: it belongs to one thread, and nothing that is called while
/// one changes comes back to it.
final class FactsRecord: ObjectValue {
    @exclusivity(unchecked) private var memory: LogMemory
    /// Shows the event; who owns this record owns it.
    @exclusivity(unchecked) private unowned(unsafe) var context: EventContext?
    @exclusivity(unchecked) private var known: [Value?] = Array(repeating: nil, count: Fact.allCases.count)
    /// Facts that are in ``known``.
    @exclusivity(unchecked) private var worked: [Int] = []
    @exclusivity(unchecked) private var touchedMade: Deployment??
    @exclusivity(unchecked) private var shapeMade: LookupKey??

    /// The lists that the rules use, for the one fact that needs one.
    var lists: RuleLists

    init(_ options: DetectorOptions, lists: RuleLists) {
        memory = LogMemory(options)
        self.lists = lists
    }

    var objectType: ObjectType { Fact.type }
    var forgotten: DetectorStatistics.Forgotten { memory.forgotten }

    /// A context that shows an event and its facts: the one given, which is made where there is none yet.
    func shown(_ event: borrowing Event, in kept: inout EventContext?) -> EventContext {
        let context: EventContext
        if let kept {
            context = kept
            context.show(event)
        } else {
            context = EventContext(lists: lists, event: event)
            kept = context
        }
        show(context)
        context.facts = self
        return context
    }

    /// Turns to the event that a context shows.
    func show(_ context: EventContext) {
        self.context = context
        for index in worked { known[index] = nil }
        worked.removeAll(keepingCapacity: true)
        touchedMade = nil
        shapeMade = nil
    }

    /// Takes in the event at hand, after the rules were asked about it.
    func remember() {
        guard let context else { return }
        memory.remember(context.shownEvent, by: context.actor.judged, known: touchedMade, shape: shapeMade)
    }

    func field(_ index: Int) -> Value {
        if let value = known[index] { return value }
        guard let fact = Fact(rawValue: index), let context else { return .null }
        let value = work(out: fact, of: context.shownEvent, by: context.actor.judged)
        known[index] = value
        worked.append(index)
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

    private func work(out fact: Fact, of event: UnsafePointer<Event>, by actor: ActorJudgement) -> Value {
        switch fact {
        case .deployer: .string(deployer(event)?.effective ?? "")
        case .deployedByActor: .bool(isDeployed(event, by: actor))
        case .someoneElses: .bool(isSomeoneElses(event, actor))
        case .age, .lifetime: age(event, fact)
        case .onBehalfOf: .string(onBehalf(event, actor) ?? "")
        case .ownerSeen: .bool(ownerSeen(event)?.created != nil)
        case .containersAdded: Self.list(changes(event).added)
        case .imagesChanged: Self.list(changes(event).images)
        case .recentDeploy: .bool(isRecent(event))
        case .selectedWorkload: .string(ServiceSelection.find(for: event, among: memory.latest)?.spelling ?? "")
        case .serviceAccountPrivileged: .bool(hasPrivilegedAccount(event))
        case .privilegeGrants: Self.list(memory.grants.grants(in: event))
        case .imageMoved: .bool(changes(event).isMoved)
        case .similarDeploys: .int(Int64(similarDeploys(event)))
        case .mountsTaken: Self.list(mountsTaken(event).paths)
        case .mountsTakenKnown: .bool(mountsTaken(event).areKnown)
        }
    }

    // Never changed: a list without elements.
    nonisolated(unsafe) private static let none = ListValue([])

    private static func list(_ texts: [String]) -> Value {
        texts.isEmpty ? .list(none) : .list(ListValue(texts.map { .string($0) }))
    }

    // MARK: People

    /// The workload that the event touches, where it was seen before.
    private func touched(_ event: UnsafePointer<Event>) -> Deployment? {
        if let touchedMade { return touchedMade }
        let found = memory.deployments.find(event)
        touchedMade = .some(found)
        return found
    }

    private func deployer(_ event: UnsafePointer<Event>) -> (effective: String, proved: String)? {
        if let touched = touched(event) { return memory.deployments.deployer(of: touched) }
        guard let owner = ownerSeen(event) else { return nil }
        return memory.deployments.deployer(of: owner)
    }

    /// The owner of the event's workload, where its own creation was seen.
    private func ownerSeen(_ event: UnsafePointer<Event>) -> Deployment? {
        guard let owner = OwnerReference(event.pointee.workload?.owners) else { return nil }
        return memory.deployments.find(
            owner, in: DeploymentMemory.Identity(event).namespace, on: event.pointee.source.platform)
    }

    /// The person or account behind a part of the system.
    var onBehalfOf: String? { context.flatMap { onBehalf($0.shownEvent, $0.actor.judged) } }

    private func onBehalf(_ event: UnsafePointer<Event>, _ actor: ActorJudgement) -> String? {
        // The engine's events and inspections name nobody; who asked for the container may be known from its call.
        if event.pointee.source == .dockerEvents || event.pointee.source == .dockerInspect
            || event.pointee.source == .dockerDaemon,
            event.pointee.actor.user == nil,
            event.pointee.action == .create || event.pointee.action == .start || event.pointee.action == .found,
            let person = touched(event)?.person
        {
            return person.isEmpty ? nil : person
        }
        guard actor.isSystem, !actor.isNode else { return nil }
        guard let deployment = ownerSeen(event) ?? touched(event) else { return nil }
        var top = deployment
        if let owner = deployment.owner {
            let platform = event.pointee.source.platform
            top =
                deployment.namespace.withText { memory.deployments.top(of: owner, in: $0, on: platform).seen }
                ?? deployment
        }
        return top.person.isEmpty ? nil : top.person
    }

    private func isDeployed(_ event: UnsafePointer<Event>, by actor: ActorJudgement) -> Bool {
        guard let deployer = deployer(event), !deployer.effective.isEmpty else { return false }
        for name in [event.pointee.actor.effectiveUser, event.pointee.actor.user] {
            guard let name else { continue }
            let isDeployer = deployer.effective.withText { $0 == name } || deployer.proved.withText { $0 == name }
            if isDeployer { return true }
        }
        return onBehalf(event, actor) == deployer.effective
    }

    private func isSomeoneElses(_ event: UnsafePointer<Event>, _ actor: ActorJudgement) -> Bool {
        guard !actor.isController, !actor.isNode, !actor.isSystem else { return false }
        guard let deployer = deployer(event), !deployer.effective.isEmpty else { return false }
        let isIdentified =
            event.pointee.actor.user.map { !$0.isEmpty } ?? false || event.pointee.actor.authentication == .localSocket
            || event.pointee.actor.authentication == .anonymous
        return isIdentified && !isDeployed(event, by: actor)
    }

    // MARK: Times

    private func age(_ event: UnsafePointer<Event>, _ fact: Fact) -> Value {
        let isEnd = event.pointee.action == .delete || event.pointee.action == .stop
        guard fact == .age || isEnd, event.pointee.action != .found, let created = touched(event)?.created,
            let now = event.pointee.time
        else {
            return .error(EvaluationError("no such key: \(fact.name)"))
        }
        let (passed, overflow) = now.nanoseconds.subtractingReportingOverflow(created.nanoseconds)
        return overflow || passed < 0
            ? .error(EvaluationError("no such key: \(fact.name)")) : .duration(TimeSpan(nanoseconds: passed))
    }

    private func isRecent(_ event: UnsafePointer<Event>) -> Bool {
        // Its time is that of its making, not of the look at it.
        guard event.pointee.action != .found else { return false }
        let deployment = touched(event) ?? ServiceSelection.find(for: event, among: memory.latest)
        guard let created = deployment?.created, let now = event.pointee.time,
            let passed = LogMemory.seconds(from: created, to: now)
        else { return false }
        return passed <= Double(memory.options.recentSeconds)
    }

    private func similarDeploys(_ event: UnsafePointer<Event>) -> Int {
        guard event.pointee.workload?.owners == nil, let shape = shape(event) else { return 0 }
        let key = DeploymentMemory.Identity(event).key(on: event.pointee.source.platform, orUID: true)
        return memory.shapes.count(
            of: shape, workload: key, at: memory.time(of: event), isShort: LogMemory.endsItself(event))
    }

    private func shape(_ event: UnsafePointer<Event>) -> LookupKey? {
        if let shapeMade { return shapeMade }
        let made = ShapeMemory.shape(of: event)
        shapeMade = .some(made)
        return made
    }

    /// The paths of the host that come with the mounts of other containers (`--volumes-from`), and whether all of those
    /// containers were seen.
    private func mountsTaken(_ event: UnsafePointer<Event>) -> (paths: [String], areKnown: Bool) {
        guard event.pointee.source.platform == .docker else { return ([], true) }
        var (paths, areKnown): ([String], Bool) = ([], true)
        for container in event.pointee.containers {
            guard let others = container.object["HostConfig"]?["VolumesFrom"], others.kind == .array else { continue }
            for other in others.elements.prefix(64) {
                guard let reference = other.text else { continue }
                let name = reference.firstIndex(of: UInt8(ascii: ":")).map { reference.prefix($0) } ?? reference
                if let mounts = memory.deployments.find(container: name)?.hostMounts {
                    paths += mounts.filter { !paths.contains($0) }
                } else {
                    areKnown = false
                }
            }
        }
        return (paths, areKnown)
    }

    // MARK: Changes and rights

    private func changes(_ event: UnsafePointer<Event>) -> ContainerChanges {
        ContainerChanges(
            of: event, before: event.pointee.oldObject.flatMap(ContainerChanges.images) ?? touched(event)?.images)
    }

    private func hasPrivilegedAccount(_ event: UnsafePointer<Event>) -> Bool {
        guard event.pointee.workload?.platform == .kubernetes else { return false }
        let account = event.pointee.workload?.serviceAccount ?? JSONText("default")
        let namespace = DeploymentMemory.Identity(event).namespace
        if memory.grants.isPrivileged(namespace: namespace, account: account) { return true }
        guard let context else { return false }
        return lists.contains(context.joined(namespace, account, by: "/"), in: "privileged_service_accounts")
    }

    /// The topmost owner of the event's workload that is known, and whether it was seen itself.
    func topOwner(of event: UnsafePointer<Event>) -> (reference: OwnerReference, seen: Deployment?)? {
        guard let owner = OwnerReference(event.pointee.workload?.owners) else {
            // Of a Pod, an engine knows who it is and not who owns it.
            guard event.pointee.source.platform == .containerd, let pod = touched(event), let owner = pod.owner else {
                return nil
            }
            return pod.namespace.withText { memory.deployments.top(of: owner, in: $0, on: pod.platform) }
        }
        return memory.deployments.top(
            of: owner, in: DeploymentMemory.Identity(event).namespace, on: event.pointee.source.platform)
    }

    /// What the event touches, as it was seen before.
    func touchedWorkload(_ event: UnsafePointer<Event>) -> Deployment? { touched(event) }
}
