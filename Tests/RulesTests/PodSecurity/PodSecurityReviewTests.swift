import JSONView
import Rules
import TestSupport
import Testing

@Suite("Pod Security admission")
struct PodSecurityReviewTests {
    private func review(
        _ object: String, old: String? = nil, resource: String = "pods", subresource: String? = nil,
        user: String = "eve",
        labels: [String: String], exemptions: PodSecurity.Exemptions = .init()
    ) throws -> PodSecurity.Review {
        try withJSON(object) { object in
            try withJSON(old ?? "null") { old in
                PodSecurity.review(
                    .init(
                        resource: resource, subresource: subresource, isUpdate: old.kind == .object, name: "p",
                        namespace: "n", user: user, object: object, oldObject: old.kind == .object ? old : nil),
                    labels: labels, exemptions: exemptions)
            }
        }
    }

    private let privileged =
        #"{"kind": "Pod", "spec": {"containers": [{"name": "c", "image": "i", "securityContext": {"privileged": true}}]}}"#
    private let deployment =
        #"{"kind": "Deployment", "spec": {"template": {"spec": {"hostPID": true, "containers": []}}}}"#

    @Test("A Pod is refused in the API server's words")
    func refusal() throws {
        let review = try review(
            privileged,
            labels: [
                "pod-security.kubernetes.io/enforce": "baseline", "pod-security.kubernetes.io/enforce-version": "v1.30",
                "pod-security.kubernetes.io/warn": "baseline",
            ])
        #expect(
            review.denial
                == #"pods "p" is forbidden: violates PodSecurity "baseline:v1.30": privileged (container "c" must not set securityContext.privileged=true)"#
        )
        #expect(review.warnings.isEmpty, "who is refused is not warned as well")
        #expect(review.auditAnnotations == ["enforce-policy": "baseline:v1.30"])
    }

    @Test("What makes Pods is warned about and noted, not refused")
    func controller() throws {
        let labels = ["enforce", "warn", "audit"].reduce(into: [:]) {
            $0["pod-security.kubernetes.io/\($1)"] = "baseline"
        }
        let review = try review(deployment, resource: "deployments", labels: labels)
        let words = #"would violate PodSecurity "baseline:latest": host namespaces (hostPID=true)"#
        #expect(review.isAllowed)
        #expect(review.warnings == [words])
        #expect(review.auditAnnotations == ["audit-violations": words])
        #expect(review.place.description == "spec.template")
        #expect(review.concerns.flatMap(\.fields).map(\.description) == ["spec.hostPID"])
    }

    @Test(
        "Without a level for warnings, a stricter one that is enforced warns",
        arguments: [
            (["enforce": "baseline"], "baseline:latest"),
            (["enforce": "baseline", "enforce-version": "v1.22"], "baseline:v1.22"),
            (["enforce": "baseline", "enforce-version": "v1.22", "warn-version": "latest"], "baseline:latest"),
            (["enforce": "baseline", "warn-version": "v1.23"], "baseline:v1.23"),
            (["enforce": "baseline", "warn": "restricted"], "restricted:latest"),
            (["enforce": "baseline", "warn": "privileged"], "privileged:latest"),
            (["enforce": "baseline", "warn": "foo"], "privileged:latest"),
            (["enforce": "foo"], "privileged:latest"), (["audit": "restricted"], "privileged:latest"),
        ])
    func warningLevel(_ labels: [String: String], _ expected: String) {
        let labels = Dictionary(uniqueKeysWithValues: labels.map { ("pod-security.kubernetes.io/\($0)", $1) })
        let policy = PodSecurity.NamespacePolicy.read(labels).policy
        #expect(policy.warn.description == expected)
        #expect(policy.audit.level == (labels["pod-security.kubernetes.io/audit"] == nil ? .privileged : .restricted))
    }

    @Test("A level that does not exist is restricted when enforced, and said")
    func faultyLabel() throws {
        let review = try review(privileged, labels: ["pod-security.kubernetes.io/enforce": "strict"])
        #expect(review.denial?.contains(#"violates PodSecurity "restricted:latest""#) == true)
        #expect(
            review.auditAnnotations["error"]
                == "Failed to parse policy: metadata.labels[pod-security.kubernetes.io/enforce]: Invalid value: \"strict\": must be one of privileged, baseline, restricted"
        )
    }

    @Test("The exempt are left alone")
    func exemptions() throws {
        let labels = ["pod-security.kubernetes.io/enforce": "baseline"]
        for exemptions in [
            PodSecurity.Exemptions(usernames: ["eve"]), .init(namespaces: ["n"]),
        ] {
            #expect(try review(privileged, labels: labels, exemptions: exemptions).isAllowed)
        }
        #expect(try !review(privileged, labels: labels, exemptions: .init(usernames: ["adam"])).isAllowed)
    }

    @Test("An update that changes nothing of what is looked at goes through; an added container does not")
    func updates() throws {
        let labels = ["pod-security.kubernetes.io/enforce": "baseline"]
        #expect(try review(privileged, old: privileged, labels: labels).isAllowed)
        let before = #"{"kind": "Pod", "spec": {"containers": [{"name": "c", "image": "i"}]}}"#
        let debugged =
            #"{"kind": "Pod", "spec": {"containers": [{"name": "c", "image": "i"}], "ephemeralContainers": [{"name": "d", "image": "i", "securityContext": {"privileged": true}}]}}"#
        #expect(
            try !review(debugged, old: before, subresource: "ephemeralcontainers", labels: labels).isAllowed)
        #expect(try review(privileged, subresource: "exec", labels: labels).isAllowed)
    }
}
