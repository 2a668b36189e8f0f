import JSONView

extension Library {
    /// Questions about what the user of a request may do; ``AuthorizationProvider`` answers them.
    public static let kubernetesAuthorizer = Library(
        "kubernetes.authorizer", overloads: beginnings + refinements + checks + answers,
        types: [
            "kubernetes.authorization.Authorizer": AuthorizerValue.Stage.authorizer.type,
            "kubernetes.authorization.PathCheck": AuthorizerValue.Stage.path.type,
            "kubernetes.authorization.GroupCheck": AuthorizerValue.Stage.group.type,
            "kubernetes.authorization.ResourceCheck": AuthorizerValue.Stage.resource.type,
            "kubernetes.authorization.Decision": DecisionValue.type,
        ])

    private static let authorizer = AuthorizerValue.Stage.authorizer.type
    private static let resource = AuthorizerValue.Stage.resource.type

    private static let beginnings: [Overload] = [
        .member(
            "authorizer_path", "path", [authorizer, .string], AuthorizerValue.Stage.path.type, "A path to ask about."
        ) { arguments in
            let path = String(arguments.string(1))
            guard path.contains(where: { !$0.isWhitespace }) else { return arguments.error("path must not be empty") }
            return with(arguments) { $0.with(.path) { $0.path = path } }
        },
        .member(
            "authorizer_group", "group", [authorizer, .string], AuthorizerValue.Stage.group.type,
            "An API group to ask about."
        ) { arguments in
            with(arguments) { $0.with(.group) { $0.group = String(arguments.string(1)) } }
        },
        .member(
            "authorizer_serviceaccount", "serviceAccount", [authorizer, .string, .string], authorizer,
            "The same questions for a service account."
        ) { arguments in
            let (namespace, name) = (String(arguments.string(1)), String(arguments.string(2)))
            if let fault = NameRule.dns1123Subdomain.faults(name).first {
                return arguments.error("Invalid service account name: \(fault)")
            }
            if let fault = NameRule.dns1123Label.faults(namespace).first {
                return arguments.error("Invalid service account namespace: \(fault)")
            }
            return with(arguments) { $0.with { $0.serviceAccount = .init(namespace: namespace, name: name) } }
        },
        .member(
            "groupcheck_resource", "resource", [AuthorizerValue.Stage.group.type, .string], resource,
            "A resource to ask about."
        ) { arguments in
            let name = String(arguments.string(1))
            guard name.contains(where: { !$0.isWhitespace }) else {
                return arguments.error("resource must not be empty")
            }
            return with(arguments) { $0.with(.resource) { $0.resource = name } }
        },
    ]

    private static let refinements: [Overload] = [
        refinement("resourcecheck_subresource", "subresource", "A part of the resource.") { $0.subresource = $1 },
        refinement("resourcecheck_namespace", "namespace", "The namespace of the resource.") { $0.namespace = $1 },
        refinement("resourcecheck_name", "name", "The name of one object.") { $0.name = $1 },
        refinement("authorizer_fieldselector", "fieldSelector", "Only objects with these fields.") {
            $0.fieldSelector = $1
        },
        refinement("authorizer_labelselector", "labelSelector", "Only objects with these labels.") {
            $0.labelSelector = $1
        },
    ]

    private static func refinement(
        _ id: String, _ name: String, _ documentation: String,
        _ refine: @escaping @Sendable (inout AuthorizationRequest, String) -> Void
    ) -> Overload {
        .member(id, name, [resource, .string], resource, documentation) { arguments in
            with(arguments) { $0.with { refine(&$0, String(arguments.string(1))) } }
        }
    }

    private static let checks: [Overload] = [
        ("pathcheck_check", AuthorizerValue.Stage.path.type), ("resourcecheck_check", resource),
    ].map { id, type in
        .member(id, "check", [type, .string], DecisionValue.type, "The decision about a verb.") { arguments in
            guard let value = arguments.opaque(0) as? AuthorizerValue else {
                return arguments.evaluation.noSuchOverload()
            }
            var request = value.request
            request.verb = String(arguments.string(1))
            return arguments.evaluation.opaque(DecisionValue(value.provider.authorize(request)))
        }
    }

    private static let answers: [Overload] = [
        answer("decision_errored", "errored", .bool, "Whether the question could not be answered.") {
            .bool($1.error != nil)
        },
        answer("decision_error", "error", .string, "What went wrong, or nothing.") {
            $0.evaluation.string($1.error ?? "")
        },
        answer("decision_allowed", "allowed", .bool, "Whether it may be done.") { .bool($1.isAllowed) },
        answer("decision_reason", "reason", .string, "Why.") { $0.evaluation.string($1.reason) },
    ]

    private static func answer(
        _ id: String, _ name: String, _ type: CELType, _ documentation: String,
        _ read: @escaping @Sendable (Arguments, AuthorizationDecision) -> Cell
    ) -> Overload {
        .member(id, name, [DecisionValue.type], type, documentation) { arguments in
            guard let value = arguments.opaque(0) as? DecisionValue else {
                return arguments.evaluation.noSuchOverload()
            }
            return read(arguments, value.decision)
        }
    }

    private static func with(_ arguments: Arguments, _ change: (AuthorizerValue) -> AuthorizerValue) -> Cell {
        guard let value = arguments.opaque(0) as? AuthorizerValue else { return arguments.evaluation.noSuchOverload() }
        return arguments.evaluation.opaque(change(value))
    }
}
