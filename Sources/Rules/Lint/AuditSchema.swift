/// What an `audit.k8s.io/v1` Event may have, as far as rules ask for it.
///
/// The table is the API's own (k8s.io/apiserver/pkg/apis/audit/v1 and k8s.io/api/core/v1). Where an object is of a kind that
/// it does not describe, nothing is said.
enum AuditSchema {
    /// What stands at a field.
    enum Kind: String, Sendable {
        case string, int, bool, time, object
        /// Any keys may stand below it.
        case map
        /// Nothing is known of what stands below it.
        case any
    }

    /// What is known of a field.
    enum Place: Equatable {
        case known(Kind)
        /// Nobody can say whether it is there.
        case open
        /// There is no such field; how much of its name there is.
        case unknown(upTo: String)
    }

    /// The fields of the record itself.
    static let record = table(
        """
        kind string, apiVersion string, level string, auditID string, stage string, requestURI string, verb string,
        user.username string, user.uid string, user.groups string, user.extra map,
        impersonatedUser.username string, impersonatedUser.uid string, impersonatedUser.groups string,
        impersonatedUser.extra map, authenticationMetadata.impersonationConstraint string, sourceIPs string,
        userAgent string, objectRef.resource string, objectRef.namespace string, objectRef.name string,
        objectRef.uid string, objectRef.apiGroup string, objectRef.apiVersion string, objectRef.resourceVersion string,
        objectRef.subresource string, responseStatus.metadata map, responseStatus.status string,
        responseStatus.message string, responseStatus.reason string, responseStatus.details any,
        responseStatus.code int, requestObject any, responseObject any, requestReceivedTimestamp time,
        stageTimestamp time, annotations map
        """)

    /// The fields of an object's metadata.
    static let metadata = table(
        """
        name string, generateName string, namespace string, uid string, resourceVersion string, generation int,
        creationTimestamp time, deletionTimestamp time, deletionGracePeriodSeconds int, labels map, annotations map,
        ownerReferences.apiVersion string, ownerReferences.kind string, ownerReferences.name string,
        ownerReferences.uid string, ownerReferences.controller bool, ownerReferences.blockOwnerDeletion bool,
        finalizers string, managedFields any, selfLink string
        """)

    private static let container = """
        name string, image string, command string, args string, workingDir string, ports.name string,
        ports.containerPort int, ports.hostPort int, ports.protocol string, ports.hostIP string, envFrom any, env.name string,
        env.value string, env.valueFrom any, resources any, resizePolicy any, restartPolicy string,
        restartPolicyRules any, volumeMounts.name string, volumeMounts.mountPath string, volumeMounts.readOnly bool,
        volumeMounts.recursiveReadOnly string, volumeMounts.subPath string, volumeMounts.subPathExpr string,
        volumeMounts.mountPropagation string, volumeDevices any, livenessProbe any, readinessProbe any, startupProbe any,
        lifecycle any, terminationMessagePath string, terminationMessagePolicy string, imagePullPolicy string,
        securityContext.privileged bool, securityContext.allowPrivilegeEscalation bool,
        securityContext.capabilities.add string, securityContext.capabilities.drop string,
        securityContext.runAsUser int, securityContext.runAsGroup int, securityContext.runAsNonRoot bool,
        securityContext.readOnlyRootFilesystem bool, securityContext.procMount string,
        securityContext.seLinuxOptions any, securityContext.windowsOptions any, securityContext.seccompProfile any,
        securityContext.appArmorProfile any, stdin bool, stdinOnce bool, tty bool
        """

