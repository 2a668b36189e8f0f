import Testing

@testable import Rules

@Suite("Detections as Sigma's selections")
struct SigmaConversionTests {
    private static let library = Result { try RuleLibrary.load() }

    private func converted(_ name: String) throws -> SigmaConversion {
        let library = try Self.library.get()
        let rule = try #require(library.rules.first { $0.rule.name == name })
        return try SigmaConversion(rule, lists: library.lists)
    }

    @Test(
        "Fields stand where the audit log has them, in every place of a Pod's description",
        arguments: [
            ("host-pid-namespace", "requestObject.spec.jobTemplate.spec.template.spec.hostPID: true"),
            (
                "privileged-container",
                "requestObject.spec.template.spec.initContainers.securityContext.privileged: true"
            ),
            ("runtime-socket-mount", "requestObject.spec.volumes.hostPath.path|endswith: ['docker.sock'"),
            ("dangerous-capability", "securityContext.capabilities.add: ['ALL', 'CAP_ALL'"),
            ("direct-node-access", "objectRef.subresource: 'proxy'"),
            ("traces-deleted", "objectRef.resource: ['events', "),
            ("anonymous-deploy", "user.username: ['system:anonymous', 'system:unauthenticated']"),
        ])
    func places(_ name: String, _ part: String) throws {
        let made = try converted(name)
        #expect(made.detection.contains(part), "\(made.detection)")
    }

    @Test("What is left out is said, and whether the rule then finds more")
    func lost() throws {
        let made = try converted("privileged-container")
        #expect(made.lost.contains { $0.hasPrefix("finds more") && $0.contains("actor.controller") })
        #expect(made.lost.contains { $0.contains("one level for all") })
    }

    @Test(
        "A condition that no selection says is refused",
        arguments: ["download-and-run", "unknown-registry", "engine-plugin-installed", "reverse-shell"])
    func refused(_ name: String) throws {
        #expect(throws: PolicyConversion.Refusal.self) { try converted(name) }
    }

    @Test("Every rule that is written so is read again as a Sigma rule without fault")
    func readAgain() throws {
        let library = try Self.library.get()
        var selections = 0
        for rule in library.rules where rule.aggregation == nil {
            let text = try RuleConversion.sigma(rule, lists: library.lists)
            guard !text.contains("cel:") else { continue }
            selections += 1
            let again = try RuleLibrary(layers: [[RuleFile(name: "r.yml", path: "a/r.yml", text: text)]])
            #expect(
                again.rules.count == 1 && again.rules.first?.waitsFor.isEmpty == true, "\(rule.rule.name):\n\(text)")
        }
        #expect(selections >= 10)
    }
}
