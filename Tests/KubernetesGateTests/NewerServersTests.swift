import Testing

@testable import KubernetesGate

/// What Kubernetes 1.25 to 1.35 put into a Pod or a review and 1.20 did not know, by their documentation.
@Suite("Reviews of newer API servers")
struct NewerServersTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var name: String
        /// Members of the Pod's `spec` beside its container.
        var spec = ""
        /// Members of its container.
        var container = ""
        var verdict = "allow"
        var rule: String?
        var testDescription: String { name }
    }

    static let pods: [Case] = [
        Case(
            name: "sidecar",
            spec: #""initContainers":[{"name":"s","image":"registry.k8s.io/s:1.0.0","restartPolicy":"Always"}]"#),
        Case(
            name: "privileged sidecar",
            spec:
                #""initContainers":[{"name":"s","image":"registry.k8s.io/s:1.0.0","restartPolicy":"Always","securityContext":{"privileged":true}}]"#,
            verdict: "deny", rule: "privileged-container"),
        Case(
            name: "volume made of an image",
            spec: #""volumes":[{"name":"v","image":{"reference":"registry.k8s.io/m:1.0.0"}}]"#,
            container: #""volumeMounts":[{"name":"v","mountPath":"/v","subPath":"x"}]"#),
        Case(
            name: "certificate of the Pod and trust bundles",
            spec:
                #""volumes":[{"name":"v","projected":{"sources":[{"podCertificate":{"signerName":"a/b","keyType":"ED25519","credentialBundlePath":"c"}},{"clusterTrustBundle":{"name":"b","path":"p"}}]}}]"#,
            container: #""volumeMounts":[{"name":"v","mountPath":"/v","readOnly":true,"recursiveReadOnly":"Enabled"}]"#),
        Case(
            name: "host's folder beside newer kinds of volumes",
            spec: #""volumes":[{"name":"i","image":{"reference":"a"}},{"name":"h","hostPath":{"path":"/"}}]"#,
            container: #""volumeMounts":[{"name":"h","mountPath":"/h"}]"#, verdict: "deny",
            rule: "host-root-mount-writable"),
        Case(name: "own users", spec: #""hostUsers":false"#),
        Case(
            name: "own users and all of proc", spec: #""hostUsers":false"#,
            container: #""securityContext":{"procMount":"Unmasked"}"#, verdict: "warn", rule: "unmasked-proc"),
        Case(name: "resources of the Pod", spec: #""resources":{"requests":{"cpu":"1"},"limits":{"memory":"1Gi"}}"#),
        Case(
            name: "claims of devices",
            spec: #""resourceClaims":[{"name":"gpu","resourceClaimTemplateName":"t"}]"#,
            container: #""resources":{"claims":[{"name":"gpu","request":"r"}]}"#),
        Case(
            name: "resizing, restarts and stop signals",
            container:
                #""resizePolicy":[{"resourceName":"cpu","restartPolicy":"NotRequired"}],"restartPolicy":"Never","restartPolicyRules":[{"action":"Restart","exitCodes":{"operator":"In","values":[1]}}],"lifecycle":{"stopSignal":"SIGTERM","preStop":{"sleep":{"seconds":5}}}"#
        ),
        Case(
            name: "environment from files",
            spec: #""volumes":[{"name":"e","emptyDir":{}}]"#,
            container: #""env":[{"name":"A","valueFrom":{"fileKeyRef":{"volumeName":"e","path":"p","key":"k"}}}]"#),
        Case(
            name: "AppArmor by field", container: #""securityContext":{"appArmorProfile":{"type":"Unconfined"}}"#,
            verdict: "warn", rule: "unconfined-profile"),
        Case(
            name: "AppArmor of the Pod by field", spec: #""securityContext":{"appArmorProfile":{"type":"Unconfined"}}"#,
            verdict: "warn", rule: "unconfined-profile"),
        Case(
            name: "groups, labels of SELinux, gates, names",
            spec:
                #""securityContext":{"supplementalGroupsPolicy":"Strict","seLinuxChangePolicy":"Recursive"},"schedulingGates":[{"name":"a/b"}],"hostnameOverride":"h","os":{"name":"linux"},"setHostnameAsFQDN":true,"workloadRef":{"name":"w","podGroup":"p"}"#
        ),
        Case(
            name: "process of a Windows host", spec: #""os":{"name":"windows"},"hostNetwork":true"#,
            container: #""securityContext":{"windowsOptions":{"hostProcess":true}}"#, verdict: "deny",
            rule: "windows-host-process"),
        Case(
            name: "members that nobody knows yet", spec: #""aNewField":{"a":[1,2]},"b":null"#, container: #""c":[{}]"#),
    ]

    private static func object(_ wanted: Case) -> String {
        let parts = wanted.spec.isEmpty ? "" : ",\(wanted.spec)"
        let members = wanted.container.isEmpty ? "" : ",\(wanted.container)"
        return
            #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"web","namespace":"shop"},"spec":{"containers":[{"name":"web","image":"registry.k8s.io/web:1.0.0"\#(members)}]\#(parts)}}"#
    }

    @Test("is judged as expected, alone and as a template", arguments: pods)
    func judges(_ wanted: Case) throws {
        let pod = Self.object(wanted)
        let template =
            #"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"template":\#(pod)}}"#
        for review in [
            Review(object: pod), Review(resource: "deployments", group: "apps", object: template),
        ] {
            let answer = try TestGate().ask(review)
            #expect(answer.status == 200)
            #expect(answer.annotations["verdict"] == wanted.verdict, "\(answer.message) \(answer.warnings)")
            #expect(answer.annotations["unjudged"] == nil)
            if let rule = wanted.rule { #expect(answer.annotations["rules"]?.contains(rule) == true) }
        }
    }

    @Test("a resize changes no container, and the ephemeral one that is put in is judged")
    func parts() throws {
        let plain = Self.object(Case(name: ""))
        let resize = try TestGate().ask(
            Review(operation: "UPDATE", subresource: "resize", object: plain, oldObject: plain))
        #expect(resize.annotations["verdict"] == "allow")
        let put = Self.object(
            Case(
                name: "",
                spec:
                    #""ephemeralContainers":[{"name":"d","image":"registry.k8s.io/d:1.0.0","targetContainerName":"web","securityContext":{"privileged":true}}]"#
            ))
        let debug = try TestGate().ask(
            Review(operation: "UPDATE", subresource: "ephemeralcontainers", object: put, oldObject: plain))
        #expect(debug.annotations["verdict"] == "deny")
        #expect(debug.annotations["rules"]?.contains("privileged-container") == true)
    }

    @Test("a review with members that nobody knows, and with all options, is judged")
    func envelope() throws {
        let text = Review(object: pod(privileged: true)).json
        for changed in [
            text.replacing(
                #""options":null"#,
                with:
                    #""options":{"apiVersion":"meta.k8s.io/v1","kind":"CreateOptions","fieldManager":"kubectl","fieldValidation":"Strict","dryRun":["All"]}"#
            ),
            text.replacing(#""dryRun":false"#, with: #""dryRun":true,"aNewMember":{"a":1}"#),
            text.replacing(
                #""userInfo":{"#,
                with: #""userInfo":{"uid":"u","extra":{"authentication.kubernetes.io/credential-id":["JTI=x"]},"#),
            text.replacing(
                #""subResource":"""#,
                with:
                    #""requestKind":{"group":"","version":"v1","kind":"Pod"},"requestResource":{"group":"","version":"v1","resource":"pods"}"#
            ),
        ] {
            #expect(changed != text)
            let answer = try Answered(try TestGate().service.answer(request(changed)))
            #expect(answer.annotations["verdict"] == "deny")
        }
    }

    @Test("a volume that is the root of a node is refused, and one that a driver keeps is not")
    func volumes() throws {
        func volume(_ source: String) -> Review {
            Review(
                resource: "persistentvolumes", namespace: "", name: "v",
                object:
                    #"{"apiVersion":"v1","kind":"PersistentVolume","metadata":{"name":"v"},"spec":{"capacity":{"storage":"1Gi"},\#(source)}}"#
            )
        }
        let host = try TestGate().ask(volume(#""hostPath":{"path":"/"}"#))
        #expect(host.annotations["verdict"] == "deny")
        #expect(host.annotations["rules"]?.contains("host-path-volume") == true)
        #expect(
            try TestGate().ask(volume(#""csi":{"driver":"d","volumeHandle":"h"}"#)).annotations["verdict"] == "allow")
    }
}