    /// The fields of a Pod's specification.
    static let podSpec: [String: Kind] = {
        var fields = table(
            """
            volumes.name string, volumes.hostPath.path string, volumes.hostPath.type string, volumes.emptyDir any,
            volumes.secret any, volumes.configMap any, volumes.projected any, volumes.persistentVolumeClaim any,
            volumes.downwardAPI any, volumes.csi any, volumes.nfs any, volumes.ephemeral any, volumes.image any,
            volumes.gitRepo any, volumes.iscsi any, volumes.cephfs any, volumes.rbd any, volumes.fc any,
            volumes.azureDisk any, volumes.azureFile any, volumes.awsElasticBlockStore any, volumes.gcePersistentDisk any,
            volumes.glusterfs any, volumes.flexVolume any, volumes.cinder any, volumes.flocker any, volumes.quobyte any,
            volumes.vsphereVolume any, volumes.photonPersistentDisk any, volumes.portworxVolume any, volumes.scaleIO any,
            volumes.storageos any, restartPolicy string, terminationGracePeriodSeconds int, activeDeadlineSeconds int,
            dnsPolicy string, dnsConfig any, nodeSelector map, serviceAccountName string, serviceAccount string,
            automountServiceAccountToken bool, nodeName string, hostNetwork bool, hostPID bool, hostIPC bool,
            hostUsers bool, hostname string, subdomain string, hostnameOverride string, setHostnameAsFQDN bool,
            shareProcessNamespace bool, securityContext.runAsUser int, securityContext.runAsGroup int,
            securityContext.runAsNonRoot bool, securityContext.supplementalGroups int,
            securityContext.supplementalGroupsPolicy string, securityContext.fsGroup int,
            securityContext.fsGroupChangePolicy string, securityContext.sysctls.name string,
            securityContext.sysctls.value string, securityContext.seLinuxOptions any,
            securityContext.seLinuxChangePolicy string, securityContext.windowsOptions any,
            securityContext.seccompProfile any, securityContext.appArmorProfile any, imagePullSecrets.name string,
            affinity any, schedulerName string, tolerations any, hostAliases any, priorityClassName string, priority int,
            runtimeClassName string, enableServiceLinks bool, preemptionPolicy string, overhead any, readinessGates any,
            topologySpreadConstraints any, os any, schedulingGates any, resourceClaims any, resources any
            """)
        for list in ["containers", "initContainers", "ephemeralContainers"] {
            for (name, kind) in table(container) { fields["\(list).\(name)"] = kind }
        }
        fields["ephemeralContainers.targetContainerName"] = .string
        return fields
    }()

    /// Where the Pod's specification stands in the objects of a resource.
    static let podSpecPaths = [
        "pods": "spec", "podtemplates": "template.spec", "replicationcontrollers": "spec.template.spec",
        "replicasets": "spec.template.spec", "deployments": "spec.template.spec", "daemonsets": "spec.template.spec",
        "statefulsets": "spec.template.spec", "jobs": "spec.template.spec",
        "cronjobs": "spec.jobTemplate.spec.template.spec",
    ]

    /// The audit levels, stages and verbs there are.
    static let words: [String: [String]] = [
        "level": ["None", "Metadata", "Request", "RequestResponse"],
        "stage": ["RequestReceived", "ResponseStarted", "ResponseComplete", "Panic"],
        "apiVersion": ["audit.k8s.io/v1", "audit.k8s.io/v1beta1", "audit.k8s.io/v1alpha1"],
        "responseStatus.status": ["Success", "Failure"],
    ]

    /// Fields that every record has.
    static let always: Set<String> = ["level", "auditID", "stage", "requestURI", "verb", "kind", "apiVersion"]

    /// Looks a field up.
    ///
    /// - Parameters:
    ///   - name: `objectRef.resource`, `requestObject.spec.containers.image`.
    ///   - resources: the resources that a rule is about; nil for any.
    /// - Returns: what is known of it.
    static func place(of name: String, resources: Set<String>?) -> Place {
        let steps = name.replacing("[", with: ".").replacing("]", with: "").split(separator: ".")
            .filter { Int($0) == nil }.map(String.init)
        guard let root = steps.first else { return .unknown(upTo: "") }
        if root == "requestObject" || root == "responseObject" {
            return object(Array(steps.dropFirst()), below: root, resources)
        }
        return look(steps[...], in: record, below: "")
    }

