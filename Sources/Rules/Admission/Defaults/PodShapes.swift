internal import JSONView

extension ShapeTable {
    /// A PodSpec: `SetDefaults_PodSpec`, and for a Pod itself `SetDefaults_Pod` and what the ServiceAccount, Priority and
    /// DefaultTolerationSeconds plugins always add.
    static func podSpec(isTemplate: Bool) -> ObjectShape {
        let container: ShapeName = isTemplate ? .templateContainer : .container
        var shape = ObjectShape(
            fields: [
                "containers": container, "initContainers": container, "ephemeralContainers": .ephemeralContainer,
                "volumes": .volume,
            ],
            defaults: [
                ("restartPolicy", .text("Always")), ("dnsPolicy", .text("ClusterFirst")),
                ("terminationGracePeriodSeconds", .number(30)), ("securityContext", .empty),
                ("schedulerName", .text("default-scheduler")),
            ],
            computed: { spec in
                // The two names of the service account are one.
                if let name = spec["serviceAccountName"].set ?? spec["serviceAccount"].set, let text = name.string {
                    return [("serviceAccountName", .text(text)), ("serviceAccount", .text(text))]
                }
                return isTemplate
                    ? [] : [("serviceAccountName", .text("default")), ("serviceAccount", .text("default"))]
            },
            plainBools: ["hostNetwork", "hostPID", "hostIPC"], dropsEmptyTexts: true)
        if !isTemplate {
            shape.defaults += [
                ("enableServiceLinks", .bool(true)), ("preemptionPolicy", .text("PreemptLowerPriority")),
                ("priority", .number(0)),
                ("tolerations", .array([toleration("not-ready"), toleration("unreachable")])),
            ]
        }
        return shape
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

    /// `Always` for what has the tag `latest` or none, `IfNotPresent` for what is pinned.
    static func pullPolicy(of image: String) -> String {
        if image.contains("@") { return "IfNotPresent" }
        let last = image.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        let parts = last.split(separator: ":", omittingEmptySubsequences: false)
        return parts.count < 2 || parts[1] == "latest" ? "Always" : "IfNotPresent"
    }
}
