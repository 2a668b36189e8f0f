internal import CEL
internal import JSONView

/// The values of a policy's variables for one request, made when they are asked for.
final class PolicyValues: Activation {
    private let shared: PolicyQuestion
    private let match: RequestMatch
    private let parameter: InventoryObject?
    /// What a slot stands for.
    private let slots: [Slot]

    enum Slot: String {
        case object, oldObject, request, namespaceObject, params, authorizer
        case requestResource = "authorizer.requestResource"
        /// Kyverno's.
        case resource, images, exceptions
        case requestTime = "kyverno.requestTime"
        case other
    }

    /// Kyverno's exceptions: what makes their value, and the value.
    private let allowances: Program?
    private var made: (value: Value, evaluator: Evaluator)?
    private var allowed: Value {
        guard let allowances else {
            return .map(
                MapValue(["allowedImages", "allowedValues"].map { (.string($0), .list(ListValue([]))) }))
        }
        if let made { return made.value }
        // The value may stand in the memory of what made it.
        let evaluator = Evaluator()
        let value = allowances.evaluate(self, using: evaluator)
        made = (value, evaluator)
        return value
    }

    init(
        _ shared: PolicyQuestion, _ match: RequestMatch, parameter: InventoryObject?, slots: [Slot],
        allowances: Program? = nil
    ) {
        self.allowances = allowances
        self.shared = shared
        self.match = match
        self.parameter = parameter
        self.slots = slots
    }

    /// What the variables of an environment stand for.
    static func slots(of environment: Environment) -> [Slot] {
        environment.variables.map { Slot(rawValue: $0.name) ?? .other }
    }

    func value(slot: Int) -> Value? {
        guard slots.indices.contains(slot) else { return nil }
        switch slots[slot] {
        case .object: return shared.objectValue ?? value(of: shared.request.object, named: "object")
        case .oldObject: return value(of: shared.request.oldObject, named: "oldObject")
        case .request: return shared.requestValue(as: match.resource, match.kind)
        case .namespaceObject: return shared.namespaceValue
        case .params: return parameter.map { .json($0.value) } ?? .null
        case .authorizer: return shared.authorizer.map { Value.opaque(AuthorizerValue($0)) } ?? Self.nobody
        case .requestResource:
            return shared.authorizer.map {
                Value.opaque(AuthorizerValue.requestResource($0, shared.authorizationRequest))
            } ?? Self.nobody
        case .resource: return .opaque(InventoryValue(shared.inventory))
        case .images: return KyvernoImages.value(of: shared.request.object.value)
        case .exceptions: return allowed
        case .requestTime: return shared.timeValue
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

    private static var nobody: Value {
        .unknown(["authorizer: nobody is there to say what the user may do"])
    }
}
