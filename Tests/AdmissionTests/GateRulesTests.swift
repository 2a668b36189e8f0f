import Rules
import SecurityEvents
import Testing

@testable import Admission

@Suite("Rules of a gate")
struct GateRulesTests {
    private static let counting = """
        title: Ten execs
        id: 0e6f1f52-0000-4000-8000-000000000002
        level: high
        logsource: {product: kubernetes, service: audit}
        detection:
          selection: {verb: create}
          condition: selection
        name: exec-seen
        ---
        title: Many
        id: 0e6f1f52-0000-4000-8000-000000000003
        level: high
        correlation:
          type: event_count
          rules: [exec-seen]
          group-by: [user.username]
          timespan: 1m
          condition: {gte: 10}
        """

    @Test("A rule that aggregates is refused, with its place and what to do with it")
    func aggregation() throws {
        let library = try RuleLibrary(layers: [[RuleFile(name: "many.yml", path: "many.yml", text: Self.counting)]])
        let rules = GateRules(library: library)
        #expect(!rules.library.rules.contains { $0.rule.title == "Many" })
        let refusal = try #require(rules.refused.first { $0.message.contains("aggregates") })
        #expect(refusal.severity == .error)
        #expect(refusal.file == "many.yml")
        #expect(refusal.line == 14)
        #expect(refusal.message.contains("event_count"))
    }

    @Test("Shipped rules that only earlier events can answer are left out and said")
    func shippedPack() throws {
        let rules = GateRules(library: try RuleLibrary.load())
        let names = rules.refused.map(\.message).filter { $0.contains("many-short-lived-look-alikes") }
        #expect(names.count == 1)
        #expect(rules.refused.allSatisfy { $0.severity == .warning })
        #expect(rules.library.rules.contains { $0.rule.name == "privileged-container" })
        #expect(!rules.library.rules.contains { $0.rule.name == "many-short-lived-look-alikes" })
    }

    @Test("A rule that would have to know earlier events warns, unless a line about it says more")
    func unsure() throws {
        for (line, verdict) in [
            (nil, Decision.Verdict.warn), (GateModes.Line(.enforce, rule: "sample"), .deny),
        ] {
            var settings = GateSettings()
            if let line { settings.modes.lines.append(line) }
            let reviewer = try reviewer("event.deploys && !facts.deployedByActor", settings: settings)
            #expect(reviewer.review(try Review(object: pod()).request(), until: later).verdict == verdict)
        }
    }
}
