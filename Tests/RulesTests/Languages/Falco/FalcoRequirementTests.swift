import Foundation
import SecurityEvents
import Testing

@testable import Rules

@Suite("What the index asks of events for Falco's rules")
struct FalcoRequirementTests {
    private static let verbs = [
        "get", "list", "watch", "head", "options", "create", "update", "patch", "apply", "delete", "deletecollection",
        "connect",
        "escalate", "post",
    ]
    private static let parts = [
        "", "exec", "attach", "portforward", "proxy", "log", "ephemeralcontainers", "resize", "scale", "eviction",
        "status",
        "binding", "token",
    ]

    @Test("No event that a condition is true of is kept from it", arguments: verbs)
    func covers(_ verb: String) throws {
        let rule = try #require(falcoRules([falcoRule("ka.verb = \(verb)")]).rules.first)
        for part in Self.parts {
            let byPart = part.isEmpty ? nil : falcoRules([falcoRule("ka.target.subresource in (\(part))")]).rules.first
            for resource in ["pods", "nodes", "deployments", "events", "subjectaccessreviews"] {
                let uri = resource == "nodes" && part == "proxy" ? "/api/v1/nodes/n/proxy/exec/a/b/c" : "/x"
                let record = """
                    {"auditID":"a","stage":"ResponseComplete","verb":"\(verb)","requestURI":"\(uri)","user":{"username":"u"},\
                    "objectRef":{"resource":"\(resource)","name":"n"\(part.isEmpty ? "" : #","subresource":"\#(part)""#)}}
                    """
                for rule in [rule, byPart].compactMap({ $0 }) {
                    #expect(isTrue(rule, of: record) == true)
                    let action = withFalcoEvent(record) { $0.shownEvent.action }
                    #expect(
                        action.map { rule.requirement.actions & Requirement.bit($0) != 0 } == true,
                        "\(verb) \(resource)/\(part): \(action.map { "\($0)" } ?? "")")
                }
            }
        }
    }

    @Test("Resources are taken from the condition, and rules that are never true are asked of nothing")
    func resources() {
        func requirement(_ condition: String) -> Requirement? {
            falcoRules([falcoRule(condition)]).rules.first?.requirement
        }
        #expect(requirement("ka.target.resource = pods and ka.verb exists")?.resources == ["pods"])
        #expect(requirement("ka.target.resource in (pods, secrets)")?.resources == ["pods", "secrets"])
        #expect(requirement("ka.target.resource = pods or ka.target.resource = nodes")?.resources == ["pods", "nodes"])
        #expect(requirement("ka.target.resource = pods or ka.verb = get")?.resources == nil)
        #expect(requirement("not ka.target.resource = pods")?.resources == nil)
        #expect(requirement("ka.verb = get")?.sources == Requirement.bit(SourceType.kubernetesAudit))
        #expect(requirement("ka.verb = get and jevt.rawtime = 0")?.actions == 0)
    }
}
