import JSONView
import Rules
import SecurityEvents

/// What a detector remembers of the events before; bounded in every part.
struct LogMemory {
    var deployments: DeploymentMemory
    var grants: GrantMemory
    var shapes: ShapeMemory
    /// The workloads with template labels that were deployed last, newest last.
    private(set) var latest: [Deployment] = []
    private static let latestLimit = 512
    let options: DetectorOptions
    private var pool = TextPool()
    /// The time of the last event that has one.
    ///
    /// Recorded admission and authorization calls have none.
    private var clock = Timestamp(nanoseconds: 0)

    init(_ options: DetectorOptions) {
        self.options = options
        deployments = DeploymentMemory(limit: options.workloads)
        grants = GrantMemory(limit: options.grants)
        shapes = ShapeMemory(limit: options.shapes, recentSeconds: options.recentSeconds)
    }

    var forgotten: DetectorStatistics.Forgotten {
        var forgotten = DetectorStatistics.Forgotten()
        forgotten.workloads = deployments.forgotten
        forgotten.grants = grants.forgotten
        forgotten.shapes = shapes.forgotten
        return forgotten
    }

    /// When an event happened; one without a time, when the last one before it did.
    func time(of event: UnsafePointer<Event>) -> Timestamp { event.pointee.time ?? clock }

    /// Whether an event is worth remembering; most are not.
    @inline(__always)
    static func wants(_ event: borrowing Event) -> Bool {
        guard event.outcome != .denied, event.outcome != .failed else { return false }
        switch event.action {
        case .create, .start, .found, .modify:
            return event.workload != nil || GrantMemory.isGrant(event.target.resource)
        case .delete, .stop: return event.target.name != nil || event.target.uid != nil || event.workload != nil
        default: return false
        }
    }

    /// Takes in an event, after the rules were asked about it.
    ///
    /// - Parameters:
    ///   - event: the event.
    ///   - actor: what kind of account did it.
    ///   - known: the workload that it touches, as ``DeploymentMemory/find(_:)`` says; nil where that was not asked.
    ///   - shape: the shape of its containers; nil where that was not worked out.
    mutating func remember(
        _ event: UnsafePointer<Event>, by actor: ActorJudgement, known: Deployment?? = nil, shape: LookupKey?? = nil
    ) {
        guard !event.pointee.isDryRun else { return }
        // A container of a Pod is a part of it; what the Pod is, the cluster knows better.
        if event.pointee.source.platform == .containerd, event.pointee.workload?.kindName == "Pod" { return }
        if let time = event.pointee.time, event.pointee.action != .found { clock = time }
        switch event.pointee.action {
        case .delete, .stop: end(event)
        default:
            grants.remember(event)
            guard case .some = event.pointee.workload else { return }
            deploy(
                event, by: actor, known: known ?? deployments.find(event), shape: shape ?? ShapeMemory.shape(of: event))
        }
    }

    private mutating func deploy(
        _ event: UnsafePointer<Event>, by actor: ActorJudgement, known: Deployment?, shape: LookupKey?
    ) {
        let identity = DeploymentMemory.Identity(event)
        let deployment =
            known
            ?? Deployment(
                platform: event.pointee.source.platform, kind: identity.withKind { pool.string($0) },
                namespace: pool.string(identity.namespace), name: String(copying: identity.name),
                uid: String(copying: identity.uid))
        if deployment.uid.isEmpty { deployment.uid = String(copying: identity.uid) }
        if deployment.name.isEmpty { deployment.name = String(copying: identity.name) }
        if deployment.namespace.isEmpty { deployment.namespace = pool.string(identity.namespace) }
        if let owner = OwnerReference(event.pointee.workload?.owners) { deployment.owner = owner }
        let user = event.pointee.actor.effectiveUser.map { pool.string($0) } ?? ""
        if event.pointee.action == .found {
            // When it was made is known, by whom is not.
            deployment.created = deployment.created ?? event.pointee.time
        } else if event.pointee.action == .create, !user.isEmpty || deployment.created == nil {
            deployment.created = deployment.created ?? event.pointee.time
            if deployment.creator.isEmpty {
                deployment.creator = user
                deployment.provedCreator = event.pointee.actor.user.map { pool.string($0) } ?? ""
                deployment.creatorIsSystem = actor.isSystem
            }
        }
        if !actor.isSystem, !user.isEmpty { deployment.person = user }
        merge(event, into: deployment)
        deployments.keep(deployment)
        // What was there before is no burst of new workloads.
        if event.pointee.action != .modify, event.pointee.action != .found { remember(shape, of: deployment, event) }
        if !deployment.templateLabels.isEmpty, latest.last !== deployment {
            if latest.count >= Self.latestLimit { latest.removeFirst(Self.latestLimit / 2) }
            latest.append(deployment)
        }
    }

