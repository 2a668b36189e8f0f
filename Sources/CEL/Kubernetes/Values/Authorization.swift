/// A question that `authorizer` puts to its provider, whether something may be done.
public struct AuthorizationRequest: Hashable, Sendable {
    /// Who asks, where it is not the user of the request: namespace and name of a service account.
    public struct ServiceAccount: Hashable, Sendable {
        /// The namespace.
        public var namespace: String
        /// The name.
        public var name: String
    }

    /// The service account asked for; nil for the user of the request.
    public var serviceAccount: ServiceAccount?
    /// The verb: `get`, `create`.
    public var verb = ""
    /// The path, where no resource is meant.
    public var path: String?
    /// The API group.
    public var group = ""
    /// The resource, in the plural.
    public var resource = ""
    /// The part of the resource.
    public var subresource = ""
    /// The namespace.
    public var namespace = ""
    /// The name of the object.
    public var name = ""
    /// The field selector, as written.
    public var fieldSelector: String?
    /// The label selector, as written.
    public var labelSelector: String?

    /// An empty question.
    public init() {}
}

/// An answer to an ``AuthorizationRequest``.
public struct AuthorizationDecision: Hashable, Sendable {
    /// Whether it may be done; no opinion counts as no.
    public var isAllowed: Bool
    /// Why.
    public var reason: String
    /// What went wrong when the question could not be answered.
    public var error: String?

    /// Makes an answer.
    public init(isAllowed: Bool, reason: String = "", error: String? = nil) {
        self.isAllowed = isAllowed
        self.reason = reason
        self.error = error
    }
}

/// Answers what expressions ask of `authorizer`.
///
/// Within one evaluation an equal question may be asked once or twice; the answers must not differ.
public protocol AuthorizationProvider: AnyObject, Sendable {
    /// Decides a question.
    func authorize(_ request: AuthorizationRequest) -> AuthorizationDecision
}

/// The value of the variable `authorizer`, and what its functions make of it on the way to a decision.
public final class AuthorizerValue: OpaqueValue {
    enum Stage: String {
        case authorizer = "Authorizer"
        case path = "PathCheck"
        case group = "GroupCheck"
        case resource = "ResourceCheck"

        var type: CELType { .opaque("kubernetes.authorization.\(rawValue)", []) }
    }

    let stage: Stage
    let request: AuthorizationRequest
    let provider: any AuthorizationProvider

    init(_ stage: Stage, _ request: AuthorizationRequest, _ provider: any AuthorizationProvider) {
        self.stage = stage
        self.request = request
        self.provider = provider
    }

    /// The value of `authorizer` with this provider.
    public convenience init(_ provider: any AuthorizationProvider) {
        self.init(.authorizer, AuthorizationRequest(), provider)
    }

    /// The value of `authorizer.requestResource`: the resource that a request is about.
    public static func requestResource(
        _ provider: any AuthorizationProvider, _ request: AuthorizationRequest
    ) -> AuthorizerValue { AuthorizerValue(.resource, request, provider) }

    /// The name of the type.
    public var typeName: String { "kubernetes.authorization.\(stage.rawValue)" }

    /// The question so far, in words.
    public var text: String { request.path ?? "\(request.group)/\(request.resource)" }

    /// Whether another value asks the same of the same provider.
    public func isEqual(to other: any OpaqueValue) -> Bool {
        guard let other = other as? AuthorizerValue else { return false }
        return other.stage == stage && other.request == request && other.provider === provider
    }

    func with(_ stage: Stage? = nil, _ change: (inout AuthorizationRequest) -> Void) -> AuthorizerValue {
        var request = request
        change(&request)
        return AuthorizerValue(stage ?? self.stage, request, provider)
    }
}

/// A decision as a value of the language.
final class DecisionValue: OpaqueValue {
    static let type = CELType.opaque("kubernetes.authorization.Decision", [])

    let decision: AuthorizationDecision

    init(_ decision: AuthorizationDecision) { self.decision = decision }

    var typeName: String { "kubernetes.authorization.Decision" }

    var text: String { decision.isAllowed ? "allowed" : "not allowed" }

    func isEqual(to other: any OpaqueValue) -> Bool { (other as? DecisionValue)?.decision == decision }
}
