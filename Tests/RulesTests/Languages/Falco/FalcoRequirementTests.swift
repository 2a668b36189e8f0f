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
