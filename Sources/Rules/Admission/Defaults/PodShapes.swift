internal import JSONView

extension ShapeTable {
    /// Pods and the templates of Pods, with what is in them.
    static let pods: [ShapeName: ObjectShape] = [
        .pod: ObjectShape(fields: ["metadata": .metadata, "spec": .podSpec]),
        .podSpec: podSpec(isTemplate: false),
        .templateSpec: podSpec(isTemplate: true),
        .template: ObjectShape(
            fields: ["metadata": .metadata, "spec": .templateSpec], defaults: [("metadata", .empty)]),
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
        .emptyDirectory: ObjectShape(quantities: ["sizeLimit"], dropsEmptyTexts: true),
        .resources: ObjectShape(),
        .probe: ObjectShape(
            fields: ["httpGet": .httpGet, "grpc": .grpc],
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
        .grpc: ObjectShape(defaults: [("service", .text(""))]),
        .environmentVariable: ObjectShape(fields: ["valueFrom": .valueSource], dropsEmptyTexts: true),
        .valueSource: ObjectShape(fields: ["fieldRef": .fieldReference]),
        .fieldReference: ObjectShape(defaults: [("apiVersion", .text("v1"))], dropsEmptyTexts: true),
        .mount: ObjectShape(plainBools: ["readOnly"], dropsEmptyTexts: true),
        .volume: ObjectShape(
            fields: [
                "secret": .fileMode, "configMap": .fileMode, "downwardAPI": .downwardFiles, "projected": .projected,
                "hostPath": .hostPath, "emptyDir": .emptyDirectory, "ephemeral": .ephemeralVolume,
                "image": .imageVolume, "iscsi": .iscsi, "rbd": .rbd, "azureDisk": .azureDisk, "scaleIO": .scaleIO,
            ],
            // A volume of no kind is an empty folder.
            computed: { volume in
                volume.members.contains { $0.key != "name" && !$0.value.isNull } ? [] : [("emptyDir", .empty)]
            }),
        .hostPath: ObjectShape(defaults: [("type", .text(""))]),
        .fileMode: ObjectShape(defaults: [("defaultMode", .number(420))]),
        .downwardFiles: ObjectShape(fields: ["items": .fieldFile], defaults: [("defaultMode", .number(420))]),
        .fieldFile: ObjectShape(fields: ["fieldRef": .fieldReference]),
        .projected: ObjectShape(
            fields: ["sources": .projectedSource], defaults: [("defaultMode", .number(420))], keptLists: ["sources"]),
        .projectedSource: ObjectShape(
            fields: ["serviceAccountToken": .serviceAccountToken, "downwardAPI": .valueFiles]),
        .valueFiles: ObjectShape(fields: ["items": .fieldFile]),
        .serviceAccountToken: ObjectShape(
            defaults: [("expirationSeconds", .number(3600))], dropsEmptyTexts: true),
        .ephemeralVolume: ObjectShape(fields: ["volumeClaimTemplate": .ephemeralClaim]),
        .ephemeralClaim: ObjectShape(
            fields: ["metadata": .metadata, "spec": .claimSpec], defaults: [("metadata", .empty)]),
        .imageVolume: ObjectShape(
            computed: { [("pullPolicy", .text(pullPolicy(of: $0["reference"]?.string ?? "")))] },
            dropsEmptyTexts: true),
        .iscsi: ObjectShape(
            defaults: [("iscsiInterface", .text("default"))], plainBools: ["readOnly"], dropsEmptyTexts: true),
        .rbd: ObjectShape(
            defaults: [
                ("pool", .text("rbd")), ("user", .text("admin")), ("keyring", .text("/etc/ceph/keyring")),
            ], plainBools: ["readOnly"], dropsEmptyTexts: true),
        .azureDisk: ObjectShape(
            defaults: [
                ("cachingMode", .text("ReadWrite")), ("fsType", .text("ext4")), ("readOnly", .bool(false)),
                ("kind", .text("Shared")),
            ]),
        .scaleIO: ObjectShape(
            defaults: [("storageMode", .text("ThinProvisioned")), ("fsType", .text("xfs"))],
            plainBools: ["readOnly"], dropsEmptyTexts: true),
    ]

    /// A PodSpec: `SetDefaults_PodSpec`, and for a Pod itself `SetDefaults_Pod` and what the ServiceAccount, Priority and
    /// DefaultTolerationSeconds plugins add.
    static func podSpec(isTemplate: Bool) -> ObjectShape {
        let container: ShapeName = isTemplate ? .templateContainer : .container
        var shape = ObjectShape(
            fields: [
                "containers": container, "initContainers": container, "ephemeralContainers": .ephemeralContainer,
                "volumes": .volume, "resources": .templateResources,
            ],
            defaults: [
                ("restartPolicy", .text("Always")), ("dnsPolicy", .text("ClusterFirst")),
                ("terminationGracePeriodSeconds", .number(30)), ("securityContext", .empty),
                ("schedulerName", .text("default-scheduler")),
            ],
            computed: { spec in serviceAccount(spec, isTemplate: isTemplate) + (isTemplate ? [] : priority(spec)) },
            plainBools: ["hostNetwork", "hostPID", "hostIPC"], dropsEmptyTexts: true)
        if !isTemplate {
            shape.replaced = { PodResources.completed($0) + tolerations($0) }
            shape.defaults.append(("enableServiceLinks", .bool(true)))
        }
        return shape
    }

    /// The two names of the service account are one.
    private static func serviceAccount(_ spec: JSONValue, isTemplate: Bool) -> [ObjectShape.Member] {
        let written = (spec["serviceAccountName"].set ?? spec["serviceAccount"].set)?.string
        guard let name = written ?? (isTemplate ? nil : "default") else { return [] }
        return [("serviceAccountName", .text(name)), ("serviceAccount", .text(name))]
    }

    /// The priorities of the classes that every cluster has.
    private static let systemPriorities: [String: Int64] = [
        "": 0, "system-cluster-critical": 2_000_000_000, "system-node-critical": 2_000_001_000,
    ]

    /// What the Priority plugin adds; of a class of the cluster's own nobody here knows the value.
    private static func priority(_ spec: JSONValue) -> [ObjectShape.Member] {
        guard let value = systemPriorities[spec["priorityClassName"]?.string ?? ""] else { return [] }
        return [("preemptionPolicy", .text("PreemptLowerPriority")), ("priority", .number(value))]
    }

    /// What the DefaultTolerationSeconds plugin adds to the tolerations of a Pod, where none of them is about it.
    private static func tolerations(_ spec: JSONValue) -> [ObjectShape.Member] {
        let written = spec["tolerations"].map { Array($0.elements) } ?? []
        let added = ["not-ready", "unreachable"].filter { name in
            !written.contains { toleration in
                let (key, effect) = (toleration["key"]?.string ?? "", toleration["effect"]?.string ?? "")
                return (key.isEmpty || key == "node.kubernetes.io/\(name)") && (effect.isEmpty || effect == "NoExecute")
            }
        }
        guard !added.isEmpty, written.allSatisfy({ $0.kind == .object }) else { return [] }
        let kept = written.map { toleration in
            DefaultValue.object(
                toleration.members.compactMap { key, value in
                    let shown = value.string.map { DefaultValue.text($0) } ?? value.int64.map { .number($0) }
                    return shown.map { (String(key), $0) }
                })
        }
        return [("tolerations", .array(kept + added.map(toleration)))]
    }

    private static func toleration(_ name: String) -> DefaultValue {
        .object([
            ("key", .text("node.kubernetes.io/\(name)")), ("operator", .text("Exists")), ("effect", .text("NoExecute")),
            ("tolerationSeconds", .number(300)),
        ])
    }

    /// A container: `SetDefaults_Container` and what goes with it.
    static func container(isTemplate: Bool, ports: ShapeName = .port) -> ObjectShape {
        var fields: [String: ShapeName] = [
            "ports": ports, "livenessProbe": .probe, "readinessProbe": .probe, "startupProbe": .probe,
            "lifecycle": .lifecycle, "env": .environmentVariable, "volumeMounts": .mount,
        ]
        // Of a Pod, what is limited and not requested is requested as it is limited.
        fields["resources"] = isTemplate ? .templateResources : .resources
        return ObjectShape(
            fields: fields,
            defaults: [
                ("terminationMessagePath", .text("/dev/termination-log")), ("terminationMessagePolicy", .text("File")),
                ("resources", .empty),
            ],
            computed: { container in
                let image = container["image"]?.string ?? ""
                return [("imagePullPolicy", .text(pullPolicy(of: image)))]
            },
            plainBools: ["stdin", "stdinOnce", "tty"], dropsEmptyTexts: true)
    }
}
