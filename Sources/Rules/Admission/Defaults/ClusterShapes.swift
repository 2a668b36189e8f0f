internal import CEL
internal import JSONView

extension ShapeTable {
    /// What belongs to the cluster, and what limits it.
    static let cluster: [ShapeName: ObjectShape] = [
        .persistentVolume: ObjectShape(
            fields: ["metadata": .metadata, "spec": .persistentVolumeSpec],
            defaults: [("status", .object([("phase", .text("Pending"))]))]),
        .persistentVolumeSpec: ObjectShape(
            fields: [
                "hostPath": .hostPath, "iscsi": .iscsi, "rbd": .rbd, "azureDisk": .azureDisk, "scaleIO": .scaleIO,
            ],
            defaults: [("persistentVolumeReclaimPolicy", .text("Retain")), ("volumeMode", .text("Filesystem"))],
            quantities: ["capacity"], dropsEmptyTexts: true),
        .storageClass: ObjectShape(
            fields: ["metadata": .metadata],
            defaults: [("reclaimPolicy", .text("Delete")), ("volumeBindingMode", .text("Immediate"))]),
        .storageDriver: ObjectShape(fields: ["metadata": .metadata, "spec": .storageDriverSpec]),
        .storageDriverSpec: ObjectShape(
            defaults: [
                ("attachRequired", .bool(true)), ("podInfoOnMount", .bool(false)), ("storageCapacity", .bool(false)),
                ("fsGroupPolicy", .text("ReadWriteOnceWithFSType")),
                ("volumeLifecycleModes", .array([.text("Persistent")])), ("requiresRepublish", .bool(false)),
                ("seLinuxMount", .bool(false)),
            ]),
        .priorityClass: ObjectShape(
            fields: ["metadata": .metadata], defaults: [("preemptionPolicy", .text("PreemptLowerPriority"))],
            plainBools: ["globalDefault"], dropsEmptyTexts: true),
        .limitRange: ObjectShape(fields: ["metadata": .metadata, "spec": .limitRangeSpec]),
        .limitRangeSpec: ObjectShape(fields: ["limits": .limit], keptLists: ["limits"]),
        .limit: ObjectShape(
            replaced: { limit in
                guard limit["type"]?.string == "Container" else { return [] }
                // Most is the limit where none is named, the limit is what is requested, and so is the least.
                let limits = amounts(limit, "default", "max")
                let requests = amounts(limit, "defaultRequest", "default", "max", "min")
                return [("default", limits), ("defaultRequest", requests)].compactMap { key, found in
                    found.isEmpty ? nil : (key, .object(found.map { ($0.key, .text($0.amount)) }))
                }
            }, quantities: ["max", "min", "default", "defaultRequest", "maxLimitRequestRatio"]),
        .quota: ObjectShape(fields: ["metadata": .metadata, "spec": .quotaSpec]),
        .quotaSpec: ObjectShape(quantities: ["hard"]),
        .endpoints: ObjectShape(fields: ["metadata": .metadata, "subsets": .endpointSubset]),
        .endpointSubset: ObjectShape(fields: ["ports": .port]),
        .endpointSlice: ObjectShape(
            fields: ["metadata": .metadata, "ports": .endpointPort], keptLists: ["ports", "endpoints", "addresses"]),
        .endpointPort: ObjectShape(defaults: [("name", .text("")), ("protocol", .text("TCP"))]),
        .ingressClass: ObjectShape(fields: ["metadata": .metadata, "spec": .ingressClassSpec]),
        .ingressClassSpec: ObjectShape(fields: ["parameters": .ingressClassParameters]),
        .ingressClassParameters: ObjectShape(defaults: [("scope", .text("Cluster"))]),
        .definition: ObjectShape(fields: ["metadata": .metadata, "spec": .definitionSpec]),
        .definitionSpec: ObjectShape(
            fields: ["versions": .definitionVersion],
            defaults: [("conversion", .object([("strategy", .text("None"))]))],
            inherited: { spec in
                guard let kind = spec["names"]?["kind"]?.string, !kind.isEmpty else { return [:] }
                return ["names": [("singular", .text(kind.lowercased())), ("listKind", .text(kind + "List"))]]
            }, plainBools: ["preserveUnknownFields"]),
        .definitionVersion: ObjectShape(plainBools: ["deprecated"], untouched: ["schema"]),
        .webhooks: ObjectShape(fields: ["metadata": .metadata, "webhooks": .webhook]),
        .mutatingWebhooks: ObjectShape(fields: ["metadata": .metadata, "webhooks": .mutatingWebhook]),
        .webhook: ObjectShape(fields: webhookFields, defaults: webhookDefaults),
        .mutatingWebhook: ObjectShape(
            fields: webhookFields, defaults: webhookDefaults + [("reinvocationPolicy", .text("Never"))]),
        .webhookClient: ObjectShape(fields: ["service": .webhookService]),
        .webhookService: ObjectShape(defaults: [("port", .number(443))]),
        .webhookRule: ObjectShape(defaults: [("scope", .text("*"))]),
    ]

    private static let webhookFields: [String: ShapeName] = ["clientConfig": .webhookClient, "rules": .webhookRule]
    private static let webhookDefaults: [ObjectShape.Member] = [
        ("failurePolicy", .text("Fail")), ("matchPolicy", .text("Equivalent")), ("timeoutSeconds", .number(10)),
        ("namespaceSelector", .empty), ("objectSelector", .empty),
    ]

    /// The amounts of some maps, those of earlier ones first; in the shortest form.
    private static func amounts(_ limit: JSONValue, _ keys: String...) -> [(key: String, amount: String)] {
        var found: [(key: String, amount: String)] = []
        for key in keys {
            guard let map = limit.member(JSONKey(key)), map.kind == .object else { continue }
            for (name, amount) in map.members where !found.contains(where: { $0.key == String(name) }) {
                guard let text = ObjectDefaults.amountText(amount) else { continue }
                found.append((String(name), text))
            }
        }
        return found
    }
}
