import SecurityEvents
import TestSupport
import Testing

@testable import Rules

@Suite("Lint of rules")
struct RuleLintTests {
    private func lint(_ files: [RuleFile], sources: Set<SourceType> = Set(SourceType.allCases)) throws -> [LintFinding]
    {
        try RuleLint(RuleLibrary(layers: [files], keepSound: true), files: files, sources: sources).run()
    }

    /// What is said of a Sigma rule about audit records, as `line check severity`.
    private func said(of detection: String) throws -> [String] {
        let text = """
            title: Sample
            logsource: {product: kubernetes, service: audit}
            detection:
            \(detection.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
            """
        return try lint([RuleFile(name: "s.yml", path: "rules/s.yml", text: text)]).map {
            "\($0.line) \($0.check.rawValue) \($0.severity.rawValue)"
        }
    }

    static let cases: [(detection: String, expected: [String])] = [
        ("sel: {verb: create, objectRef.resource: pods}\ncondition: sel", []),
        ("sel: {requestObject.spec.containers.securityContext.privileged: true}\ncondition: sel", []),
        ("sel: {requestObject.metadata.labels.app.kubernetes.io/name: x}\ncondition: sel", []),
        ("sel: {requestObject.spec.anything.of.a.custom.resource: x}\ncondition: sel", []),
        ("sel: {annotations.authorization.k8s.io/decision: allow}\ncondition: sel", []),
        (
            "sel: {objectRef.resource: widgets, requestObject.spec.size: 3}\ncondition: sel",
            ["4 unknown-resource warning"]
        ),
        ("sel: {verb: replace}\ncondition: sel", ["4 never-fires error", "4 unknown-verb warning"]),
        ("sel: {verb: [create, replace]}\ncondition: sel", ["4 unknown-verb warning"]),
        ("sel: {hostPath: '*'}\ncondition: sel", ["4 never-fires error", "4 unknown-field warning"]),
        ("sel: {hostPath: '*'}\nother: {verb: get}\ncondition: 1 of them", ["4 unknown-field warning"]),
        ("sel: {responseStatus.code: ALLOW}\ncondition: sel", ["4 impossible-value warning", "4 never-fires error"]),
        ("sel: {responseStatus.code: '403'}\ncondition: sel", []),
        ("sel: {level: Metdata}\ncondition: sel", ["4 impossible-value warning", "4 never-fires error"]),
        ("sel: {stage: responsecomplete}\ncondition: sel", []),
        ("sel: {objectRef.resource: pod}\ncondition: sel", ["4 never-fires error", "4 unknown-resource warning"]),
        ("sel: {objectRef: pods}\ncondition: sel", ["4 impossible-value warning", "4 never-fires error"]),
        (
            "sel: {objectRef.resource: deployments, requestObject.spec.containers.image: x}\ncondition: sel",
            ["4 never-fires error", "4 unknown-field warning"]
        ),
        (
            "sel: {objectRef.resource: deployments, requestObject.spec.template.spec.containers.image: x}\ncondition: sel",
            []
        ),
        ("sel: {objectRef.resource: deployments, requestObject.spec.replicas: 0}\ncondition: sel", []),
        ("a: {verb: create}\nb: {verb: delete}\ncondition: a and b", ["4 never-fires error"]),
        ("a: {verb: create}\ncondition: a and not a", ["4 never-fires error"]),
        ("a: {verb: create}\ncondition: a or not a", ["4 always-true error"]),
        ("a: {verb: '*'}\ncondition: a", ["4 always-true error"]),
        ("a: {verb|exists: true}\ncondition: not a", ["4 never-fires error"]),
        ("a: {verb: create}\nb: {verb: get}\ncondition: a", ["4 unused-selection warning"]),
        ("a: {verb: create, objectRef.subresource: exec}\ncondition: a", ["4 narrow-verb warning"]),
        ("a: {verb: [create, get], objectRef.subresource: exec}\ncondition: a", []),
        ("a: {userAgent|contains: curl}\ncondition: b", ["5 fault error"]),
    ]

    @Test("What cannot work is named at its line, and nothing else is", arguments: cases)
    func condition(_ sample: (detection: String, expected: [String])) throws {
        #expect(try said(of: sample.detection).sorted() == sample.expected.sorted())
    }

    @Test("A field that stands elsewhere in the record is named with its place")
    func hint() throws {
        let text = """
            title: Sample
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {apiGroup: apps}, condition: sel}
            """
        let found = try lint([RuleFile(name: "s.yml", path: "rules/s.yml", text: text)])
        let fields = found.filter { $0.check == .unknownField }
        #expect(
            fields.map(\.message) == [
                "no audit record has a field 'apiGroup'; in the record it is objectRef.apiGroup"
            ])
        #expect(fields.first?.column == 19)
    }

    @Test("Ids that are there twice, pages that are missing, sources that there are not")
    func files() throws {
        let one = ruleFile(ruleText(), folder: "one")
        let two = ruleFile(ruleText(), folder: "two")
        let page = RuleFile(name: "one/page.md", path: "t1610/one/page.md", text: "# One")
        let found = try lint([one, two, page], sources: [.kubernetesEvent])
        #expect(found.map(\.check).contains(.fault))
        #expect(found.filter { $0.check == .missingPage }.map(\.rule) == ["two"])
        let docker = ruleFile(ruleText(detection: "\n  cel: event.platform == 'docker' && container.privileged"))
        #expect(try lint([docker], sources: [.kubernetesAudit]).contains { $0.check == .noSource && $0.line == 5 })
        #expect(try !lint([docker], sources: [.dockerEvents]).contains { $0.check == .noSource })
    }

    @Test("The shipped rules have nothing against them")
    func shipped() throws {
        let files = RuleFile.embedded
        let found = try lint(files)
        #expect(found.filter { $0.severity >= .warning } == [])
    }

    @Test("The rules of the field that cannot fire are named", .enabled(if: SharedFolder.path != nil))
    func corpus() throws {
        let files = SharedFolder.files("data/corpora/rules/sigma", suffix: ".yml").compactMap { name in
            SharedFolder.contents(name).map {
                RuleFile(name: name, path: name, text: String(decoding: $0, as: UTF8.self))
            }
        }
        let found = try lint(files)
        // What was found by reading the rules beside the API's types.
        #expect(
            Set(found.filter { $0.check == .neverFires }.map(\.rule)) == [
                "kubernetes_audit_hostpath_mount", "kubernetes_audit_potential_enumeration_activity",
                "kubernetes_audit_privileged_pod_creation", "kubernetes_audit_rbac_permisions_listing",
                "kubernetes_audit_sidecar_injection",
            ])
        #expect(Set(found.filter { $0.check == .unknownVerb }.map(\.rule)).count == 4)
        #expect(found.filter { $0.check == .waits }.count == 2)
    }
}