    private static func object(_ steps: [String], below root: String, _ resources: Set<String>?) -> Place {
        guard let first = steps.first else { return .known(.object) }
        if first == "metadata" { return look(steps.dropFirst(), in: metadata, below: root + ".metadata") }
        // Responses may be a status or the object.
        guard root == "requestObject" else { return .open }
        let workloads = resources.map { $0.allSatisfy { podSpecPaths[$0] != nil } && !$0.isEmpty } ?? false
        guard workloads, let resources, first == "spec" || first == "template" else {
            // Of other kinds and of patches nothing is known, but what stands in a Pod stands deeper.
            return podParts.contains(first) && !topLevel.contains(first) ? .unknown(upTo: root) : .open
        }
        var best = Place.unknown(upTo: root)
        for resource in resources.sorted() {
            let found = workload(
                steps, below: root, path: (podSpecPaths[resource] ?? "").split(separator: ".").map(String.init))
            guard case .unknown = found else { return found }
            best = found
        }
        return best
    }

    /// Looks a field up in an object whose Pod specification stands at a path.
    private static func workload(_ steps: [String], below root: String, path: [String]) -> Place {
        if steps.starts(with: path) {
            return look(steps.dropFirst(path.count), in: podSpec, below: ([root] + path).joined(separator: "."))
        }
        guard let parted = zip(steps, path).enumerated().first(where: { $1.0 != $1.1 })?.offset else {
            return .known(.object)
        }
        if steps[parted] == "metadata" {
            return look(steps.dropFirst(parted + 1), in: metadata, below: steps[...parted].joined(separator: "."))
        }
        // What stands beside the template is the workload's own.
        let isMisplaced = podParts.contains(steps[parted]) && steps[parted] != "activeDeadlineSeconds"
        return isMisplaced ? .unknown(upTo: ([root] + steps[..<parted]).joined(separator: ".")) : .open
    }

    /// What stands in a Pod's specification.
    private static let podParts = Set(podSpec.keys.flatMap { $0.split(separator: ".").prefix(2).map(String.init) })

    /// Members with such names that other objects, patches and options have at the top.
    private static let topLevel: Set<String> = [
        "apiVersion", "kind", "metadata", "spec", "status", "type", "name", "path", "value", "image", "ports",
        "command",
        "stdin", "tty", "secret", "overhead", "preemptionPolicy", "imagePullSecrets", "automountServiceAccountToken",
        "resources", "env", "priority", "restartPolicy",
    ]

    private static func look(_ steps: ArraySlice<String>, in fields: [String: Kind], below root: String) -> Place {
        var name = ""
        var reached = root
        for (position, step) in steps.enumerated() {
            name += (name.isEmpty ? "" : ".") + step
            if let kind = fields[name] {
                let isLast = position == steps.count - 1
                if isLast { return .known(kind) }
                return kind == .map ? .known(.string) : kind == .any ? .open : .unknown(upTo: joined(root, name))
            }
            guard fields.keys.contains(where: { $0.hasPrefix(name + ".") }) else { return .unknown(upTo: reached) }
            reached = joined(root, name)
        }
        return .known(.object)
    }

    private static func joined(_ root: String, _ name: String) -> String { root.isEmpty ? name : root + "." + name }

    /// The fields that have a word as their last part or one of them: what somebody may have meant.
    static func similar(to name: String, resources: Set<String>?) -> [String] {
        let last = name.split(separator: ".").last.map(String.init) ?? name
        let pod = resources?.count == 1 ? resources?.first.flatMap { podSpecPaths[$0] } : nil
        var found: [String] = record.keys.filter { ($0.split(separator: ".").last ?? "") == last }
        found += podSpec.keys.filter { key in
            !key.hasPrefix("init") && !key.hasPrefix("ephemeral") && key.split(separator: ".").contains { $0 == last }
        }.map { key in
            let steps = key.split(separator: ".").map(String.init)
            let upTo = steps.prefix(through: steps.firstIndex(of: last) ?? steps.count - 1).joined(separator: ".")
            return "requestObject.\(pod ?? "spec").\(upTo)"
        }
        return Array(Set(found)).sorted { ($0.utf8.count, $0) < ($1.utf8.count, $1) }
    }

    private static func table(_ text: String) -> [String: Kind] {
        var fields: [String: Kind] = [:]
        for entry in text.split(whereSeparator: { $0 == "," || $0 == "\n" }) {
            let words = entry.split(separator: " ")
            guard words.count == 2, let kind = Kind(rawValue: String(words[1])) else { continue }
            fields[String(words[0])] = kind
        }
        return fields
    }
}
