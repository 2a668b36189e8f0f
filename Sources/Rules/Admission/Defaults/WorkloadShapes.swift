internal import JSONView

extension ShapeTable {
    /// Deployments and what else makes Pods.
    static let workloads: [ShapeName: ObjectShape] = [
        .podTemplate: ObjectShape(fields: ["metadata": .metadata, "template": .template]),
        .deployment: ObjectShape(fields: ["metadata": .metadata, "spec": .deploymentSpec]),
        .deploymentSpec: ObjectShape(
            fields: ["template": .template, "strategy": .rollingDeployment],
            defaults: [
                ("replicas", .number(1)),
                ("strategy", rollingUpdate([("maxUnavailable", .text("25%")), ("maxSurge", .text("25%"))])),
                ("revisionHistoryLimit", .number(10)), ("progressDeadlineSeconds", .number(600)),
            ], plainBools: ["paused"], plainNumbers: ["minReadySeconds"]),
        .rollingDeployment: rolling([("maxUnavailable", .text("25%")), ("maxSurge", .text("25%"))]),
        .statefulSet: ObjectShape(fields: ["metadata": .metadata, "spec": .statefulSetSpec]),
        .statefulSetSpec: ObjectShape(
            fields: [
                "template": .template, "volumeClaimTemplates": .claimTemplate, "updateStrategy": .statefulSetUpdate,
                "persistentVolumeClaimRetentionPolicy": .claimRetention,
            ],
            defaults: [
                ("replicas", .number(1)), ("podManagementPolicy", .text("OrderedReady")),
                ("updateStrategy", rollingUpdate([("partition", .number(0))])), ("revisionHistoryLimit", .number(10)),
                ("persistentVolumeClaimRetentionPolicy", .object(retention)),
            ], plainNumbers: ["minReadySeconds"]),
        .statefulSetUpdate: ObjectShape(
            fields: ["rollingUpdate": .rollingStatefulSet],
            computed: { update in
                // Of a strategy that is named, the API server leaves open what is open.
                guard isUnset(update["type"]) else { return [] }
                return [("type", .text("RollingUpdate")), ("rollingUpdate", .object([("partition", .number(0))]))]
            }, dropsEmptyTexts: true),
        .rollingStatefulSet: ObjectShape(defaults: [("partition", .number(0))]),
        .claimRetention: ObjectShape(defaults: retention, dropsEmptyTexts: true),
        .claimTemplate: ObjectShape(
            fields: ["metadata": .metadata, "spec": .claimSpec],
            defaults: [
                ("kind", .text("PersistentVolumeClaim")), ("apiVersion", .text("v1")),
                ("status", .object([("phase", .text("Pending"))])),
            ]),
        .daemonSet: ObjectShape(fields: ["metadata": .metadata, "spec": .daemonSetSpec]),
        .daemonSetSpec: ObjectShape(
            fields: ["template": .template, "updateStrategy": .rollingDaemonSet],
            defaults: [
                ("updateStrategy", rollingUpdate([("maxUnavailable", .number(1)), ("maxSurge", .number(0))])),
                ("revisionHistoryLimit", .number(10)),
            ], plainNumbers: ["minReadySeconds"]),
        .rollingDaemonSet: rolling([("maxUnavailable", .number(1)), ("maxSurge", .number(0))]),
        .replicaSet: ObjectShape(fields: ["metadata": .metadata, "spec": .replicaSetSpec]),
        .replicaSetSpec: ObjectShape(
            fields: ["template": .template], defaults: [("replicas", .number(1))], plainNumbers: ["minReadySeconds"]),
        .replicationController: ObjectShape(
            fields: ["metadata": .metadata, "spec": .replicationControllerSpec],
            inherited: { ["metadata": templateLabels($0, as: "labels", unless: $0["metadata"]?["labels"])] }),
        .replicationControllerSpec: ObjectShape(
            fields: ["template": .template], defaults: [("replicas", .number(1))],
            computed: { spec in
                let labels = texts(spec["template"]?["metadata"]?["labels"])
                // What selects nothing selects the Pods that the template makes.
                return labels.isEmpty ? [] : [("selector", .object(labels))]
            }, plainNumbers: ["minReadySeconds"], maps: ["selector"]),
        .job: ObjectShape(
            fields: ["metadata": .metadata, "spec": .jobSpec],
            // A Job without labels has those of its Pods.
            inherited: { ["metadata": templateLabels($0, as: "labels", unless: $0["metadata"]?["labels"])] }),
        .jobSpec: ObjectShape(
            fields: ["template": .template, "podFailurePolicy": .podFailurePolicy],
            defaults: [
                ("parallelism", .number(1)), ("completionMode", .text("NonIndexed")), ("suspend", .bool(false)),
            ],
            computed: { job in
                let isPerIndex = job["backoffLimitPerIndex"].set != nil
                let failed = job["podFailurePolicy"].set != nil
                var added: [ObjectShape.Member] = [
                    ("backoffLimit", .number(isPerIndex ? Int64(Int32.max) : 6)),
                    ("podReplacementPolicy", .text(failed ? "Failed" : "TerminatingOrFailed")),
                ]
                // A Job that may run several Pods at once does not say how many must succeed.
                if job["parallelism"].set == nil { added.append(("completions", .number(1))) }
                return added
            }),
        .podFailurePolicy: ObjectShape(fields: ["rules": .podFailureRule]),
        .podFailureRule: ObjectShape(fields: ["onPodConditions": .podFailureCondition], dropsEmptyTexts: true),
        .podFailureCondition: ObjectShape(defaults: [("status", .text("True"))], dropsEmptyTexts: true),
        .cronJob: ObjectShape(fields: ["metadata": .metadata, "spec": .cronJobSpec]),
        .cronJobSpec: ObjectShape(
            fields: ["jobTemplate": .jobTemplate],
            defaults: [
                ("concurrencyPolicy", .text("Allow")), ("suspend", .bool(false)),
                ("successfulJobsHistoryLimit", .number(3)), ("failedJobsHistoryLimit", .number(1)),
            ]),
        .jobTemplate: ObjectShape(
            fields: ["metadata": .metadata, "spec": .cronJobJobSpec], defaults: [("metadata", .empty)]),
        .cronJobJobSpec: ObjectShape(fields: ["template": .template, "podFailurePolicy": .podFailurePolicy]),
        .controllerRevision: ObjectShape(fields: ["metadata": .metadata], untouched: ["data"]),
    ]

