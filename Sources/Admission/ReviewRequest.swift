internal import JSONView
public import Rules
public import SecurityEvents

/// One request, as a gate received it and a reader normalized it.
public struct ReviewRequest {
    /// The gate that received it: `kubernetes`, `docker`.
    public var gate: String
    /// The name that its decision goes by in the ledger.
    public var id: String
    /// When it came.
    public var time: Timestamp
    /// What is asked for.
    ///
    /// The reviewer keeps its documents alive while it judges.
    public var event: Event
    /// The Docker host; nil for a cluster.
    public var host: String?
    /// What the gate itself noticed while reading: two readings of a body, a route that nobody knows.
    public var objections: [Objection] = []
    /// What already kept the gate from reading the request.
    public var unjudged: [Decision.Unjudged] = []
    /// Whether the object came from an API server, which has written the defaults of all fields into it.
    public var isComplete = false
    /// Namespaces and parameters of the cluster, as known now.
    public var inventory = PolicyInventory()
    /// Exemptions whose signature was checked.
    public var exemptions: [Exemption] = []

    /// Takes a request in.
    ///
    /// - Parameters:
    ///   - event: what is asked for.
    ///   - gate: the gate that received it: `kubernetes`, `docker`.
    ///   - id: the name that its decision goes by in the ledger.
    ///   - time: when it came.
    public init(_ event: borrowing Event, gate: String, id: String, time: Timestamp) {
        self.event = copy event
        self.gate = gate
        self.id = id
        self.time = time
    }

    /// Something that a gate holds against a request without asking a rule.
    public struct Objection: Sendable, Equatable {
        /// `gate/two-readings`, `gate/unknown-route`: what modes and exceptions call it.
        public var rule: String
        public var level: Level
        /// What is wrong and what to do instead.
        public var message: String
        /// The field, where it is about one.
        public var fields: [Evidence]

        /// Makes an objection.
        public init(rule: String, level: Level = .high, message: String, fields: [Evidence] = []) {
            self.rule = rule
            self.level = level
            self.message = message
            self.fields = fields
        }
    }

    /// Where the request belongs.
    var place: GateModes.Place {
        var namespace = (event.workload?.namespace ?? event.target.namespace).map { String(copying: $0) }
        // A Namespace is in itself.
        if namespace ?? "" == "", event.target.resource.map({ $0 == "namespaces" }) ?? false {
            namespace = event.target.name.map { String(copying: $0) }
        }
        return GateModes.Place(namespace: host == nil ? namespace ?? "" : nil, host: host)
    }
}
