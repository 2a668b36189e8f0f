import CEL
import SecurityEvents
import Testing

@testable import Rules

@Suite("What a condition asks of an event")
struct RequirementTests {
    private func requirement(_ condition: String) throws -> Requirement {
        try Requirement(of: ConditionCompiler(lists: RuleLists()).compileCondition(condition).root)
    }

    @Test("Both sides of && narrow, both sides of || widen")
    func combined() throws {
        let asked = try requirement(
            "event.action in ['exec', 'attach'] && (event.resource == 'pods' || event.resource == 'nodes')")
        #expect(asked.actions == Requirement.bits([Action.exec, .attach]))
        #expect(asked.resources == ["pods", "nodes"])
        let wide = try requirement("event.resource == 'pods' || actor.anonymous")
        #expect(wide == .any)
    }

    @Test("event.deploys asks for the three actions that deploy")
    func deploys() throws {
        let asked = try requirement("event.deploys && event.platform == 'docker'")
        #expect(asked.deploys)
        #expect(asked.actions == Requirement.bits([Action.create, .start, .modify]))
        #expect(asked.sources == Requirement.bits(SourceType.allCases.filter { $0.platform == .docker }))
    }

    @Test(
        "What is negated is never taken for asked",
        arguments: [
            "!(event.action == 'create')", "!event.deploys", "!(event.resource == 'pods' && event.deploys)",
        ])
    func negated(_ condition: String) throws {
        #expect(try requirement(condition) == .any)
    }

    @Test("What must not be is taken out")
    func notEqual() throws {
        let asked = try requirement("event.action != 'read' && !(event.action in ['other'])")
        #expect(asked.actions == Requirement.bits(Action.allCases.filter { $0 != .read && $0 != .other }))
    }
}
