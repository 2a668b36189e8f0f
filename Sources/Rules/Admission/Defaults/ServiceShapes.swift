internal import CEL
internal import JSONView
internal import SecurityEvents

extension ShapeTable {
    /// Services, claims, Secrets and what else goes with workloads.
    static let services: [ShapeName: ObjectShape] = [
        .service: ObjectShape(fields: ["metadata": .metadata, "spec": .serviceSpec]),
        .serviceSpec: ObjectShape(
            fields: ["ports": .servicePort],
            defaults: [("sessionAffinity", .text("None")), ("type", .text("ClusterIP"))],
            computed: { service in
                let type = isUnset(service["type"]) ? "ClusterIP" : service["type"]?.string ?? ""
                let isReached = type == "ClusterIP" && (service["externalIPs"]?.count ?? 0) > 0
                var added: [ObjectShape.Member] = []
                if type == "NodePort" || type == "LoadBalancer" || isReached {
                    added.append(("externalTrafficPolicy", .text("Cluster")))
                }
                if type != "ExternalName" { added.append(("internalTrafficPolicy", .text("Cluster"))) }
                if type == "LoadBalancer" { added.append(("allocateLoadBalancerNodePorts", .bool(true))) }
                return added + (type == "ExternalName" ? [] : ServiceAddresses.known(service))
            },
            replaced: { service in
                let timeout = service["sessionAffinityConfig"]?["clientIP"]?["timeoutSeconds"].set
                guard service["sessionAffinity"]?.string == "ClientIP", timeout == nil else { return [] }
                return [
                    ("sessionAffinityConfig", .object([("clientIP", .object([("timeoutSeconds", .number(10_800))]))]))
                ]
            }, plainBools: ["publishNotReadyAddresses"], plainNumbers: ["healthCheckNodePort"], dropsEmptyTexts: true,
            maps: ["selector"]),
        .servicePort: ObjectShape(
            defaults: [("protocol", .text("TCP")), ("targetPort", .copy("port"))],
            plainNumbers: ["nodePort", "targetPort"], dropsEmptyTexts: true),
        .secret: ObjectShape(
            fields: ["metadata": .metadata], defaults: [("type", .text("Opaque"))],
            replaced: { secret in
                // What is written in plain is shown as what is kept: encoded, and before what was encoded.
                let plain = texts(secret["stringData"])
                guard !plain.isEmpty else { return [] }
                let names = Set(plain.map(\.0))
                let kept = texts(secret["data"]).filter { !names.contains($0.0) }
                return [("data", .object(kept + plain.map { ($0.0, encoded($0.1)) }))]
            }, hidden: ["stringData"], dropsEmptyTexts: true),
        .claim: ObjectShape(
            fields: ["metadata": .metadata, "spec": .claimSpec],
            defaults: [("status", .object([("phase", .text("Pending"))]))]),
        .claimSpec: ObjectShape(
            fields: ["resources": .templateResources], defaults: [("volumeMode", .text("Filesystem"))]),
        .networkPolicy: ObjectShape(fields: ["metadata": .metadata, "spec": .networkPolicySpec]),
        .networkPolicySpec: ObjectShape(
            fields: ["ingress": .networkPolicyRule, "egress": .networkPolicyRule], defaults: [("podSelector", .empty)],
            computed: { policy in
                let egress: [DefaultValue] = (policy["egress"]?.count ?? 0) > 0 ? [.text("Egress")] : []
                return [("policyTypes", .array([.text("Ingress")] + egress))]
            }),
        .networkPolicyRule: ObjectShape(fields: ["ports": .port]),
        .roleBinding: ObjectShape(
            fields: ["metadata": .metadata, "roleRef": .roleReference, "subjects": .subject]),
        .roleReference: ObjectShape(
            defaults: [("apiGroup", .text("rbac.authorization.k8s.io"))], dropsEmptyTexts: true),
        .subject: ObjectShape(
            computed: { subject in
                let kind = subject["kind"]?.string
                return kind == "User" || kind == "Group" ? [("apiGroup", .text("rbac.authorization.k8s.io"))] : []
            }, dropsEmptyTexts: true),
        .namespace: ObjectShape(
            fields: ["metadata": .namespaceMetadata],
            defaults: [
                ("spec", .object([("finalizers", .array([.text("kubernetes")]))])),
                ("status", .object([("phase", .text("Active"))])),
            ]),
        .targetAutoscaler: ObjectShape(fields: ["metadata": .metadata, "spec": .targetAutoscalerSpec]),
        .targetAutoscalerSpec: ObjectShape(defaults: [("minReplicas", .number(1))]),
        .autoscaler: ObjectShape(fields: ["metadata": .metadata, "spec": .autoscalerSpec]),
        .autoscalerSpec: ObjectShape(
            fields: ["behavior": .scaling],
            defaults: [("minReplicas", .number(1)), ("metrics", .array([eightyPercent]))]),
        .scaling: ObjectShape(
            defaults: [("scaleUp", .object(scaleUp)), ("scaleDown", .object(scaleDown))],
            inherited: { _ in ["scaleUp": scaleUp, "scaleDown": scaleDown] }),
    ]

    private static func encoded(_ value: DefaultValue) -> DefaultValue {
        guard case .text(let text) = value else { return value }
        return .text(String(decoding: Base64.encode(Array(text.utf8)), as: UTF8.self))
    }

    private static let eightyPercent = DefaultValue.object([
        ("type", .text("Resource")),
        (
            "resource",
            .object([
                ("name", .text("cpu")),
                ("target", .object([("type", .text("Utilization")), ("averageUtilization", .number(80))])),
            ])
        ),
    ])

    private static let scaleUp: [ObjectShape.Member] = [
        ("stabilizationWindowSeconds", .number(0)), ("selectPolicy", .text("Max")),
        ("policies", .array([scalingPolicy("Pods", 4), scalingPolicy("Percent", 100)])),
    ]
    private static let scaleDown: [ObjectShape.Member] = [
        ("selectPolicy", .text("Max")), ("policies", .array([scalingPolicy("Percent", 100)])),
    ]

    private static func scalingPolicy(_ type: String, _ value: Int64) -> DefaultValue {
        .object([("type", .text(type)), ("value", .number(value)), ("periodSeconds", .number(15))])
    }
}
