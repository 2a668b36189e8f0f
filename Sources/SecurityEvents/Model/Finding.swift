/// Something that a rule says about an event.
///
/// A finding is made of copies only, so that it can be kept and sent anywhere.
public struct Finding: Sendable, Equatable {
    /// The same for the same fact seen twice: a hash of the rule, the record and the container.
    public var id: String
    /// The rule's identifier (a UUID) and its folder's name.
    public var rule: String
    public var ruleName: String
    public var title: String
    public var level: Level
    /// When the event happened; nil where its record has no time.
    public var time: Timestamp?
    public var source: SourceType
    public var position: SourcePosition
    public var action: Action
    public var outcome: Outcome
    /// What is wrong, with the values that made it so.
    public var message: String
    public var actor: ActorSummary
    public var workload: WorkloadSummary?
    public var container: ContainerSummary?
    public var evidence: [Evidence]
    /// `attack.t1610` and the like.
    public var tags: [String]
    public var falsePositives: [String]
    public var remediation: String?
    /// What several events were together; nil where one event makes the finding.
    public var correlation: CorrelationSummary?
    /// What another source told later: `actor`, where the same finding was told without; `deployment`, where the event was
    /// judged without knowing how its workload was deployed.
    public var filled: [String] = []

    /// Makes a finding.
    public init(
        id: String, rule: String, ruleName: String, title: String, level: Level, time: Timestamp?, source: SourceType,
        position: SourcePosition, action: Action, outcome: Outcome, message: String, actor: ActorSummary,
        workload: WorkloadSummary?, container: ContainerSummary?, evidence: [Evidence], tags: [String],
        falsePositives: [String], remediation: String?, correlation: CorrelationSummary? = nil
    ) {
        self.id = id
        self.rule = rule
        self.ruleName = ruleName
        self.title = title
        self.level = level
        self.time = time
        self.source = source
        self.position = position
        self.action = action
        self.outcome = outcome
        self.message = message
        self.actor = actor
        self.workload = workload
        self.container = container
        self.evidence = evidence
        self.tags = tags
        self.falsePositives = falsePositives
        self.remediation = remediation
        self.correlation = correlation
    }
}

/// How much a finding matters, as Sigma spells it.
public enum Level: String, CaseIterable, Comparable, Sendable {
    case informational, low, medium, high, critical

    public static func < (left: Level, right: Level) -> Bool { left.rank < right.rank }

    private var rank: Int {
        switch self {
        case .informational: 0
        case .low: 1
        case .medium: 2
        case .high: 3
        case .critical: 4
        }
    }
}

/// A value of a record that made a rule true, and its place.
public struct Evidence: Sendable, Equatable {
    /// The place in the record: `requestObject.spec.hostPID`.
    public var path: String
    /// The value as compact JSON, cut to a stated length; secrets are replaced before they come here.
    public var value: String

    /// Makes a piece of evidence.
    public init(path: String, value: String) {
        self.path = path
        self.value = value
    }
}

/// Who did it, copied out of an event.
public struct ActorSummary: Sendable, Equatable {
    public var user: String?
    public var uid: String?
    public var groups: [String]
    public var authentication: Authentication
    public var addresses: [String]
    public var userAgent: String?
    public var impersonatedUser: String?
    /// The person or account that stands behind a controller, found through the owner chain.
    public var onBehalfOf: String?

    /// Makes a summary.
    public init(
        user: String? = nil, uid: String? = nil, groups: [String] = [], authentication: Authentication = .unknown,
        addresses: [String] = [], userAgent: String? = nil, impersonatedUser: String? = nil, onBehalfOf: String? = nil
    ) {
        self.user = user
        self.uid = uid
        self.groups = groups
        self.authentication = authentication
        self.addresses = addresses
        self.userAgent = userAgent
        self.impersonatedUser = impersonatedUser
        self.onBehalfOf = onBehalfOf
    }
}

/// What was deployed, or the object that was touched, copied out of an event.
public struct WorkloadSummary: Sendable, Equatable {
    public var platform: Platform
    public var kind: String
    public var namespace: String?
    public var name: String?
    public var uid: String?
    /// The topmost owner that is known: `Deployment/web`.
    public var owner: String?
    public var node: String?
    public var serviceAccount: String?

    /// Makes a summary.
    public init(
        platform: Platform, kind: String, namespace: String? = nil, name: String? = nil, uid: String? = nil,
        owner: String? = nil, node: String? = nil, serviceAccount: String? = nil
    ) {
        self.platform = platform
        self.kind = kind
        self.namespace = namespace
        self.name = name
        self.uid = uid
        self.owner = owner
        self.node = node
        self.serviceAccount = serviceAccount
    }
}

/// The container that a finding is about, copied out of an event.
public struct ContainerSummary: Sendable, Equatable {
    public var name: String?
    public var id: String?
    public var image: String?
    public var role: Container.Role

    /// Makes a summary.
    public init(name: String? = nil, id: String? = nil, image: String? = nil, role: Container.Role = .main) {
        self.name = name
        self.id = id
        self.image = image
        self.role = role
    }
}
