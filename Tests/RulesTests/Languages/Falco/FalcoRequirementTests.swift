import JSONView
import SecurityEvents
import Testing

@testable import Rules

@Suite("What the index asks of events for Falco's rules")
struct FalcoRequirementTests {
    private func requirement(_ condition: String) throws -> Requirement {
        try #require(falcoRules([falcoRule(condition)]).rules.first).requirement
    }

    @Test("Verbs, resources, subresources and namespaces are taken from the condition")
    func texts() throws {
        #expect(
            try requirement("ka.target.resource = pods and ka.verb in (create, update) and ka.uri exists").texts
                == [.resource: ["pods"], .verb: ["create", "update"]])
        #expect(
            try requirement("ka.target.resource = pods or ka.target.resource = nodes and ka.verb = get").texts
                == [.resource: ["pods", "nodes"]])
        #expect(try requirement("ka.target.subresource intersects (exec)").texts == [.subresource: ["exec"]])
        #expect(try requirement("ka.target.namespace == shop").texts == [.namespace: ["shop"]])
        #expect(try requirement("jevt.value[/objectRef/resource] = pods").texts == [.resource: ["pods"]])
        #expect(
            try requirement("ka.target.resource = pods and not ka.target.subresource exists").texts
                == [.resource: ["pods"], .subresource: [""]])
        #expect(try requirement("ka.target.resource = pods or ka.user.name = mary").texts == [:])
        #expect(try requirement("not ka.target.resource = pods").texts == [:])
        #expect(try requirement("ka.verb != get and ka.verb startswith cr").texts == [:])
    }

    @Test("Only the audit log is asked, and rules that are never true are asked of nothing")
    func sources() throws {
        #expect(try requirement("ka.verb = get").sources == Requirement.bit(SourceType.kubernetesAudit))
        #expect(try requirement("ka.verb = get and jevt.rawtime = 0").actions == 0)
        #expect(try requirement("ka.verb = get and not jevt.rawtime exists").actions == 0)
    }

    private static let flagged: [(String, EventFlags)] = [
        ("not ka.user.name startswith \"system:\"", .outsider), ("ka.user.name startswith \"system:\"", []),
        ("not ka.user.name startswith \"system:node:\"", []), ("ka.user.name = system:anonymous", .anonymous),
        ("ka.user.name in (system:anonymous, mary)", []), ("ka.response.code in (401, 403)", .unwell),
        ("ka.response.code in (200, 403)", []), ("not ka.response.code = 200", []),
        ("ka.response.code = 403 and not ka.user.name startswith \"system:\"", [.unwell, .outsider]),
        ("ka.response.code = 403 or ka.user.name = system:anonymous", []),
    ]

    @Test("What users and answers must be is a flag", arguments: flagged)
    func flags(_ condition: String, _ flags: EventFlags) throws {
        #expect(try requirement(condition).flags == flags)
    }

    private static let users = [
        "null", "\"\"", "\"mary\"", "\"system:anonymous\"", "\"system:node:a\"", "\"System:x\"", "7",
    ]
    private static let codes = ["null", "0", "200", "399", "400", "403", "\"403\"", "403.0", "{}"]

    @Test("Where a rule is true its flags are set", arguments: users, codes)
    func flagsAgree(_ user: String, _ code: String) throws {
        let record = """
            {"kind":"Event","apiVersion":"audit.k8s.io/v1","auditID":"a","stage":"ResponseComplete","verb":"get",\
            "requestURI":"/healthz","user":{"username":\(user)},"responseStatus":{"code":\(code)}}
            """
        for (condition, _) in Self.flagged {
            let rule = try #require(falcoRules([falcoRule(condition)]).rules.first)
            guard isTrue(rule, of: record) == true else { continue }
            let flags = withFalcoEvent(record) { EventFlags(of: $0.shownEvent.pointee) }
            #expect(try #require(flags).isSuperset(of: rule.requirement.flags), "\(condition)")
        }
    }

    @Test("The texts of the index are those that the fields read")
    func agree() throws {
        let fields: [(String, IndexedText)] = [
            ("ka.verb", .verb), ("ka.target.resource", .resource), ("ka.target.subresource", .subresource),
            ("ka.target.namespace", .namespace),
        ]
        for record in [falcoEvent, #"{"auditID":"a","stage":"ResponseComplete","verb":"get","requestURI":"/healthz"}"#]
        {
            for (field, text) in fields {
                let rule = try #require(falcoRules([falcoRule("ka.auditid exists", output: "%\(field)")]).rules.first)
                let shown = message(of: rule, for: record)
                let indexed = withFalcoEvent(record) { String(text.text(of: $0.shownEvent.pointee)) }
                #expect(indexed == (shown == "<NA>" ? "" : shown), "\(field)")
            }
        }
    }
}
