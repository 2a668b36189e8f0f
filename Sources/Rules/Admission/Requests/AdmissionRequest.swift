public import JSONView
public import SecurityEvents

/// A request as admission sees it: `admission.k8s.io/v1` AdmissionRequest, with what is not known said.
///
/// It holds the documents that its values are views of.
public struct AdmissionRequest {
    /// What is done.
    public enum Operation: String, Sendable, CaseIterable {
        case create = "CREATE", update = "UPDATE", delete = "DELETE", connect = "CONNECT"
    }

    /// An object of the request, or why it is not known.
    public enum Part {
        case object(JSONValue)
        /// There is none: `oldObject` of a creation.
        case none
        /// There is one and nobody knows it.
        case unknown(String)

        /// The object, where it is known.
        public var value: JSONValue? { if case .object(let value) = self { value } else { nil } }
    }

    /// A version of a resource that is not the one of the request.
    struct ShownAs: Equatable {
        var resource: GroupVersionResource
        var kind: GroupVersionKind
    }

    /// Who asks.
    public struct UserInfo: Sendable, Equatable {
        public var username: String
        public var uid: String
        public var groups: [String]
        public var extra: [String: [String]]

        /// Describes a user.
        public init(username: String = "", uid: String = "", groups: [String] = [], extra: [String: [String]] = [:]) {
            self.username = username
            self.uid = uid
            self.groups = groups
            self.extra = extra
        }
    }

    public var kind: GroupVersionKind
    public var resource: GroupVersionResource
    public var subresource = ""
    /// What the object is shown as, where a webhook was asked about it in another version than it was sent in.
    var shownAs: ShownAs?
    /// The name; empty where the API server has yet to make one.
    public var name = ""
    /// The namespace; empty for what has none, its own name for a Namespace.
    public var namespace = ""
    public var operation: Operation
    /// Who asks; nil where nobody knows.
    public var user: UserInfo?
    public var isDryRun = false
    /// When it is made; nil where nobody knows.
    public var time: Timestamp?
    /// The options of the request: CreateOptions and the like.
    public var options: JSONValue?
    public var object: Part
    public var oldObject: Part
    /// What the values are views of.
    public var documents: [JSONDocument] = []

    /// Describes a request.
    public init(
        kind: GroupVersionKind, resource: GroupVersionResource, operation: Operation, object: Part,
        oldObject: Part = .none
    ) {
        self.kind = kind
        self.resource = resource
        self.operation = operation
        self.object = object
        self.oldObject = oldObject
    }

    /// Describes the creation of an object: what `kubectl create` of a manifest asks for.
    ///
    /// - Parameters:
    ///   - object: the object, with `apiVersion` and `kind`.
    ///   - document: what it is a view of.
    ///   - defaultNamespace: the namespace of an object that belongs into one and names none.
    /// - Returns: the request; nil where the object has no kind.
    public static func creation(
        of object: JSONValue, in document: JSONDocument, defaultNamespace: String = "default"
    ) -> AdmissionRequest? {
        guard let apiVersion = object["apiVersion"]?.string, let kindName = object["kind"]?.string else { return nil }
        let kind = GroupVersionKind(apiVersion: apiVersion, kind: kindName)
        let entry = APIResources.entry(of: kind)
        var request = AdmissionRequest(
            kind: kind,
            resource: GroupVersionResource(
                group: kind.group, version: kind.version, resource: APIResources.resource(of: kind)),
            operation: .create, object: .object(object))
        request.documents = [document]
        request.name = object["metadata"]?["name"]?.string ?? ""
        let namespace = object["metadata"]?["namespace"]?.string ?? ""
        if kind.group.isEmpty, kindName == "Namespace" {
            request.namespace = request.name
        } else if entry?.isNamespaced ?? true {
            request.namespace = namespace.isEmpty ? defaultNamespace : namespace
        }
        return request
    }

    /// Whether the request is about a Namespace itself.
    var isForNamespace: Bool { resource.group.isEmpty && resource.resource == "namespaces" }

    /// What the API server writes before a refusal: `deployments.apps "web" is forbidden: `.
    public var refusalPrefix: String {
        let shown = name.isEmpty ? object.value?["metadata"]?["generateName"]?.string ?? "" : name
        return "\(resource.qualifiedName) \(PodSecurityWords.goQuoted(shown)) is forbidden: "
    }
}
