internal import Rules
public import SecurityEvents

/// Leave for something that a rule speaks against, given by somebody who answers for it, and for a time.
public struct RuleException: Sendable, Equatable {
    /// What the exception is called in decisions and lists.
    public var name: String
    /// The rule's name or identifier, with `*` and `?`.
    public var rule: String
    public var namespace: String?
    public var host: String?
    /// `Kind/name` of the workload or of its owner, or a container's name on a Docker host, with `*` and `?`.
    public var workload: String?
    /// The image as the container names it, with `*` and `?`.
    public var image: String?
    /// The user who asks, with `*` and `?`.
    public var user: String?
    /// Who answers for it.
    public var owner: String
    public var reason: String
    /// From when on it has no effect.
    public var expires: Timestamp

    /// Makes an exception.
    public init(
        name: String, rule: String, namespace: String? = nil, host: String? = nil, workload: String? = nil,
        image: String? = nil, user: String? = nil, owner: String, reason: String, expires: Timestamp
    ) {
        self.name = name
        self.rule = rule
        self.namespace = namespace
        self.host = host
        self.workload = workload
        self.image = image
        self.user = user
        self.owner = owner
        self.reason = reason
        self.expires = expires
    }

    /// What a reason must fit to be excepted.
    struct Subject {
        var rules: [String]
        var place: GateModes.Place
        /// The ways in which the workload is called.
        var workloads: [String]
        var images: [String]
        var user: String?
    }

    /// Whether a reason is excepted at a time.
    ///
    /// Where a reason is about several images, all of them must be meant.
    func covers(_ subject: Subject, at time: Timestamp) -> Bool {
        guard time < expires, subject.rules.contains(where: { Wildcard(rule).matches($0) }) else { return false }
        func fits(_ pattern: String?, _ names: [String]) -> Bool {
            guard let pattern else { return true }
            return names.contains { Wildcard(pattern).matches($0) }
        }
        guard fits(namespace, [subject.place.namespace].compactMap { $0 }),
            fits(host, [subject.place.host].compactMap { $0 }), fits(workload, subject.workloads),
            fits(user, [subject.user].compactMap { $0 })
        else { return false }
        guard let image else { return true }
        return !subject.images.isEmpty && subject.images.allSatisfy { Wildcard(image).matches($0) }
    }
}
