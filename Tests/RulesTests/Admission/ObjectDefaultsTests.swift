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

    @Test("Objects of other kinds stay as they are")
    func others() throws {
        try withJSON(#"{"apiVersion": "example.com/v1", "kind": "Pod", "spec": {}}"#) {
            #expect(ObjectDefaults.complete($0) == nil)
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
