import CEL
import JSONView
import SecurityEvents
import TestSupport
import Testing

@testable import Rules

@Suite("Rules as policies")
struct PolicyConversionTests {
    static let library = Result { try RuleLibrary.load() }

    private func rule(_ name: String) throws -> CompiledRule {
        try #require(try Self.library.get().rules.first { $0.rule.name == name })
    }

    /// Whether the policy made of a rule refuses an object's creation.
    private func refuses(_ name: String, _ object: String) throws -> Bool {
        let converted = try PolicyConversion(try rule(name), lists: try Self.library.get().lists)
        let variables = try PolicyVariables(RuleConversion.variables)
        let program = variables.environment.program(try variables.environment.compile(converted.validation))
        let policy = AdmissionPolicy(
            name: name, origin: .validatingAdmissionPolicy, file: "", line: 0, failurePolicy: .fail,
            selection: MatchResources(), variables: variables,
            validations: [.init(text: converted.validation, program: program, message: "refused")])
        return try withJSON(object) { value in
            let request = AdmissionRequest(
                kind: .init(group: "", version: "v1", kind: "Pod"),
                resource: .init(group: "", version: "v1", resource: "pods"), operation: .create, object: .object(value))
            let verdict = try #require(
                AdmissionPolicySet([policy], unbound: .deny).evaluate(request).first)
            #expect(verdict.outcome == .violated || verdict.outcome == .passed, "\(verdict)")
            return verdict.outcome == .violated
        }
    }

    private static func pod(_ container: String, _ more: String = "") -> String {
        #"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"p"},"spec":{"containers":[{"name":"a","image":"i@sha256:00"\#(container)}]\#(more)}}"#
    }

    private static func mount(_ path: String, _ more: String = "") -> String {
        pod(
            #","volumeMounts":[{"name":"v","mountPath":"/m"\#(more)}]"#,
            #","volumes":[{"name":"v","hostPath":{"path":"\#(path)"}}]"#)
    }

    @Test(
        "A converted rule refuses what the rule finds, in Pods and templates, and nothing else",
        arguments: [
            ("privileged-container", pod(#","securityContext":{"privileged":true}"#), true),
            ("privileged-container", pod(""), false),
            (
                "privileged-container",
                #"{"kind":"CronJob","spec":{"jobTemplate":{"spec":{"template":{"spec":{"containers":[],"initContainers":[{"name":"i","securityContext":{"privileged":true}}]}}}}}}"#,
                true
            ),
            ("dangerous-capability", pod(#","securityContext":{"capabilities":{"add":["cap_sys_admin"]}}"#), true),
            ("dangerous-capability", pod(#","securityContext":{"capabilities":{"add":["CHOWN"]}}"#), false),
            ("mutable-image-tag", #"{"kind":"Pod","spec":{"containers":[{"name":"a","image":"nginx:latest"}]}}"#, true),
            (
                "mutable-image-tag",
                #"{"kind":"Pod","spec":{"containers":[{"name":"a","image":"localhost:5000/nginx"}]}}"#, true
            ),
            (
                "mutable-image-tag", #"{"kind":"Pod","spec":{"containers":[{"name":"a","image":"nginx:1.25.3"}]}}"#,
                false
            ),
            ("mutable-image-tag", pod(""), false),
            ("windows-host-process", pod("", #","securityContext":{"windowsOptions":{"hostProcess":true}}"#), true),
            ("host-pid-namespace", pod("", #","hostPID":true"#), true), ("host-pid-namespace", pod(""), false),
            ("host-root-mount-writable", mount("/"), true), ("host-root-mount-writable", mount("//./"), true),
            ("host-root-mount-writable", mount("/", #","readOnly":true"#), false),
            ("host-root-mount-writable", mount("/data"), false),
            ("runtime-socket-mount", mount("/var/run/docker.sock"), true),
            ("runtime-socket-mount", mount("/run/containerd/"), true),
            ("runtime-socket-mount", mount("/var/log"), false),
            ("runtime-socket-mount", mount("/var/run/nri/nri.sock"), true),
            ("runtime-socket-mount", mount("/var/./run//docker.sock/"), true),
            ("runtime-socket-mount", mount("/run/./k3s/containerd/."), true),
            ("runtime-socket-mount", mount("/data/docker.sock.d/a"), false),
            ("host-root-mount-writable", mount("/./proc//1/root/."), true),
            ("host-root-mount-writable", mount("C:\\\\"), true),
            ("host-root-mount-writable", mount("/proc/1/roots"), false),
            ("sensitive-host-mount-writable", mount("/./etc/./cron.d/."), true),
            ("sensitive-host-mount-writable", mount("/etcetera"), false),
            ("unconfined-profile", pod(#","securityContext":{"seLinuxOptions":{"type":"spc_t"}}"#), true),
            ("unconfined-profile", pod(#","securityContext":{"seLinuxOptions":{"type":"container_t"}}"#), false),
            ("sensitive-host-mount-writable", mount("/etc/cron.d"), true),
            ("sensitive-host-mount-writable", mount("/etc"), true),
            ("sensitive-host-mount-writable", mount("/var/lib/kubelet/pods"), true),
            ("sensitive-host-mount-writable", mount("/data/etc"), false),
            ("unconfined-profile", pod("", #","securityContext":{"seccompProfile":{"type":"Unconfined"}}"#), true),
            (
                "unconfined-profile",
                pod(
                    #","securityContext":{"seccompProfile":{"type":"RuntimeDefault"}}"#,
                    #","securityContext":{"seccompProfile":{"type":"Unconfined"}}"#), false
            ),
        ])
    func policies(_ name: String, _ object: String, _ isRefused: Bool) throws {
        #expect(try refuses(name, object) == isRefused)
    }

    @Test("What a policy cannot say is refused with the reason, never left out in silence")
    func refusals() throws {
        let lists = try Self.library.get().lists
        for (name, part) in [
            ("download-and-run", "downloadsAndRuns"), ("cluster-admin-granted", "nothing of its condition"),
            ("unknown-registry", "image.registry"), ("static-pod", "workload.mirrorPod"),
        ] {
            do {
                _ = try PolicyConversion(try rule(name), lists: lists)
                Issue.record("\(name) was converted")
            } catch {
                #expect("\(error)".contains(part), "\(error)")
            }
        }
        let converted = try PolicyConversion(try rule("privileged-container"), lists: lists)
        #expect(converted.lost.contains { $0.contains("actor.controller") })
    }

    @Test("Documents are YAML that names the rule and what is lost; the envelope is read again as the same condition")
    func documents() throws {
        let rule = try rule("privileged-container")
        let text = try RuleConversion.policy(rule, lists: try Self.library.get().lists)
        #expect(text.contains("kind: ValidatingAdmissionPolicyBinding") && text.contains("# lost: "))
        // What takes a command apart is no selection: the envelope keeps the condition.
        let command = try self.rule("download-and-run")
        let envelope = try RuleConversion.sigma(command, lists: try Self.library.get().lists)
        let again = try RuleLibrary(
            layers: [
                RuleFile.embedded.filter { ListReader.isList($0) },
                [RuleFile(name: "r.yml", path: "a/r.yml", text: envelope)],
            ])
        #expect(again.rules.first?.condition.root.text == command.condition.root.text)
    }
}
