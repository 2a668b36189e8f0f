internal import Foundation

/// Writes what a cluster has to be told so that it asks the gate.
package struct GateManifests: Sendable {
    /// Where the API server finds the gate.
    package enum Target: Sendable, Equatable {
        /// A Service of the cluster.
        case service(namespace: String, name: String, port: Int)
        /// An address: for a gate outside the cluster, or on the API server's own machine.
        case url(String)

        /// An address as somebody writes it: without a path, the gate's own is meant.
        package static func address(_ text: String) -> Self {
            guard let scheme = text.firstRange(of: "://") else { return .url(text) }
            let slash = text[scheme.upperBound...].firstIndex(of: "/") ?? text.endIndex
            let isBare = text[slash...].utf8.count <= 1
            return .url(isBare ? String(text[..<slash]) + KubernetesGateService.path : text)
        }
    }

    /// What becomes of requests while the gate is out of reach.
    package enum FailurePolicy: String, CaseIterable, Sendable { case fail = "Fail", ignore = "Ignore" }

    /// How it is written.
    package enum Form: String, CaseIterable, Sendable {
        /// A ValidatingWebhookConfiguration, for `kubectl apply`.
        case api
        /// A manifest of `staticManifestsDir` (ManifestBasedAdmissionControlConfig, Kubernetes 1.36 and later), and the
        /// AdmissionConfiguration that names the folder.
        case staticManifest = "static"
        /// The whole installation: Namespace, accounts, rights, Deployment, Service, and the configuration.
        case install
    }

    package var target: Target
    /// What the webhook configuration is called.
    package var name = "tallyman-gate"
    /// The certificates that the API server trusts, PEM; empty where the gate puts them there itself.
    package var bundle = ""
    package var failurePolicy = FailurePolicy.fail
    package var timeoutSeconds = 5
    /// The namespaces that are left out, the gate's own among them.
    package var excludedNamespaces: [String] = []
    /// The gate's own account, which is never asked about; nil where it has none.
    package var account: String?
    package var customGroups = GateScope.customGroups
    /// Whether matchConditions are written: Kubernetes 1.28 and later know them.
    package var hasMatchConditions = true
    /// The image that the installation runs.
    package var image = "tallyman:latest"
    /// The folder of static manifests, as the API server sees it.
    package var staticFolder = "/etc/kubernetes/admission"

    /// Names where the gate is.
    package init(target: Target) { self.target = target }

    /// The domain behind each webhook's name.
    private static let domain = "gate.tallyman.dev"

    /// The manifests, YAML.
    package func text(_ form: Form) -> String {
        switch form {
        case .api: configuration(isStatic: false)
        case .staticManifest: staticText
        case .install: installation + "---\n" + configuration(isStatic: false)
        }
    }

    // MARK: The configuration

    private func configuration(isStatic: Bool) -> String {
        // The API server takes only names of this ending from its disk, and from nowhere else.
        let name = isStatic ? "\(name).static.k8s.io" : name
        var text = """
            apiVersion: admissionregistration.k8s.io/v1
            kind: ValidatingWebhookConfiguration
            metadata:
              name: \(name)
              labels: {app.kubernetes.io/name: tallyman, app.kubernetes.io/component: gate}
            webhooks:

            """
        for entry in GateScope.entries(custom: customGroups, isStatic: isStatic) {
            text += webhook(entry, isStatic: isStatic)
        }
        return text
    }

    private func webhook(_ entry: GateScope.Entry, isStatic: Bool) -> String {
        let policy = entry.mayFail ? FailurePolicy.ignore : failurePolicy
        var text = """
            # \(entry.comment)
            - name: \(entry.name).\(Self.domain)
              admissionReviewVersions: [v1]
              # With dryRun nothing is written into the ledger.
              sideEffects: NoneOnDryRun
              timeoutSeconds: \(timeoutSeconds)
              failurePolicy: \(policy.rawValue)
              # Other versions of a resource are asked about too.
              matchPolicy: Equivalent

            """
        text += clientConfiguration
        text += """
              rules:
              - apiGroups: [\(Self.quoted(entry.groups))]
                apiVersions: ["*"]
                operations: [\(entry.operations.joined(separator: ", "))]
                resources: [\(Self.quoted(entry.resources))]
                scope: "*"

            """
        let isNamespaced = !["namespaces", "admission", "runtimeclasses", "volumes"].contains(entry.name)
        if isNamespaced, !excludedNamespaces.isEmpty {
            text += """
                  # By name: a label could be given to any namespace.
                  namespaceSelector:
                    matchExpressions:
                    - {key: kubernetes.io/metadata.name, operator: NotIn, values: [\(Self.quoted(excludedNamespaces))]}

                """
        }
        return text + matchConditions(entry, isStatic: isStatic)
    }

    private var clientConfiguration: String {
        var text = "  clientConfig:\n"
        switch target {
        case .service(let namespace, let name, let port):
            text += "    service: {namespace: \(namespace), name: \(name), port: \(port), path: /admit}\n"
        case .url(let url): text += "    url: \(Self.quote(url))\n"
        }
        if !bundle.isEmpty { text += "    caBundle: \(Data(bundle.utf8).base64EncodedString())\n" }
        return text
    }

    /// Who must not wait for the gate: it could not start again, and the cluster's leaders could not be elected.
    private func matchConditions(_ entry: GateScope.Entry, isStatic: Bool) -> String {
        guard hasMatchConditions else { return "" }
        var conditions: [(name: String, expression: String)] = []
        if let account {
            conditions.append(("not-the-gate-itself", "request.userInfo.username != '\(account)'"))
        }
        if entry.name == "namespaces", !excludedNamespaces.isEmpty {
            let names = excludedNamespaces.map { "'\($0)'" }.joined(separator: ", ")
            conditions.append(("not-its-own-namespace", "!(request.name in [\(names)])"))
        }
        if entry.excludesComponents, entry.name != "admission" {
            // What the control plane does for itself: leases are not asked about at all, tokens and bindings of nodes and
            // controllers are.
            conditions.append(
                (
                    "not-the-control-plane",
                    "!(has(request.userInfo.groups) && 'system:nodes' in request.userInfo.groups || request.userInfo.username in "
                        + "['system:apiserver', 'system:kube-scheduler', 'system:kube-controller-manager', "
                        + "'system:cloud-controller-manager'])"
                ))
        }
        if entry.name == "admission", let account {
            conditions = [("not-the-gate-itself", "request.userInfo.username != '\(account)'")]
        }
        guard !conditions.isEmpty else { return "" }
        var text = "  matchConditions:\n"
        for condition in conditions {
            text += "  - name: \(condition.name)\n    expression: \(Self.quote(condition.expression))\n"
        }
        return text
    }

    // MARK: Static manifests

    private var staticText: String {
        """
        # For --admission-control-config-file of every API server: what stands in the folder is asked from the first
        # request on, cannot be changed through the API, and guards admission configurations too
        # (ManifestBasedAdmissionControlConfig; names must end in .static.k8s.io, and only a URL may be given).
        apiVersion: apiserver.config.k8s.io/v1
        kind: AdmissionConfiguration
        plugins:
        - name: ValidatingAdmissionWebhook
          configuration:
            apiVersion: apiserver.config.k8s.io/v1
            kind: WebhookAdmissionConfiguration
            staticManifestsDir: \(staticFolder)
        ---
        # \(staticFolder)/\(name).yaml

        """ + configuration(isStatic: true)
    }

    // MARK: The installation

    private var installation: String {
        guard case .service(let namespace, let service, let port) = target else { return "" }
        return """
            apiVersion: v1
            kind: Namespace
            metadata:
              name: \(namespace)
              labels:
                pod-security.kubernetes.io/enforce: restricted
            ---
            apiVersion: v1
            kind: ServiceAccount
            metadata: {name: tallyman-gate, namespace: \(namespace)}
            ---
            # It reads what it must know to decide, and nothing else.
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRole
            metadata: {name: tallyman-gate}
            rules:
            - {apiGroups: [""], resources: [pods, namespaces], verbs: [get, list, watch]}
            - apiGroups: [admissionregistration.k8s.io]
              resources: [validatingwebhookconfigurations]
              resourceNames: [\(name)]
              verbs: [get, patch]
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: ClusterRoleBinding
            metadata: {name: tallyman-gate}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: tallyman-gate}
            subjects:
            - {kind: ServiceAccount, name: tallyman-gate, namespace: \(namespace)}
            ---
            # The authority that replicas share.
            apiVersion: rbac.authorization.k8s.io/v1
            kind: Role
            metadata: {name: tallyman-gate, namespace: \(namespace)}
            rules:
            - {apiGroups: [""], resources: [secrets], verbs: [create]}
            - {apiGroups: [""], resources: [secrets], resourceNames: [tallyman-gate-authority], verbs: [get, update]}
            ---
            apiVersion: rbac.authorization.k8s.io/v1
            kind: RoleBinding
            metadata: {name: tallyman-gate, namespace: \(namespace)}
            roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: tallyman-gate}
            subjects:
            - {kind: ServiceAccount, name: tallyman-gate, namespace: \(namespace)}
            ---
            apiVersion: v1
            kind: Service
            metadata: {name: \(service), namespace: \(namespace)}
            spec:
              selector: {app.kubernetes.io/name: tallyman, app.kubernetes.io/component: gate}
              ports:
              - {name: https, port: \(port), targetPort: https}
            ---
            apiVersion: policy/v1
            kind: PodDisruptionBudget
            metadata: {name: tallyman-gate, namespace: \(namespace)}
            spec:
              minAvailable: 1
              selector:
                matchLabels: {app.kubernetes.io/name: tallyman, app.kubernetes.io/component: gate}
            ---
            apiVersion: apps/v1
            kind: Deployment
            metadata: {name: tallyman-gate, namespace: \(namespace)}
            spec:
              # Replicas share the authority and nothing else; each can answer for all.
              replicas: 2
              selector:
                matchLabels: {app.kubernetes.io/name: tallyman, app.kubernetes.io/component: gate}
              strategy:
                rollingUpdate: {maxUnavailable: 0, maxSurge: 1}
              template:
                metadata:
                  labels: {app.kubernetes.io/name: tallyman, app.kubernetes.io/component: gate}
                spec:
                  serviceAccountName: tallyman-gate
                  priorityClassName: system-cluster-critical
                  topologySpreadConstraints:
                  - maxSkew: 1
                    topologyKey: kubernetes.io/hostname
                    whenUnsatisfiable: ScheduleAnyway
                    labelSelector:
                      matchLabels: {app.kubernetes.io/name: tallyman, app.kubernetes.io/component: gate}
                  securityContext:
                    runAsNonRoot: true
                    runAsUser: 65532
                    seccompProfile: {type: RuntimeDefault}
                  containers:
                  - name: gate
                    image: \(image)
                    args:
                    - gate
                    - serve
                    - --listen=0.0.0.0:8443
                    - --dns-name=\(service).\(namespace).svc
                    - --authority-secret=\(namespace)/tallyman-gate-authority
                    - --webhook-configuration=\(name)
                    # Until every node has heard that this replica goes, some still send it requests.
                    - --shutdown-delay=5
                    ports:
                    - {name: https, containerPort: 8443}
                    readinessProbe:
                      httpGet: {path: /readyz, port: https, scheme: HTTPS}
                      periodSeconds: 2
                    livenessProbe:
                      httpGet: {path: /healthz, port: https, scheme: HTTPS}
                      periodSeconds: 10
                    resources:
                      requests: {cpu: 100m, memory: 96Mi}
                      limits: {memory: 256Mi}
                    securityContext:
                      allowPrivilegeEscalation: false
                      readOnlyRootFilesystem: true
                      capabilities: {drop: [ALL]}

            """
    }

    // MARK: YAML

    private static func quoted(_ texts: [String]) -> String { texts.map(quote).joined(separator: ", ") }

    private static func quote(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
