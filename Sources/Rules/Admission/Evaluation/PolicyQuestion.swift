internal import CEL
internal import JSONView
internal import SecurityEvents

/// What is the same for all policies that are asked about one request; what is made of it is made once.
final class PolicyQuestion {
    let request: AdmissionRequest
    let inventory: PolicyInventory
    let authorizer: (any AuthorizationProvider)?
    /// The request as JSON, by the resource and kind that the policies match it as.
    private var shownRequests: [ShownRequest] = []
    private var shownNamespace: Value?

    private struct ShownRequest {
        var resource: GroupVersionResource
        var kind: GroupVersionKind
        /// What the value is a view of.
        var document: JSONDocument
        var value: Value
    }

    init(_ request: AdmissionRequest, _ inventory: PolicyInventory, _ authorizer: (any AuthorizationProvider)?) {
        self.request = request
        self.inventory = inventory
        self.authorizer = authorizer
    }

    /// `request`, with the resource and kind that a policy matched it as.
    func requestValue(as matchedResource: GroupVersionResource?, _ matchedKind: GroupVersionKind?) -> Value {
        guard request.user != nil else { return .unknown(["request: nobody knows who asks"]) }
        let (resource, kind) = (matchedResource ?? request.resource, matchedKind ?? request.kind)
        if let shown = shownRequests.first(where: { $0.resource == resource && $0.kind == kind }) {
            return shown.value
        }
        let bytes = request.json(as: resource, kind)
        guard let document = try? JSONParser().parse(bytes) else {
            return .error(EvaluationError("the request cannot be shown as JSON"))
        }
        let value = TypedJSON.value(document.root, .object(Kubernetes.admissionRequest))
        shownRequests.append(ShownRequest(resource: resource, kind: kind, document: document, value: value))
        return value
    }

    /// `object` where parts of it are not known: a Service to which the API server gives addresses and ports.
    private(set) lazy var objectValue: Value? = {
        guard request.kind.kind == "Service", request.kind.group.isEmpty, request.subresource.isEmpty,
            let service = request.object.value
        else { return nil }
        return ServiceAddresses.withUnknowns(service)
    }()

    /// When the request is made.
    var timeValue: Value {
        guard let time = request.time else { return .unknown(["when the request is made is not known"]) }
        let (seconds, rest) = time.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
        return CEL.Timestamp(seconds: rest < 0 ? seconds - 1 : seconds).map { .timestamp($0) } ?? .null
    }

    /// `namespaceObject`.
    var namespaceValue: Value {
        if request.namespace.isEmpty || request.isForNamespace { return .null }
        if let shownNamespace { return shownNamespace }
        guard let namespace = inventory.namespace(request.namespace) else {
            return Self.namespace(named: request.namespace)
        }
        let value = TypedJSON.value(namespace.value, .object(Kubernetes.namespace))
        shownNamespace = value
        return value
    }

    /// A Namespace of which nothing is known but its name.
    private static func namespace(named name: String) -> Value {
        let unknown = Value.unknown(["namespaceObject: the namespace '\(name)' is not in the inventory"])
        let others = [
            "labels", "annotations", "UID", "creationTimestamp", "deletionGracePeriodSeconds", "deletionTimestamp",
            "generation", "resourceVersion", "finalizers",
        ]
        let metadata: [(key: Value, value: Value)] =
            [(.string("name"), .string(name))] + others.map { (.string($0), unknown) }
        return .map(
            MapValue([
                (.string("metadata"), .map(MapValue(metadata))), (.string("spec"), unknown),
                (.string("status"), unknown),
            ]))
    }

    /// What `authorizer.requestResource` asks.
    var authorizationRequest: AuthorizationRequest {
        var question = AuthorizationRequest()
        question.group = request.resource.group
        question.resource = request.resource.resource
        question.subresource = request.subresource
        question.namespace = request.namespace
        question.name = request.name
        return question
    }
}