    private func merge(_ event: UnsafePointer<Event>, into deployment: Deployment) {
        if !event.pointee.containers.isEmpty {
            // A patch names only what it changes; anything else names all.
            let isPatch = event.pointee.verb.map { $0 == "patch" } ?? false
            if !isPatch { deployment.images.removeAll() }
            let positions = event.pointee.containers.indices.prefix(options.containers)
            if deployment.images.isEmpty { deployment.images.reserve(Self.size(of: event, positions)) }
            for position in positions {
                let name = event.pointee.containers[position].name ?? .none
                let image = event.pointee.containers[position].image?.text ?? .none
                deployment.images.set(name, image)
            }
        }
        if event.pointee.source.platform == .docker { keepHostMounts(of: event, in: deployment) }
        let labels = event.pointee.workload?.templateLabels ?? event.pointee.workload?.labels
        guard let labels, labels.count > 0 else { return }
        deployment.templateLabels.removeAll()
        deployment.templateLabels.reserve(
            labels.members.prefix(64).reduce(0) { $0 + $1.key.count + ($1.value.text?.count ?? 0) + 4 })
        for member in labels.members.prefix(64) {
            if let text = member.value.text { deployment.templateLabels.set(member.key, text) }
        }
    }

    private static let mountLimit = 32

    /// What a container mounts of its host, as far as the event says: another may take it over later.
    private func keepHostMounts(of event: UnsafePointer<Event>, in deployment: Deployment) {
        for container in event.pointee.containers where container.object["HostConfig"] != nil {
            let paths = container.mounts().prefix(Self.mountLimit).compactMap { mount in
                mount.kind == .host ? mount.source.map { String(copying: $0.prefix(4096)) } : nil
            }
            deployment.hostMounts = paths
        }
    }

    /// How many bytes the names and images of some containers take in ``TextPairs``.
    private static func size(of event: UnsafePointer<Event>, _ positions: Range<Int>.SubSequence) -> Int {
        var size = 0
        for position in positions {
            let name = event.pointee.containers[position].name?.count ?? 0
            let image = event.pointee.containers[position].image?.text?.count ?? 0
            size += name + image + 4
        }
        return size
    }

    private mutating func remember(_ shape: LookupKey?, of deployment: Deployment, _ event: UnsafePointer<Event>) {
        guard deployment.owner == nil, let shape else { return }
        let time = time(of: event)
        deployment.shape = shape
        deployment.endsItself = deployment.endsItself || Self.endsItself(event)
        shapes.remember(shape, workload: Self.key(deployment), at: time, isShort: deployment.endsItself)
    }

    /// What tells one workload from another of the same shape.
    static func key(_ deployment: Deployment) -> LookupKey {
        if !deployment.name.isEmpty { return deployment.keyOfName }
        return WorkloadKey.name(deployment.platform, deployment.namespace, deployment.kind, deployment.uid)
    }

    /// Whether a workload is made to end: `--rm`, a Pod that is not started again, a Job that cleans up behind itself.
    static func endsItself(_ event: UnsafePointer<Event>) -> Bool {
        guard let workload = event.pointee.workload else { return false }
        if workload.removesItself.value == true { return true }
        if let policy = workload.restartPolicy, workload.platform == .kubernetes { return policy == "Never" }
        return workload.activeDeadlineSeconds != nil
    }

    private mutating func end(_ event: UnsafePointer<Event>) {
        guard let deployment = deployments.find(event) else { return }
        if let shape = deployment.shape, let created = deployment.created, let now = event.pointee.time,
            let lived = Self.seconds(from: created, to: now), lived <= Double(options.shortLifeSeconds)
        {
            shapes.remember(shape, workload: Self.key(deployment), at: created, isShort: true)
        }
        // Deleting is graceful: the workload is asked for again until it is gone. Its name may be given anew.
        guard event.pointee.action == .delete else { return }
        deployment.created = nil
        deployments.drop(deployment)
    }

    static func seconds(from: Timestamp, to: Timestamp) -> Double? {
        let (passed, overflow) = to.nanoseconds.subtractingReportingOverflow(from.nanoseconds)
        return overflow || passed < 0 ? nil : Double(passed) / 1e9
    }
}
