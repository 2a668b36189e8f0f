/// A deployment event in brief, made of copies only, so that it can be kept.
public struct EventRecord: Sendable, Equatable {
    /// How many containers of one workload are copied.
    public static let containerLimit = 64

    /// What tells this event from every other, so that a log read twice is recorded once; nil where nobody can say.
    public var key: String?
    /// The source's own name of the event: a Kubernetes audit ID, an admission UID.
    public var id: String?
    public var source: SourceType
    public var position: SourcePosition
    /// When it happened; nil where its record has no time.
    public var time: Timestamp?
    public var action: Action
    public var outcome: Outcome
    /// The verb as the source spells it.
    public var verb: String?
    /// The kind of object and its part, as the API's paths spell them: `pods`, `pods/ephemeralcontainers`.
    public var resource: String?
    public var actor: ActorSummary
    /// What was deployed, or the object that was touched.
    public var workload: WorkloadSummary?
    public var containers: [ContainerSummary]
    /// What is known of the body that the action carried.
    public var body: BodyState

    /// Makes a record.
    public init(
        key: String? = nil, id: String? = nil, source: SourceType, position: SourcePosition, time: Timestamp?,
        action: Action, outcome: Outcome, verb: String? = nil, resource: String? = nil,
        actor: ActorSummary = ActorSummary(), workload: WorkloadSummary? = nil, containers: [ContainerSummary] = [],
        body: BodyState = .none
    ) {
        self.key = key
        self.id = id
        self.source = source
        self.position = position
        self.time = time
        self.action = action
        self.outcome = outcome
        self.verb = verb
        self.resource = resource
        self.actor = actor
        self.workload = workload
        self.containers = containers
        self.body = body
    }

    /// Copies an event.
    ///
    /// - Parameters:
    ///   - event: what happened.
    ///   - key: what tells it from every other event; nil where nobody can say.
    public init(copying event: borrowing Event, key: String? = nil) {
        let target = event.target
        var resource = target.resource.map { String(copying: $0) }
        if let whole = resource, let part = target.subresource {
            resource = "\(whole)/\(String(copying: part))"
        }
        var containers: [ContainerSummary] = []
        for container in event.containers.prefix(Self.containerLimit) {
            containers.append(ContainerSummary(copying: container))
        }
        self.init(
            key: key, id: event.identifier.map { String(copying: $0) }, source: event.source, position: event.position,
            time: event.time, action: event.action, outcome: event.outcome,
            verb: event.verb.map { String(copying: $0) }, resource: resource,
            actor: ActorSummary(copying: event.actor), workload: WorkloadSummary(copying: event),
            containers: containers, body: event.body)
    }
}