    private static let retention: [ObjectShape.Member] = [
        ("whenDeleted", .text("Retain")), ("whenScaled", .text("Retain")),
    ]

    static func isUnset(_ value: JSONValue?) -> Bool { value.set?.string?.isEmpty ?? true }

    private static func rollingUpdate(_ settings: [(String, DefaultValue)]) -> DefaultValue {
        .object([("type", .text("RollingUpdate")), ("rollingUpdate", .object(settings))])
    }

    /// A strategy of updates: what a rolling one does not say is put in.
    private static func rolling(_ settings: [(String, DefaultValue)]) -> ObjectShape {
        ObjectShape(
            defaults: [("type", .text("RollingUpdate"))],
            computed: { strategy in
                let isRolling = isUnset(strategy["type"]) || strategy["type"]?.string == "RollingUpdate"
                return isRolling ? [("rollingUpdate", .object(settings))] : []
            },
            inherited: { strategy in
                let isRolling = isUnset(strategy["type"]) || strategy["type"]?.string == "RollingUpdate"
                return isRolling ? ["rollingUpdate": settings] : [:]
            }, dropsEmptyTexts: true)
    }

    /// The labels of the Pods that an object makes, unless there are labels already.
    private static func templateLabels(
        _ object: JSONValue, as key: String, unless written: JSONValue?
    ) -> [ObjectShape.Member] {
        let labels = texts(object["spec"]?["template"]?["metadata"]?["labels"])
        return labels.isEmpty || (written?.count ?? 0) > 0 ? [] : [(key, .object(labels))]
    }
}
