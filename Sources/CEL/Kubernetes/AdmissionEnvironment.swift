extension Environment {
    /// The environment of admission policies: `object`, `oldObject`, `request`, `namespaceObject` and what goes with them.
    ///
    /// The slots of the variables are in the order of ``Kubernetes/admissionVariables``; `variables` follow them.
    ///
    /// - Parameters:
    ///   - hasParameters: Whether there is `params`.
    ///   - hasAuthorizer: Whether there are `authorizer` and `authorizer.requestResource`.
    ///   - variables: More variables; those of a policy are named `variables.NAME`.
    ///   - libraries: Functions beside Kubernetes' own.
    ///   - limits: How much expressions may use.
    /// - Returns: The environment.
    public static func admission(
        hasParameters: Bool = false, hasAuthorizer: Bool = false, variables: [Variable] = [],
        libraries: [Library] = [], limits: Limits = .kubernetes
    ) -> Environment {
        let wanted = Kubernetes.admissionVariables.filter { variable in
            switch variable.name {
            case "params": hasParameters
            case "authorizer", "authorizer.requestResource": hasAuthorizer
            default: true
            }
        }
        // Patches are written by policies that change objects; the API server has their functions only there.
        let own = [Library].kubernetes.filter { $0.name != Library.kubernetesJSONPatch.name }
        return Environment(
            libraries: own + libraries, variables: wanted + variables, options: .kubernetes, limits: limits)
    }
}

extension Kubernetes {
    /// The variable `authorizer`.
    public static let authorizer = Variable(
        "authorizer", AuthorizerValue.Stage.authorizer.type, documentation: "Asks what the user may do.")

    /// The variables of admission policies.
    public static let admissionVariables: [Variable] = [
        Variable("object", .dyn, documentation: "The object as it is to be; null when it is deleted."),
        Variable("oldObject", .dyn, documentation: "The object as it was; null when it is created."),
        Variable("request", .object(admissionRequest), documentation: "Who wants to do what."),
        Variable("namespaceObject", .object(namespace), documentation: "The namespace of the object."),
        Variable("params", .dyn, documentation: "The parameters of the policy's binding."),
        authorizer,
        Variable(
            "authorizer.requestResource", AuthorizerValue.Stage.resource.type,
            documentation: "Asks about the resource of the request."),
    ]

    private static let groupVersionKind = ObjectType(
        "kubernetes.GroupVersionKind",
        fields: [ObjectField("group", .string), ObjectField("version", .string), ObjectField("kind", .string)])

    private static let groupVersionResource = ObjectType(
        "kubernetes.GroupVersionResource",
        fields: [ObjectField("group", .string), ObjectField("version", .string), ObjectField("resource", .string)])

    private static let userInfo = ObjectType(
        "kubernetes.UserInfo",
        fields: [
            ObjectField("username", .string), ObjectField("uid", .string), ObjectField("groups", .list(.string)),
            ObjectField("extra", .map(.string, .list(.string))),
        ])

    /// The type of `request` in admission policies.
    public static let admissionRequest = ObjectType(
        "kubernetes.AdmissionRequest",
        fields: [
            ObjectField("kind", .object(groupVersionKind)), ObjectField("resource", .object(groupVersionResource)),
            ObjectField("subResource", .string), ObjectField("requestKind", .object(groupVersionKind)),
            ObjectField("requestResource", .object(groupVersionResource)),
            ObjectField("requestSubResource", .string), ObjectField("name", .string),
            ObjectField("namespace", .string), ObjectField("operation", .string),
            ObjectField("userInfo", .object(userInfo)), ObjectField("dryRun", .bool), ObjectField("options", .dyn),
        ])

    private static let namespaceMetadata = ObjectType(
        "kubernetes.NamespaceMetadata",
        fields: [
            ObjectField("name", .string), ObjectField("generateName", .string), ObjectField("namespace", .string),
            ObjectField("labels", .map(.string, .string)), ObjectField("annotations", .map(.string, .string)),
            ObjectField("UID", .string), ObjectField("creationTimestamp", .timestamp),
            ObjectField("deletionGracePeriodSeconds", .int), ObjectField("deletionTimestamp", .timestamp),
            ObjectField("generation", .int), ObjectField("resourceVersion", .string),
            ObjectField("finalizers", .list(.string)),
        ])

    private static let namespaceCondition = ObjectType(
        "kubernetes.NamespaceCondition",
        fields: [
            ObjectField("status", .string), ObjectField("type", .string),
            ObjectField("lastTransitionTime", .timestamp), ObjectField("message", .string),
            ObjectField("reason", .string),
        ])

    /// The type of `namespaceObject` in admission policies.
    public static let namespace = ObjectType(
        "kubernetes.Namespace",
        fields: [
            ObjectField("metadata", .object(namespaceMetadata)),
            ObjectField(
                "spec",
                .object(ObjectType("kubernetes.NamespaceSpec", fields: [ObjectField("finalizers", .list(.string))]))),
            ObjectField(
                "status",
                .object(
                    ObjectType(
                        "kubernetes.NamespaceStatus",
                        fields: [
                            ObjectField("phase", .string),
                            ObjectField("conditions", .list(.object(namespaceCondition))),
                        ]))),
        ])

    // MARK: Access reviews

    private static let selectorRequirement = ObjectType(
        "kubernetes.SelectorRequirement",
        fields: [ObjectField("key", .string), ObjectField("operator", .string), ObjectField("values", .list(.string))])

    private static func selector(_ name: String) -> ObjectType {
        ObjectType(
            name,
            fields: [
                ObjectField("rawSelector", .string), ObjectField("requirements", .list(.object(selectorRequirement))),
            ])
    }

    /// The type of `request` where the match conditions of authorization webhooks are meant.
    public static let accessReviewRequest = ObjectType(
        "kubernetes.SubjectAccessReviewSpec",
        fields: [
            ObjectField(
                "resourceAttributes",
                .object(
                    ObjectType(
                        "kubernetes.ResourceAttributes",
                        fields: [
                            "namespace", "verb", "group", "version", "resource", "subresource", "name",
                        ].map { ObjectField($0, .string) } + [
                            ObjectField("fieldSelector", .object(selector("kubernetes.FieldSelectorAttributes"))),
                            ObjectField("labelSelector", .object(selector("kubernetes.LabelSelectorAttributes"))),
                        ]))),
            ObjectField(
                "nonResourceAttributes",
                .object(
                    ObjectType(
                        "kubernetes.NonResourceAttributes",
                        fields: [ObjectField("path", .string), ObjectField("verb", .string)]))),
            ObjectField("user", .string), ObjectField("groups", .list(.string)),
            ObjectField("extra", .map(.string, .list(.string))), ObjectField("uid", .string),
        ])
}
