internal import JSONView
public import SecurityEvents

/// Break-glass: leave for one workload or one user to pass the gate for minutes or hours, whatever the rules say.
///
/// What stands here was checked already: its signature belongs to a key that the gate trusts.
public struct Exemption: Sendable, Equatable {
    /// Whom it lets pass.
    public enum Subject: Sendable, Equatable {
        /// Whoever asks under this name.
        case user(String)
        /// A workload and what the cluster's controllers make of it; on a Docker host, the container's name and no
        /// namespace.
        case workload(namespace: String?, kind: String, name: String)
    }

    /// How long an exemption may last at most, in seconds.
    public static let longest: Int64 = 24 * 3600

    /// The number that the issuer gave it, which decisions and the ledger name.
    public var id: String
    public var subject: Subject
    /// The cluster or host that it is for; nil for every gate that trusts the key.
    public var audience: String?
    public var reason: String
    public var issuer: String
    public var issued: Timestamp
    public var expires: Timestamp

    /// Makes an exemption.
    public init(
        id: String, subject: Subject, audience: String? = nil, reason: String, issuer: String, issued: Timestamp,
        expires: Timestamp
    ) {
        self.id = id
        self.subject = subject
        self.audience = audience
        self.reason = reason
        self.issuer = issuer
        self.issued = issued
        self.expires = expires
    }

    /// Whether it is in force at a time.
    public func isValid(at time: Timestamp) -> Bool { issued <= time && time < expires }

    /// Whether it lets a request pass.
    func covers(_ event: borrowing Event, at time: Timestamp) -> Bool {
        guard isValid(at: time) else { return false }
        switch subject {
        case .user(let name): return event.actor.user.map { String($0) == name } ?? false
        case .workload(let namespace, let kind, let name):
            let named = WorkloadNames(event)
            guard event.source.platform == .docker || namespace == named.namespace else { return false }
            return named.isCalled(kind: kind, name: name)
        }
    }
}
