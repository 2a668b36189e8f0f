internal import JSONView

/// What the API server puts into which objects (`SetDefaults_…` of `k8s.io/kubernetes/pkg/apis`).
enum ShapeTable {
    static let shapes: [ShapeName: ObjectShape] = [
        .pod: ObjectShape(fields: ["spec": .podSpec], computed: { _ in [] }),
        .podSpec: podSpec(isTemplate: false),
        .templateSpec: podSpec(isTemplate: true),
        .template: ObjectShape(fields: ["spec": .templateSpec], defaults: [("metadata", .empty)]),
        .container: container(isTemplate: false),
        .hostContainer: container(isTemplate: false, ports: .hostPort),
        .templateContainer: container(isTemplate: true),
        .ephemeralContainer: container(isTemplate: true),
        .port: ObjectShape(
            defaults: [("protocol", .text("TCP"))], plainNumbers: ["hostPort"], dropsEmptyTexts: true),
        .hostPort: ObjectShape(
            defaults: [("protocol", .text("TCP")), ("hostPort", .copy("containerPort"))],
            plainNumbers: ["hostPort"], dropsEmptyTexts: true),
        .templateResources: ObjectShape(quantities: ["limits", "requests"]),
        .emptyDirectory: ObjectShape(quantities: ["sizeLimit"]),
        .resources: ObjectShape(),
        .probe: ObjectShape(
            fields: ["httpGet": .httpGet],
            defaults: [
                ("timeoutSeconds", .number(1)), ("periodSeconds", .number(10)), ("successThreshold", .number(1)),
                ("failureThreshold", .number(3)),
            ],
            plainNumbers: [
                "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold", "failureThreshold",
            ]),
        .lifecycle: ObjectShape(fields: ["postStart": .handler, "preStop": .handler]),
        .handler: ObjectShape(fields: ["httpGet": .httpGet]),
        .httpGet: ObjectShape(
            defaults: [("path", .text("/")), ("scheme", .text("HTTP"))], dropsEmptyTexts: true),
        .environmentVariable: ObjectShape(fields: ["valueFrom": .valueSource], dropsEmptyTexts: true),
        .valueSource: ObjectShape(fields: ["fieldRef": .fieldReference]),
        .fieldReference: ObjectShape(defaults: [("apiVersion", .text("v1"))]),
        .mount: ObjectShape(plainBools: ["readOnly"], dropsEmptyTexts: true),
        .volume: ObjectShape(
            fields: [
                "secret": .fileMode, "configMap": .fileMode, "downwardAPI": .fileMode, "projected": .projected,
                "hostPath": .hostPath, "emptyDir": .emptyDirectory,
            ],
            // A volume of no kind is an empty folder.
            computed: { volume in
                volume.members.contains { $0.key != "name" && !$0.value.isNull } ? [] : [("emptyDir", .empty)]
            }),
        .hostPath: ObjectShape(defaults: [("type", .text(""))]),
        .fileMode: ObjectShape(defaults: [("defaultMode", .number(420))]),
        .projected: ObjectShape(fields: ["sources": .projectedSource], defaults: [("defaultMode", .number(420))]),
        .projectedSource: ObjectShape(fields: ["serviceAccountToken": .serviceAccountToken]),
        .serviceAccountToken: ObjectShape(defaults: [("expirationSeconds", .number(3600))]),
        .podTemplate: ObjectShape(fields: ["template": .template]),
        .deployment: ObjectShape(fields: ["spec": .deploymentSpec]),
        .deploymentSpec: ObjectShape(
            fields: ["template": .template],
            defaults: [
                ("replicas", .number(1)),
                ("strategy", rollingUpdate([("maxUnavailable", .text("25%")), ("maxSurge", .text("25%"))])),
                ("revisionHistoryLimit", .number(10)), ("progressDeadlineSeconds", .number(600)),
            ], plainNumbers: ["minReadySeconds"]),
        .statefulSet: ObjectShape(fields: ["spec": .statefulSetSpec]),
        .statefulSetSpec: ObjectShape(
            fields: ["template": .template, "volumeClaimTemplates": .claim],
            defaults: [
                ("replicas", .number(1)), ("podManagementPolicy", .text("OrderedReady")),
                ("updateStrategy", rollingUpdate([("partition", .number(0))])), ("revisionHistoryLimit", .number(10)),
                (
                    "persistentVolumeClaimRetentionPolicy",
                    .object([("whenDeleted", .text("Retain")), ("whenScaled", .text("Retain"))])
                ),
            ]),
        .daemonSet: ObjectShape(fields: ["spec": .daemonSetSpec]),
        .daemonSetSpec: ObjectShape(
            fields: ["template": .template],
            defaults: [
                ("updateStrategy", rollingUpdate([("maxUnavailable", .number(1)), ("maxSurge", .number(0))])),
                ("revisionHistoryLimit", .number(10)),
            ]),
        .replicaSet: ObjectShape(fields: ["spec": .replicaSetSpec]),
        .replicationController: ObjectShape(fields: ["spec": .replicaSetSpec]),
        .replicaSetSpec: ObjectShape(fields: ["template": .template], defaults: [("replicas", .number(1))]),
        .job: ObjectShape(fields: ["spec": .jobSpec]),
        .jobSpec: ObjectShape(
            fields: ["template": .template],
            defaults: [
                ("parallelism", .number(1)), ("backoffLimit", .number(6)), ("completionMode", .text("NonIndexed")),
                ("suspend", .bool(false)), ("podReplacementPolicy", .text("TerminatingOrFailed")),
            ],
            computed: { job in
                // A Job that may run several Pods at once does not say how many must succeed.
                job["parallelism"].set == nil ? [("completions", .number(1))] : []
            }),
        .cronJob: ObjectShape(fields: ["spec": .cronJobSpec]),
        .cronJobSpec: ObjectShape(
            fields: ["jobTemplate": .jobTemplate],
            defaults: [
                ("concurrencyPolicy", .text("Allow")), ("suspend", .bool(false)),
                ("successfulJobsHistoryLimit", .number(3)), ("failedJobsHistoryLimit", .number(1)),
            ]),
        .jobTemplate: ObjectShape(fields: ["spec": .cronJobJobSpec], defaults: [("metadata", .empty)]),
        .cronJobJobSpec: ObjectShape(fields: ["template": .template]),
        .service: ObjectShape(fields: ["spec": .serviceSpec]),
        .serviceSpec: ObjectShape(
            fields: ["ports": .servicePort],
            defaults: [
                ("sessionAffinity", .text("None")), ("type", .text("ClusterIP")),
                ("internalTrafficPolicy", .text("Cluster")),
            ],
            computed: { service in
                let type = service["type"]?.string ?? ""
                var added: [(key: String, value: DefaultValue)] = []
                if type == "NodePort" || type == "LoadBalancer" {
                    added.append(("externalTrafficPolicy", .text("Cluster")))
                }
                if type == "LoadBalancer" { added.append(("allocateLoadBalancerNodePorts", .bool(true))) }
                return added
            }, dropsEmptyTexts: true),
        .servicePort: ObjectShape(
            defaults: [("protocol", .text("TCP")), ("targetPort", .copy("port"))], plainNumbers: ["nodePort"]),
        .secret: ObjectShape(defaults: [("type", .text("Opaque"))]),
        .claim: ObjectShape(fields: ["spec": .claimSpec]),
        .claimSpec: ObjectShape(
            fields: ["resources": .templateResources], defaults: [("volumeMode", .text("Filesystem"))]),
        .networkPolicy: ObjectShape(fields: ["spec": .networkPolicySpec]),
        .networkPolicySpec: ObjectShape(
            fields: ["ingress": .networkPolicyRule, "egress": .networkPolicyRule],
            computed: { policy in
                let egress: [DefaultValue] = (policy["egress"]?.count ?? 0) > 0 ? [.text("Egress")] : []
                return [("policyTypes", .array([.text("Ingress")] + egress))]
            }),
        .networkPolicyRule: ObjectShape(fields: ["ports": .port]),
        .roleBinding: ObjectShape(fields: ["roleRef": .roleReference, "subjects": .subject]),
        .roleReference: ObjectShape(defaults: [("apiGroup", .text("rbac.authorization.k8s.io"))]),
        .subject: ObjectShape(
            computed: { subject in
                let isAccount = subject["kind"]?.string == "ServiceAccount"
                return isAccount ? [] : [("apiGroup", .text("rbac.authorization.k8s.io"))]
            }, dropsEmptyTexts: true),
        .autoscaler: ObjectShape(fields: ["spec": .autoscalerSpec]),
        .autoscalerSpec: ObjectShape(defaults: [("minReplicas", .number(1))]),
        .namespace: ObjectShape(defaults: [("spec", .object([("finalizers", .array([.text("kubernetes")]))]))]),
    ]

    private static func rollingUpdate(_ settings: [(String, DefaultValue)]) -> DefaultValue {
        .object([("type", .text("RollingUpdate")), ("rollingUpdate", .object(settings))])
    }
}
