import JSONView
import Rules
import TestSupport
import Testing

/// An object as written, and places in it as the API server completes them.
struct DefaultCase: CustomTestStringConvertible {
    let name: String
    let object: String
    /// Paths and their values as JSON; nil where nothing may be.
    let expected: [(path: [JSONPath.Step], value: String?)]
    var testDescription: String { name }
}

@Suite("Objects as the API server completes them")
struct ObjectDefaultsTests {
    private static func at(_ steps: String...) -> [JSONPath.Step] {
        steps.map { step in Int(step).map { .position($0) } ?? .key(step) }
    }

    private static func deployment(_ spec: String, template: String = "{}") -> String {
        #"{"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": "d"}, "spec": {"template": {"spec": \#(template)}\#(spec)}}"#
    }

    // Values of pkg/apis/core/v1/defaults.go, pkg/apis/apps/v1/defaults.go and pkg/apis/batch/v1/defaults.go.
    private static let cases: [DefaultCase] = [
        DefaultCase(
            name: "a Pod",
            object:
                #"{"apiVersion": "v1", "kind": "Pod", "spec": {"hostPID": false, "volumes": [{"name": "v"}, {"name": "s", "secret": {"secretName": "x"}}], "containers": [{"name": "c", "image": "r:5000/a/b", "ports": [{"containerPort": 80, "hostPort": 0}], "livenessProbe": {"periodSeconds": 0, "httpGet": {"port": 80}}, "securityContext": null, "env": [{"name": "E", "value": ""}]}]}}"#,
            expected: [
                (at("spec", "restartPolicy"), #""Always""#), (at("spec", "dnsPolicy"), #""ClusterFirst""#),
                (at("spec", "terminationGracePeriodSeconds"), "30"), (at("spec", "securityContext"), "{}"),
                (at("spec", "schedulerName"), #""default-scheduler""#),
                (at("spec", "serviceAccountName"), #""default""#),
                (at("spec", "enableServiceLinks"), "true"), (at("spec", "hostPID"), nil),
                (at("spec", "volumes", "0", "emptyDir"), "{}"), (at("spec", "volumes", "1", "emptyDir"), nil),
                (at("spec", "volumes", "1", "secret", "defaultMode"), "420"),
                (at("spec", "containers", "0", "imagePullPolicy"), #""Always""#),
                (at("spec", "containers", "0", "terminationMessagePolicy"), #""File""#),
                (at("spec", "containers", "0", "ports", "0", "protocol"), #""TCP""#),
                (at("spec", "containers", "0", "ports", "0", "hostPort"), nil),
                (at("spec", "containers", "0", "livenessProbe", "httpGet", "scheme"), #""HTTP""#),
                (at("spec", "containers", "0", "livenessProbe", "periodSeconds"), "10"),
                (at("spec", "containers", "0", "securityContext"), nil),
                (at("spec", "containers", "0", "env", "0", "value"), nil),
            ]),
        // The API server gives out addresses before policies are asked (pkg/registry/core/service/storage/alloc.go); what it
        // gives is not known, and what follows from what is written is.
        DefaultCase(
            name: "a headless Service",
            object:
                #"{"apiVersion": "v1", "kind": "Service", "spec": {"clusterIP": "None", "selector": {"app": "a"}}}"#,
            expected: [
                (at("spec", "clusterIPs", "0"), #""None""#), (at("spec", "ipFamilyPolicy"), #""SingleStack""#),
                (at("spec", "ipFamilies"), nil),
            ]),
        DefaultCase(
            name: "a headless Service without a selector",
            object: #"{"apiVersion": "v1", "kind": "Service", "spec": {"clusterIP": "None"}}"#,
            expected: [(at("spec", "ipFamilyPolicy"), #""RequireDualStack""#)]),
        DefaultCase(
            name: "a Service with an address",
            object: #"{"apiVersion": "v1", "kind": "Service", "spec": {"clusterIP": "fd00::1"}}"#,
            expected: [
                (at("spec", "clusterIPs", "0"), #""fd00::1""#), (at("spec", "ipFamilies", "0"), #""IPv6""#),
                (at("spec", "ipFamilyPolicy"), #""SingleStack""#),
            ]),
        DefaultCase(
            name: "a Service that is a name elsewhere",
            object:
                #"{"apiVersion": "v1", "kind": "Service", "spec": {"type": "ExternalName", "externalName": "a.b"}}"#,
            expected: [(at("spec", "ipFamilyPolicy"), nil), (at("spec", "clusterIPs"), nil)]),
        // SetDefaults_ExactDeviceRequest and SetDefaults_DeviceSubRequest of pkg/apis/resource/v1/defaults.go.
        DefaultCase(
            name: "a claim of devices",
            object:
                #"{"apiVersion": "resource.k8s.io/v1", "kind": "ResourceClaim", "spec": {"devices": {"requests": [{"name": "a", "exactly": {"deviceClassName": "g"}}, {"name": "b", "firstAvailable": [{"name": "c", "deviceClassName": "g", "allocationMode": "All"}]}]}}}"#,
            expected: [
                (at("spec", "devices", "requests", "0", "exactly", "allocationMode"), #""ExactCount""#),
                (at("spec", "devices", "requests", "0", "exactly", "count"), "1"),
                (at("spec", "devices", "requests", "0", "count"), nil),
                (at("spec", "devices", "requests", "1", "firstAvailable", "0", "count"), nil),
            ]),
        DefaultCase(
            name: "a template of claims, as v1beta1 writes it",
            object:
                #"{"apiVersion": "resource.k8s.io/v1beta1", "kind": "ResourceClaimTemplate", "spec": {"spec": {"devices": {"requests": [{"name": "a", "deviceClassName": "g"}]}}}}"#,
            expected: [
                (at("spec", "spec", "devices", "requests", "0", "allocationMode"), #""ExactCount""#),
                (at("spec", "spec", "devices", "requests", "0", "count"), "1"),
            ]),
        DefaultCase(
            // pkg/apis/core/v1/defaults.go of 1.33 and later sets none.
            name: "a container says nothing of its own about resizing",
            object:
                #"{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"name": "c", "image": "a:1", "resources": {"limits": {"cpu": "1"}}}]}}"#,
            expected: [(at("spec", "containers", "0", "resizePolicy"), nil)]),
        DefaultCase(
            name: "a Pod on the node's network",
            object:
                #"{"apiVersion": "v1", "kind": "Pod", "spec": {"hostNetwork": true, "containers": [{"name": "c", "image": "a:1", "ports": [{"containerPort": 80}], "resources": {"limits": {"cpu": "1"}}}]}}"#,
            expected: [
                (at("spec", "containers", "0", "ports", "0", "hostPort"), "80"),
                (at("spec", "containers", "0", "imagePullPolicy"), #""IfNotPresent""#),
                (at("spec", "containers", "0", "resources", "requests", "cpu"), #""1""#),
            ]),
        DefaultCase(
            name: "amounts in their shortest form, numbers as texts, what is limited requested",
            object:
                #"{"apiVersion": "v1", "kind": "Pod", "spec": {"volumes": [{"name": "v", "emptyDir": {"sizeLimit": "1024Mi"}}], "containers": [{"name": "c", "image": "a:1", "resources": {"limits": {"cpu": 0.5, "memory": "1536Mi", "x/y": 2}, "requests": {"cpu": "100m"}}}]}}"#,
            expected: [
                (at("spec", "volumes", "0", "emptyDir", "sizeLimit"), #""1Gi""#),
                (at("spec", "containers", "0", "resources", "limits", "cpu"), #""500m""#),
                (at("spec", "containers", "0", "resources", "limits", "memory"), #""1536Mi""#),
                (at("spec", "containers", "0", "resources", "limits", "x/y"), #""2""#),
                (at("spec", "containers", "0", "resources", "requests", "cpu"), #""100m""#),
                (at("spec", "containers", "0", "resources", "requests", "memory"), #""1536Mi""#),
            ]),
        DefaultCase(
            name: "amounts of a template, and of a claim",
            object: deployment(
                "",
                template:
                    #"{"containers": [{"name": "c", "image": "a:1", "resources": {"limits": {"cpu": 2}}}]}"#),
            expected: [
                (at("spec", "template", "spec", "containers", "0", "resources", "limits", "cpu"), #""2""#),
                (at("spec", "template", "spec", "containers", "0", "resources", "requests"), nil),
            ]),
        DefaultCase(
            name: "a template is completed less",
            object: deployment(
                "",
                template:
                    #"{"hostNetwork": true, "serviceAccount": "old", "containers": [{"name": "c", "image": "a@sha256:0", "ports": [{"containerPort": 80}]}]}"#
            ),
            expected: [
                (at("spec", "replicas"), "1"), (at("spec", "strategy", "rollingUpdate", "maxSurge"), #""25%""#),
                (at("spec", "progressDeadlineSeconds"), "600"), (at("spec", "template", "metadata"), "{}"),
                (at("spec", "template", "spec", "enableServiceLinks"), nil),
                (at("spec", "template", "spec", "serviceAccountName"), #""old""#),
                (at("spec", "template", "spec", "containers", "0", "ports", "0", "hostPort"), nil),
                (at("spec", "template", "spec", "containers", "0", "imagePullPolicy"), #""IfNotPresent""#),
            ]),
        DefaultCase(
            name: "what is written stays",
            object: deployment(#", "replicas": 0, "strategy": {"type": "Recreate"}"#),
            expected: [
                (at("spec", "replicas"), "0"), (at("spec", "strategy", "type"), #""Recreate""#),
                (at("spec", "strategy", "rollingUpdate"), nil),
            ]),
        DefaultCase(
            name: "a Job, and one that may run several at once",
            object: #"{"apiVersion": "batch/v1", "kind": "Job", "spec": {"parallelism": 3, "template": {}}}"#,
            expected: [
                (at("spec", "completions"), nil), (at("spec", "parallelism"), "3"), (at("spec", "backoffLimit"), "6"),
            ]),
        DefaultCase(
            name: "a CronJob",
            object:
                #"{"apiVersion": "batch/v1", "kind": "CronJob", "spec": {"jobTemplate": {"spec": {"template": {"spec": {"containers": []}}}}}}"#,
            expected: [
                (at("spec", "concurrencyPolicy"), #""Allow""#), (at("spec", "successfulJobsHistoryLimit"), "3"),
                (at("spec", "jobTemplate", "spec", "backoffLimit"), nil),
                (at("spec", "jobTemplate", "spec", "template", "spec", "dnsPolicy"), #""ClusterFirst""#),
            ]),
        DefaultCase(
            name: "a Service",
            object:
                #"{"apiVersion": "v1", "kind": "Service", "spec": {"type": "LoadBalancer", "ports": [{"port": 80}]}}"#,
            expected: [
                (at("spec", "sessionAffinity"), #""None""#), (at("spec", "allocateLoadBalancerNodePorts"), "true"),
                (at("spec", "ports", "0", "targetPort"), "80"), (at("spec", "ports", "0", "protocol"), #""TCP""#),
            ]),
        DefaultCase(
            name: "a Secret's plain texts are shown encoded",
            object:
                #"{"apiVersion": "v1", "kind": "Secret", "metadata": {"name": "s"}, "data": {"a": "eA==", "c": "eQ=="}, "stringData": {"a": "hello", "b": "1"}}"#,
            expected: [
                (at("stringData"), nil), (at("data", "a"), #""aGVsbG8=""#), (at("data", "b"), #""MQ==""#),
                (at("data", "c"), #""eQ==""#), (at("type"), #""Opaque""#),
            ]),
        DefaultCase(
            name: "what is null or empty, at whatever depth",
            object:
                #"{"apiVersion": "v1", "kind": "Pod", "metadata": {"name": "p", "labels": null, "annotations": {}, "creationTimestamp": null}, "spec": {"affinity": {"nodeAffinity": null}, "tolerations": null, "containers": [{"name": "c", "image": "a:1", "ports": [], "command": null, "securityContext": {"privileged": null, "capabilities": {"add": []}}}]}}"#,
            expected: [
                (at("metadata", "labels"), nil), (at("metadata", "annotations"), nil),
                (at("metadata", "creationTimestamp"), nil), (at("spec", "affinity"), "{}"),
                (at("spec", "containers", "0", "ports"), nil), (at("spec", "containers", "0", "command"), nil),
                (at("spec", "containers", "0", "securityContext", "privileged"), nil),
                (at("spec", "containers", "0", "securityContext", "capabilities"), "{}"),
            ]),
        DefaultCase(
            name: "a label without a value is an empty one",
            object:
                #"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c", "labels": {"a": null}}, "data": {"b": null}}"#,
            expected: [(at("metadata", "labels", "a"), #""""#), (at("data", "b"), #""""#)]),
        DefaultCase(
            name: "a strategy that is named and not described",
            object: deployment(#", "strategy": {"type": "RollingUpdate"}"#),
            expected: [(at("spec", "strategy", "rollingUpdate", "maxUnavailable"), #""25%""#)]),
        DefaultCase(
            name: "a strategy that is described in part",
            object: deployment(#", "paused": false, "strategy": {"rollingUpdate": {"maxSurge": 1}}"#),
            expected: [
                (at("spec", "strategy", "type"), #""RollingUpdate""#), (at("spec", "paused"), nil),
                (at("spec", "strategy", "rollingUpdate", "maxSurge"), "1"),
                (at("spec", "strategy", "rollingUpdate", "maxUnavailable"), #""25%""#),
            ]),
        DefaultCase(
            name: "a StatefulSet",
            object:
                #"{"apiVersion": "apps/v1", "kind": "StatefulSet", "spec": {"updateStrategy": {"type": "RollingUpdate"}, "persistentVolumeClaimRetentionPolicy": {"whenDeleted": "Delete"}, "volumeClaimTemplates": [{"metadata": {"name": "v"}, "spec": {"resources": {"requests": {"storage": "1024Mi"}}}}]}}"#,
            expected: [
                (at("spec", "updateStrategy", "rollingUpdate"), nil),
                (at("spec", "persistentVolumeClaimRetentionPolicy", "whenDeleted"), #""Delete""#),
                (at("spec", "persistentVolumeClaimRetentionPolicy", "whenScaled"), #""Retain""#),
                (at("spec", "volumeClaimTemplates", "0", "kind"), #""PersistentVolumeClaim""#),
                (at("spec", "volumeClaimTemplates", "0", "spec", "volumeMode"), #""Filesystem""#),
                (at("spec", "volumeClaimTemplates", "0", "spec", "resources", "requests", "storage"), #""1Gi""#),
            ]),
        DefaultCase(
            name: "a DaemonSet's strategy, and volumes of its template",
            object:
                #"{"apiVersion": "apps/v1", "kind": "DaemonSet", "spec": {"updateStrategy": {"rollingUpdate": {"maxUnavailable": 2}}, "template": {"spec": {"containers": [{"name": "c", "image": "a:1", "livenessProbe": {"grpc": {"port": 1}}}], "volumes": [{"name": "e", "ephemeral": {"volumeClaimTemplate": {"spec": {}}}}, {"name": "d", "downwardAPI": {"items": [{"path": "a", "fieldRef": {"fieldPath": "metadata.name"}}]}}, {"name": "i", "image": {"reference": "a:latest"}}]}}}}"#,
            expected: [
                (at("spec", "updateStrategy", "rollingUpdate", "maxSurge"), "0"),
                (at("spec", "updateStrategy", "rollingUpdate", "maxUnavailable"), "2"),
                (at("spec", "template", "spec", "containers", "0", "livenessProbe", "grpc", "service"), #""""#),
                (
                    at(
                        "spec", "template", "spec", "volumes", "0", "ephemeral", "volumeClaimTemplate", "spec",
                        "volumeMode"), #""Filesystem""#
                ),
                (
                    at(
                        "spec", "template", "spec", "volumes", "1", "downwardAPI", "items", "0", "fieldRef",
                        "apiVersion"),
                    #""v1""#
                ),
                (at("spec", "template", "spec", "volumes", "2", "image", "pullPolicy"), #""Always""#),
            ]),
        DefaultCase(
            name: "a Job of indexes, with the labels of its Pods",
            object:
                #"{"apiVersion": "batch/v1", "kind": "Job", "metadata": {"name": "j"}, "spec": {"backoffLimitPerIndex": 1, "podFailurePolicy": {"rules": [{"action": "Ignore", "onPodConditions": [{"type": "DisruptionTarget"}]}]}, "template": {"metadata": {"labels": {"a": "b"}}}}}"#,
            expected: [
                (at("metadata", "labels", "a"), #""b""#), (at("spec", "backoffLimit"), "2147483647"),
                (at("spec", "podReplacementPolicy"), #""Failed""#),
                (
                    at("spec", "podFailurePolicy", "rules", "0", "onPodConditions", "0", "status"), #""True""#
                ),
            ]),
        DefaultCase(
            name: "a ReplicationController selects the Pods of its template",
            object:
                #"{"apiVersion": "v1", "kind": "ReplicationController", "metadata": {"name": "r", "labels": {"own": "x"}}, "spec": {"selector": {}, "template": {"metadata": {"labels": {"a": "b"}}}}}"#,
            expected: [
                (at("metadata", "labels", "a"), nil), (at("spec", "selector", "a"), #""b""#),
            ]),
        DefaultCase(
            name: "a Service that clients stay with, reached from outside",
            object:
                #"{"apiVersion": "v1", "kind": "Service", "spec": {"externalIPs": ["192.0.2.1"], "sessionAffinity": "ClientIP", "selector": {}, "ports": [{"port": 80, "targetPort": 0}]}}"#,
            expected: [
                (at("spec", "externalTrafficPolicy"), #""Cluster""#), (at("spec", "selector"), nil),
                (at("spec", "internalTrafficPolicy"), #""Cluster""#),
                (at("spec", "sessionAffinityConfig", "clientIP", "timeoutSeconds"), "10800"),
                (at("spec", "ports", "0", "targetPort"), "80"),
            ]),
        DefaultCase(
            name: "a Service that is another name",
            object:
                #"{"apiVersion": "v1", "kind": "Service", "spec": {"type": "ExternalName", "externalName": "a.example"}}"#,
            expected: [(at("spec", "internalTrafficPolicy"), nil), (at("spec", "externalTrafficPolicy"), nil)]),
        DefaultCase(
            name: "an autoscaler",
            object:
                #"{"apiVersion": "autoscaling/v2", "kind": "HorizontalPodAutoscaler", "spec": {"maxReplicas": 3, "behavior": {"scaleDown": {"stabilizationWindowSeconds": 10}}}}"#,
            expected: [
                (at("spec", "minReplicas"), "1"),
                (at("spec", "metrics", "0", "resource", "target", "averageUtilization"), "80"),
                (at("spec", "behavior", "scaleUp", "selectPolicy"), #""Max""#),
                (at("spec", "behavior", "scaleDown", "stabilizationWindowSeconds"), "10"),
                (at("spec", "behavior", "scaleDown", "policies", "0", "value"), "100"),
            ]),
        DefaultCase(
            name: "a Namespace bears its name",
            object: #"{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": "n", "labels": {"a": "b"}}}"#,
            expected: [
                (at("metadata", "labels", "kubernetes.io/metadata.name"), #""n""#),
                (at("metadata", "labels", "a"), #""b""#), (at("spec", "finalizers", "0"), #""kubernetes""#),
            ]),
        DefaultCase(
            name: "limits of a namespace",
            object:
                #"{"apiVersion": "v1", "kind": "LimitRange", "spec": {"limits": [{"type": "Container", "max": {"cpu": 1}, "min": {"memory": "1024Ki"}}, {"type": "Pod", "max": {"cpu": 4}}]}}"#,
            expected: [
                (at("spec", "limits", "0", "default", "cpu"), #""1""#),
                (at("spec", "limits", "0", "defaultRequest", "cpu"), #""1""#),
                (at("spec", "limits", "0", "defaultRequest", "memory"), #""1Mi""#),
                (at("spec", "limits", "1", "default"), nil),
            ]),
        DefaultCase(
            name: "a webhook",
            object:
                #"{"apiVersion": "admissionregistration.k8s.io/v1", "kind": "MutatingWebhookConfiguration", "webhooks": [{"name": "a.example.com", "clientConfig": {"service": {"name": "a", "namespace": "b"}}, "rules": [{"operations": ["CREATE"]}]}]}"#,
            expected: [
                (at("webhooks", "0", "failurePolicy"), #""Fail""#), (at("webhooks", "0", "timeoutSeconds"), "10"),
                (at("webhooks", "0", "matchPolicy"), #""Equivalent""#),
                (at("webhooks", "0", "namespaceSelector"), "{}"), (at("webhooks", "0", "rules", "0", "scope"), #""*""#),
                (at("webhooks", "0", "clientConfig", "service", "port"), "443"),
                (at("webhooks", "0", "reinvocationPolicy"), #""Never""#),
            ]),
        DefaultCase(
            name: "a definition of a kind; its schema stays as it is",
            object:
                #"{"apiVersion": "apiextensions.k8s.io/v1", "kind": "CustomResourceDefinition", "spec": {"names": {"plural": "things", "kind": "Thing"}, "versions": [{"name": "v1", "schema": {"openAPIV3Schema": {"properties": {"a": {"default": null}, "b": {"enum": []}}}}}]}}"#,
            expected: [
                (at("spec", "names", "singular"), #""thing""#), (at("spec", "names", "listKind"), #""ThingList""#),
                (at("spec", "conversion", "strategy"), #""None""#),
                (at("spec", "versions", "0", "schema", "openAPIV3Schema", "properties", "a"), "{…}"),
                (at("spec", "versions", "0", "schema", "openAPIV3Schema", "properties", "b"), "{…}"),
            ]),
        DefaultCase(
            name: "a volume and a class of the cluster",
            object:
                #"{"apiVersion": "v1", "kind": "PersistentVolume", "spec": {"capacity": {"storage": "2048Mi"}, "hostPath": {"path": "/x"}}}"#,
            expected: [
                (at("spec", "persistentVolumeReclaimPolicy"), #""Retain""#),
                (at("spec", "volumeMode"), #""Filesystem""#), (at("spec", "capacity", "storage"), #""2Gi""#),
                (at("spec", "hostPath", "type"), #""""#),
            ]),
        DefaultCase(
            name: "a Pod of a class of the system, that tolerates something already",
            object:
                #"{"apiVersion": "v1", "kind": "Pod", "spec": {"priorityClassName": "system-node-critical", "tolerations": [{"key": "gpu", "operator": "Exists"}, {"key": "node.kubernetes.io/not-ready", "operator": "Exists", "effect": "NoExecute", "tolerationSeconds": 5}], "containers": []}}"#,
            expected: [
                (at("spec", "priority"), "2000001000"), (at("spec", "tolerations", "0", "key"), #""gpu""#),
                (at("spec", "tolerations", "1", "tolerationSeconds"), "5"),
                (at("spec", "tolerations", "2", "key"), #""node.kubernetes.io/unreachable""#),
                (at("spec", "tolerations", "3"), nil),
            ]),
        DefaultCase(
            name: "a Pod of a class of the cluster's own, that tolerates everything",
            object:
                #"{"apiVersion": "v1", "kind": "Pod", "spec": {"priorityClassName": "high", "tolerations": [{"operator": "Exists"}], "containers": []}}"#,
            expected: [
                (at("spec", "priority"), nil), (at("spec", "tolerations", "0", "operator"), #""Exists""#),
                (at("spec", "tolerations", "1"), nil),
            ]),
        DefaultCase(
            name: "resources of a Pod as a whole",
            object:
                #"{"apiVersion": "v1", "kind": "Pod", "spec": {"resources": {"limits": {"cpu": 2, "memory": "1Gi"}}, "initContainers": [{"name": "i", "restartPolicy": "Always", "resources": {"requests": {"cpu": "50m"}}}], "containers": [{"name": "a", "resources": {"requests": {"cpu": "250m"}}}, {"name": "b", "resources": {"limits": {"cpu": 0.5}}}]}}"#,
            expected: [
                (at("spec", "resources", "limits", "cpu"), #""2""#),
                // 250m + 500m, and 50m of the one that runs beside them.
                (at("spec", "resources", "requests", "cpu"), #""800m""#),
                (at("spec", "resources", "requests", "memory"), #""1Gi""#),
            ]),
    ]

    @Test("Defaults are put in, what is empty is left out", arguments: Self.cases)
    func defaults(_ case: DefaultCase) throws {
        try withJSON(`case`.object) { object in
            let completed = try #require(ObjectDefaults.complete(object))
            withExtendedLifetime(completed) {
                for (path, value) in `case`.expected {
                    #expect(Self.text(at: path, in: completed.root) == value, "\(JSONPath(path))")
                }
            }
        }
    }

    private static func text(at path: [JSONPath.Step], in root: JSONValue) -> String? {
        var at = root
        for step in path {
            let next =
                switch step {
                case .key(let key): at.member(JSONKey(key))
                case .position(let position): at[position]
                }
            guard let next else { return nil }
            at = next
        }
        switch at.kind {
        case .string: return at.string.map { "\"\($0)\"" }
        case .bool: return at.bool.map { "\($0)" }
        case .object: return at.count == 0 ? "{}" : "{…}"
        default: return at.int64.map { "\($0)" }
        }
    }

    /// Images, and when they are pulled where nobody says: `SetDefaults_Container` and `ParseImageName`.
    private static let pulls: [(image: String, policy: String)] = [
        ("nginx", "Always"), ("nginx:latest", "Always"), ("nginx:1", "IfNotPresent"),
        ("localhost:5000/nginx", "Always"), ("r.example:5000/a/b:latest", "Always"),
        ("nginx@sha256:" + String(repeating: "a", count: 64), "IfNotPresent"),
        // A tag counts beside a digest.
        ("nginx:latest@sha256:" + String(repeating: "a", count: 64), "Always"),
        // These are no references of images, and so have no tag.
        ("nginx:latest@sha256:abc", "IfNotPresent"), ("Nginx", "IfNotPresent"), ("nginx:", "IfNotPresent"),
        ("Registry/nginx", "Always"), ("", "IfNotPresent"),
    ]

    @Test("Images are pulled as their tags say", arguments: Self.pulls)
    func pullPolicy(_ image: String, _ policy: String) throws {
        let pod = #"{"apiVersion": "v1", "kind": "Pod", "spec": {"containers": [{"image": "\#(image)"}]}}"#
        try withJSON(pod) { object in
            let completed = try #require(ObjectDefaults.complete(object))
            withExtendedLifetime(completed) {
                let path = Self.at("spec", "containers", "0", "imagePullPolicy")
                #expect(Self.text(at: path, in: completed.root) == "\"\(policy)\"")
            }
        }
    }

    @Test("An object is put into the namespace of its request")
    func namespace() throws {
        for (written, expected) in [("", "team"), (#", "namespace": "own""#, "own")] {
            try withJSON(#"{"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "c"\#(written)}}"#) {
                let completed = try #require(ObjectDefaults.complete($0, in: "team"))
                withExtendedLifetime(completed) {
                    #expect(Self.text(at: Self.at("metadata", "namespace"), in: completed.root) == "\"\(expected)\"")
                }
            }
        }
    }

    @Test("Of objects of other kinds only the metadata are completed")
    func others() throws {
        let custom =
            #"{"apiVersion": "example.com/v1", "kind": "Pod", "metadata": {"name": "p", "labels": {}}, "spec": {"a": null, "b": []}, "c": null}"#
        try withJSON(custom) { object in
            let completed = try #require(ObjectDefaults.complete(object, in: "team"))
            #expect(
                String(decoding: completed.bytes, as: UTF8.self)
                    == #"{"apiVersion":"example.com/v1","kind":"Pod","metadata":{"name":"p","namespace":"team"},"spec":{"a":null,"b":[]},"c":null}"#
            )
        }
        try withJSON("[]") { #expect(ObjectDefaults.complete($0) == nil) }
    }

    @Test("Completing twice changes nothing")
    func idempotence() throws {
        for entry in Self.cases {
            try withJSON(entry.object) { object in
                let once = try #require(ObjectDefaults.complete(object))
                let twice = try #require(ObjectDefaults.complete(once.root))
                #expect(Array(once.bytes) == Array(twice.bytes))
            }
        }
    }
}
