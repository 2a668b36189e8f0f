import Detection
import Foundation
import Rules
import SecurityEvents
import Testing

/// What a rule in Falco's words looks past, as it does in Falco, and what the shipped rules say of it.
@Suite("What Falco's rules miss")
struct FalcoBlindSpotTests {
    private static let rule = """
        - rule: Privileged in Falco's words
          desc: a pod with a privileged container is created
          condition: >
            jevt.value[/stage] = ResponseComplete and ka.verb = create and ka.target.resource = pods
            and not ka.target.subresource exists and ka.req.pod.containers.privileged intersects (true)
          output: "%ka.user.name"
          priority: WARNING
          source: k8s_audit
        """

    /// The names of the rules that fire, Falco's as "falco".
    private func fired(_ record: String) throws -> Set<String> {
        let file = RuleFile(name: "falco.yaml", path: "rules/falco.yaml", text: Self.rule)
        var detector = Detector(library: try RuleLibrary(layers: [RuleFile.embedded, [file]]))
        var names: Set<String> = []
        var reader = LogReader()
        Data(record.utf8).withUnsafeBytes { bytes in
            reader.read(bytes, at: SourcePosition(name: "record", line: 1)) { event in
                for finding in detector.observe(event) {
                    names.insert(finding.ruleName == "privileged-in-falco-s-words" ? "falco" : finding.ruleName)
                }
            }
        }
        #expect(detector.statistics.failures.isEmpty)
        return names
    }

    @Test("A privileged Pod is found by both, and so is one whose record is larger than the plugin takes")
    func pods() throws {
        let small = Audit.event(
            "create", "pods", "web", by: "mary", id: "1", object: Audit.object("Pod", "web", privileged: true),
            code: 201)
        #expect(try fired(small).isSuperset(of: ["falco", "privileged-container"]))
        let padding = #"[{"name":"PADDING","value":"\#(String(repeating: "a b ", count: 100_000))"}]"#
        let large = Audit.event(
            "create", "pods", "web", by: "mary", id: "2",
            object: Audit.object("Pod", "web", privileged: true, env: padding), code: 201)
        #expect(large.utf8.count > 262_144)
        #expect(try fired(large).isSuperset(of: ["falco", "privileged-container"]))
    }

    @Test("A Deployment's template is looked past by rules about pods")
    func templates() throws {
        let record = Audit.event(
            "create", "deployments", "web", by: "mary", id: "3",
            object: Audit.object("Deployment", "web", privileged: true), code: 201)
        let names = try fired(record)
        #expect(!names.contains("falco") && names.contains("privileged-container"))
    }

    @Test("So is a Pod that server-side apply creates")
    func serverSideApply() throws {
        let record = Audit.event(
            "patch", "pods", "web", by: "mary", id: "6", object: Audit.object("Pod", "web", privileged: true), code: 201
        )
        let names = try fired(record)
        #expect(!names.contains("falco") && names.contains("privileged-container"))
    }

    @Test("So is an ephemeral container that a patch adds")
    func ephemeralContainers() throws {
        let patch =
            #"{"spec":{"ephemeralContainers":[{"name":"debug","image":"busybox","securityContext":{"privileged":true}}]}}"#
        let record = Audit.event(
            "patch", "pods", "web", by: "mary", id: "4", object: patch, subresource: "ephemeralcontainers")
        let names = try fired(record)
        #expect(!names.contains("falco") && names.contains("ephemeral-container"))
    }

    @Test("And a request whose body the API server left out of its log")
    func truncated() throws {
        let record = Audit.event("create", "pods", "web", by: "mary", id: "5", code: 201)
            .replacing(#""auditID""#, with: #""annotations":{"audit.k8s.io/truncated":"true"},"auditID""#)
        let names = try fired(record)
        #expect(!names.contains("falco") && names.contains("body-missing"))
    }
}
