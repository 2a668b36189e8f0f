public import JSONView

/// Who did something, as the source knows them.
public struct Actor: BitwiseCopyable {
    /// The authenticated name; nil where the source knows nobody (Docker's local socket, Docker events).
    public var user: JSONText?
    public var uid: JSONText?
    /// The groups, an array of strings.
    public var groups: JSONValue?
    /// How the name was proved.
    public var authentication = Authentication.unknown
    /// Where the request came from, an array of strings, nearest proxy last.
    ///
    /// All but the last can be set by the client (Kubernetes auditing, `sourceIPs`).
    public var addresses: JSONValue?
    /// What the client calls itself; set by the client.
    public var userAgent: JSONText?
    /// The name that the user acted under instead of their own; nil where nobody was impersonated.
    public var impersonatedUser: JSONText?
    public var impersonatedGroups: JSONValue?
    /// The verb that allowed a constrained impersonation (Kubernetes 1.36 and later).
    public var impersonationConstraint: JSONText?
    /// What else the authenticator said, an object.
    public var extra: JSONValue?

    /// An actor of whom nothing is known.
    public init() {}

    /// The name that the action counted under: the impersonated user where there is one.
    public var effectiveUser: JSONText? { impersonatedUser ?? user }
}

/// How a caller proved who they are.
public enum Authentication: String, CaseIterable, Sendable, BitwiseCopyable {
    /// A client certificate.
    case certificate
    /// A service account's token.
    case serviceAccount
    /// Another token: OIDC, bootstrap, webhook.
    case token
    /// Nobody was asked: the local socket of an engine.
    case localSocket
    /// The caller proved nothing and was let try (`system:anonymous`, plain TCP).
    case anonymous
    case unknown
}
