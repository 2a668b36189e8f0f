internal import CEL
internal import JSONView

/// The values of a policy's variables for one request, made when they are asked for.
final class PolicyValues: Activation {
    private let request: AdmissionRequest
    private let match: RequestMatch
    private let parameter: InventoryObject?
    private let namespace: InventoryObject?
    private let inventory: PolicyInventory
    private let authorizer: (any AuthorizationProvider)?
    /// What a slot stands for.
    private let slots: [Slot]
    private var shownRequest: (document: JSONDocument, value: Value)?
    private var shownNamespace: Value?

    enum Slot: String {
        case object, oldObject, request, namespaceObject, params, authorizer
        case requestResource = "authorizer.requestResource"
        /// Kyverno's.
        case resource, images
        case other
    }

    init(
        _ request: AdmissionRequest, _ match: RequestMatch, parameter: InventoryObject?, inventory: PolicyInventory,
        authorizer: (any AuthorizationProvider)?, slots: [Slot]
    ) {
        self.request = request
        self.match = match
        self.parameter = parameter
        self.authorizer = authorizer
        self.slots = slots
        self.inventory = inventory
        namespace = request.isForNamespace ? nil : inventory.namespace(request.namespace)
    }

    /// What the variables of an environment stand for.
    static func slots(of environment: Environment) -> [Slot] {
        environment.variables.map { Slot(rawValue: $0.name) ?? .other }
    }

    func value(slot: Int) -> Value? {
        guard slots.indices.contains(slot) else { return nil }
        switch slots[slot] {
        case .object: return value(of: request.object, named: "object")
        case .oldObject: return value(of: request.oldObject, named: "oldObject")
        case .request: return requestValue
        case .namespaceObject: return namespaceValue
        case .params: return parameter.map { .json($0.value) } ?? .null
        case .authorizer:
            return authorizer.map { .opaque(AuthorizerValue($0)) }
                ?? .unknown(["authorizer: nobody is there to say what the user may do"])
        case .requestResource:
            return authorizer.map { .opaque(AuthorizerValue.requestResource($0, authorizationRequest)) }
                ?? .unknown(["authorizer: nobody is there to say what the user may do"])
        case .resource: return .opaque(InventoryValue(inventory))
        case .images: return KyvernoImages.value(of: request.object.value)
        case .other: return nil
        }
    }

    private func value(of part: AdmissionRequest.Part, named name: String) -> Value {
        switch part {
        case .object(let value): .json(value)
        case .none: .null
        case .unknown(let reason): .unknown(["\(name): \(reason)"])
        }
    }

    private var requestValue: Value {
        if let shownRequest { return shownRequest.value }
        guard request.user != nil else { return .unknown(["request: nobody knows who asks"]) }
        let bytes = request.json(as: match.resource ?? request.resource, match.kind ?? request.kind)
        guard let document = try? JSONParser().parse(bytes) else {
            return .error(EvaluationError("the request cannot be shown as JSON"))
        }
        let value = TypedJSON.value(document.root, .object(Kubernetes.admissionRequest))
        shownRequest = (document, value)
        return value
    }

    private var namespaceValue: Value {
        if request.namespace.isEmpty || request.isForNamespace { return .null }
        if let shownNamespace { return shownNamespace }
        guard let namespace else {
            return .unknown(["namespaceObject: the namespace '\(request.namespace)' is not in the inventory"])
        }
        let value = TypedJSON.value(namespace.value, .object(Kubernetes.namespace))
        shownNamespace = value
        return value
    }

    private var authorizationRequest: AuthorizationRequest {
        var question = AuthorizationRequest()
        question.group = request.resource.group
        question.resource = request.resource.resource
        question.subresource = request.subresource
        question.namespace = request.namespace
        question.name = request.name
        return question
    }
}
