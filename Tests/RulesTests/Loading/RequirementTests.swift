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

    @Test("event.deploys asks for the four actions that say what runs")
    func deploys() throws {
        let asked = try requirement("event.deploys && event.platform == 'docker'")
        #expect(asked.deploys)
        #expect(asked.actions == Requirement.bits([Action.create, .start, .found, .modify]))
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

    @Test("Outcomes, bodies and texts are asked for by literals")
    func literals() throws {
        let asked = try requirement(
            "event.outcome in ['denied'] && event.body != 'present' && event.verb == 'create' && event.subresource == ''"
        )
        #expect(asked.outcomes == Requirement.bits([Outcome.denied]))
        #expect(asked.bodies == Requirement.bits(BodyState.allCases.filter { $0 != .present }))
        #expect(asked.texts == [.verb: ["create"], .subresource: [""]])
    }

    @Test("Of two sides a text is asked for only where both ask for it")
    func eitherText() throws {
        let asked = try requirement(
            "event.verb == 'get' && event.resource == 'pods' || event.resource == 'nodes' && actor.anonymous")
        #expect(asked.texts == [.resource: ["pods", "nodes"]])
        #expect(asked.flags.isEmpty)
        #expect(try requirement("false || event.deploys").deploys)
    }

    private static let flagged: [(String, EventFlags)] = [
        ("actor.anonymous", .anonymous), ("size(event.irregularities) > 0", .irregular),
        ("event.irregularities.exists(i, i == 'oldAPI')", .irregular),
        ("actor.impersonatedUser != '' || size(actor.impersonatedGroups) > 0", .impersonated),
        ("actor.impersonatedUser != 'x'", []), ("size(event.irregularities) > 1", []),
        ("event.irregularities.all(i, i == 'oldAPI')", []), ("actor.anonymous || actor.node", []),
    ]

    @Test("What must be true or not empty is a flag", arguments: flagged)
    func flags(_ condition: String, _ flags: EventFlags) throws {
        #expect(try requirement(condition).flags == flags)
    }

    @Test("A fact that says something of some resources asks for them")
    func factResources() throws {
        let asked = try requirement("size(facts.privilegeGrants) > 0")
        #expect(asked.resources == ["roles", "clusterroles", "rolebindings", "clusterrolebindings"])
        #expect(try requirement("size(facts.privilegeGrants) == 0") == .any)
        #expect(try requirement("facts.containersAdded.exists(c, c == 'x')") == .any)
    }

    @Test("What must not be is taken out")
    func notEqual() throws {
        let asked = try requirement("event.action != 'read' && !(event.action in ['other'])")
        #expect(asked.actions == Requirement.bits(Action.allCases.filter { $0 != .read && $0 != .other }))
    }
}
