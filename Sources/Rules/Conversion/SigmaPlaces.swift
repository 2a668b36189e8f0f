/// Where an audit event has what rules ask for.
enum SigmaPlaces {
    typealias Part = SigmaConversion.Part

    /// The places of a PodSpec: a Pod's own, a template's, a CronJob's.
    private static let podSpecs = [
        "requestObject.spec", "requestObject.spec.template.spec", "requestObject.spec.jobTemplate.spec.template.spec",
    ]

    /// A field of a PodSpec in all its places.
    static func pods(_ field: String) -> [String] { podSpecs.map { $0 + "." + field } }

    /// A field of a container in all its places.
    static func containers(_ field: String) -> [String] {
        podSpecs.flatMap { spec in
            ["containers", "initContainers", "ephemeralContainers"].map { "\(spec).\($0).\(field)" }
        }
    }

    private static let events: [String: String] = [
        "event.verb": "verb", "event.resource": "objectRef.resource", "event.subresource": "objectRef.subresource",
        "event.namespace": "objectRef.namespace", "event.name": "objectRef.name",
        "event.apiGroup": "objectRef.apiGroup",
        "event.uri": "requestURI", "event.code": "responseStatus.code", "event.id": "auditID",
        "actor.user": "user.username", "actor.groups": "user.groups", "actor.userAgent": "userAgent",
        "actor.impersonatedUser": "impersonatedUser.username", "actor.impersonatedGroups": "impersonatedUser.groups",
        "workload.namespace": "objectRef.namespace", "workload.name": "objectRef.name",
    ]
    private static let workloads: [String: String] = [
        "workload.hostPID": "hostPID", "workload.hostIPC": "hostIPC", "workload.hostNetwork": "hostNetwork",
        "workload.node": "nodeName", "workload.serviceAccount": "serviceAccountName",
        "workload.runtimeClass": "runtimeClassName",
    ]
    private static let containerFields: [String: String] = [
        "container.privileged": "securityContext.privileged", "container.image": "image", "container.name": "name",
        "container.hostProcess": "securityContext.windowsOptions.hostProcess",
        "container.targetContainer": "targetContainerName",
        "container.allowPrivilegeEscalation": "securityContext.allowPrivilegeEscalation",
    ]

    /// The fields that a normalized one is read from; nil where no field is it.
    static func fields(of text: String) -> [String]? {
        if let field = events[text] { return [field] }
        if let field = workloads[text] { return pods(field) }
        if let field = containerFields[text] { return containers(field) }
        let object = "event.object."
        guard text.hasPrefix(object) else { return nil }
        let path = text.dropFirst(object.count)
        guard !path.isEmpty, path.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "." || $0 == "_" }) else {
            return nil
        }
        return ["requestObject." + path]
    }

    /// The verbs and subresources that an action is.
    static let actions: [String: Part] = [
        "create": verbs("create"), "modify": verbs("update", "patch"), "delete": verbs("delete", "deletecollection"),
        "read": verbs("get", "list", "watch"),
        "exec": .item([("objectRef.subresource", [.text("exec")])]),
        "attach": .item([("objectRef.subresource", [.text("attach")])]),
    ]

    private static func verbs(_ names: String...) -> Part { .item([("verb", names.map { .text($0) })]) }

    /// Answers that are no refusal.
    static let succeeded = Part.all([
        .item([("responseStatus.code|gte", [.number(200)])]), .item([("responseStatus.code|lt", [.number(300)])]),
    ])

    private static let refused = Part.item([("responseStatus.code", [.number(401), .number(403)])])
    private static let failed = Part.item([("responseStatus.code|gte", [.number(400)])])

    /// Conditions that are said as a whole.
    static let whole: [String: Part] = [
        "event.deploys": .all([
            verbs("create", "update", "patch"),
            .item([
                (
                    "objectRef.resource",
                    [
                        "pods", "deployments", "daemonsets", "statefulsets", "replicasets", "replicationcontrollers",
                        "podtemplates", "jobs", "cronjobs",
                    ].map { .text($0) }
                )
            ]), .not(refused),
        ]),
        "event.outcome != 'requested' || event.source != 'kubernetes:audit'": .not(
            .item([("stage", [.text("RequestReceived")])])),
        "event.outcome == 'denied'": refused, "event.outcome != 'denied'": .not(refused),
        "event.outcome == 'failed'": failed, "event.outcome != 'failed'": .not(failed),
        "event.outcome == 'succeeded' || event.outcome == 'allowed'": succeeded,
        "event.platform == 'kubernetes'": .not(.item([("auditID|exists", [.bool(false)])])),
        "actor.anonymous": .item([
            ("user.username", [.text("system:anonymous"), .text("system:unauthenticated")]),
            ("user.groups", [.text("system:unauthenticated")]),
        ]),
        "has(event.object)": .item([("requestObject|exists", [.bool(true)])]),
    ]
}
