import CEL
import SecurityEvents
import TestSupport
import Testing

@testable import Rules

@Suite("Files of Sigma rules")
struct SigmaFileTests {
    /// The rules and diagnostics of one file.
    private func compile(_ text: String) -> (rules: [CompiledRule], diagnostics: [String]) {
        var diagnostics: [Diagnostic] = []
        let file = RuleFile(name: "f.yml", path: "rules/f.yml", text: text)
        let rules = SigmaLanguage.compile(
            [file], with: ConditionCompiler(lists: RuleLists()), diagnostics: &diagnostics)
        return (rules, diagnostics.map(\.description))
    }

    private func rule(_ detection: String, more: String = "") -> String {
        """
        title: Sample
        logsource: {product: kubernetes, service: audit}
        detection:
        \(detection.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
        \(more)
        """
    }

    static let faults: [(detection: String, expected: String)] = [
        (
            "sel: {a|contain: x}\ncondition: sel",
            "f.yml:4:9: error: there is no modifier 'contain'; did you mean 'contains'?"
        ),
        ("sel: {a: x}\ncondition: sell", "f.yml:5:14: error: there is no selection 'sell'; did you mean 'sel'?"),
        ("sel: {a: x}\ncondition: sel and", "f.yml:5:21: error: the condition ends where a selection is expected"),
        ("sel: {a: x}\ncondition: (sel", "f.yml:5:14: error: no ')' closes this '('"),
        (
            "sel: {a: x}\ncondition: 2 of sel*",
            "f.yml:5:14: error: only '1 of', 'any of' and 'all of' are part of Sigma; write the combinations out"
        ),
        ("sel: {a: x}\ncondition: 1 of b*", "f.yml:5:19: error: no selection is called 'b*'"),
        (
            "sel: {a|re: '(?=x)'}\ncondition: sel",
            "f.yml:4:15: error: no regular expression that RE2 reads (invalid perl operator: (?=); look-around and back-references are not supported, write them as conditions of their own"
        ),
        (
            "sel: {a|cidr: 10.0.0.0/33}\ncondition: sel",
            "f.yml:4:17: error: '10.0.0.0/33' is no network: write it as 192.0.2.0/24 or 2001:db8::/32"
        ),
        ("sel: {a|exists: maybe}\ncondition: sel", "f.yml:4:19: error: 'exists' takes true or false"),
        ("sel: {a|gt: many}\ncondition: sel", "f.yml:4:15: error: 'gt' compares with a number, 'many' is none"),
        ("sel: {a|hour: 24}\ncondition: sel", "f.yml:4:17: error: 'hour' takes a number from 0 to 23"),
        ("sel: {a|i: x}\ncondition: sel", "f.yml:4:9: error: 'i' is a flag of 're', which is missing before it"),
        (
            "sel: {a|re|cidr: x}\ncondition: sel",
            "f.yml:4:9: error: the modifiers 're' and 'cidr' exclude each other; write them in items of their own"
        ),
        (
            "sel: {a|base64: 'x*'}\ncondition: sel",
            "f.yml:4:19: error: a value with wildcards cannot be encoded; leave them out and add 'contains' at the end"
        ),
        (
            "sel: {a|expand: '%nobody%'}\ncondition: sel",
            "f.yml:4:19: error: there is no list 'nobody' for the placeholder; give one with --lists"
        ),
        ("sel: {a: {b: c}}\ncondition: sel", "f.yml:4:12: error: the values of 'a' must be a text or a list of texts"),
        ("sel: {}\ncondition: sel", "f.yml:4:8: error: a selection without a line; leave it out"),
        ("sel: {a: x}", "f.yml:4:3: error: 'condition' is missing"),
    ]

    @Test("What is not understood is refused at its place", arguments: faults)
    func fault(_ sample: (detection: String, expected: String)) {
        let (rules, diagnostics) = compile(rule(sample.detection))
        #expect(rules.isEmpty)
        #expect(diagnostics == [sample.expected])
    }

    @Test("Aggregations of Sigma 1 are refused with what to write instead")
    func pipes() {
        let (rules, diagnostics) = compile(rule("sel: {a: x}\ncondition: sel | count() by b > 5"))
        #expect(rules.isEmpty)
        #expect(
            diagnostics.count == 1 && diagnostics[0].contains("f.yml:5:18: error:")
                && diagnostics[0].contains("correlation"))
    }

    @Test("Attributes of one's own are warnings, and a rule for another log waits")
    func foreign() throws {
        let text = """
            title: Sample
            logsource: {product: windows, category: process_creation}
            detection:
              sel: {Image|endswith: '\\x.exe'}
              condition: sel
            our_own: 1
            """
        let (rules, diagnostics) = compile(text)
        let rule = try #require(rules.first)
        #expect(diagnostics == ["f.yml:6:1: warning: 'our_own' is no attribute of Sigma and has no effect"])
        #expect(rule.waitsFor == ["a log of product 'windows', category 'process_creation', which is not read"])
        #expect(!rule.isAsked)
    }

    @Test("Every document of a file is read, and what is global goes into each")
    func collection() {
        let text = """
            action: global
            title: Sample
            logsource: {product: kubernetes, service: audit}
            level: high
            ---
            detection: {sel: {a: x}, condition: sel}
            ---
            detection: {sel: {a: y}, condition: sel}
            level: low
            ---
            action: repeat
            detection: {sel: {a: z}}
            ---
            action: reset
            title: Other
            logsource: {product: docker}
            detection: {sel: {a: q}, condition: sel}
            """
        let (rules, diagnostics) = compile(text)
        #expect(diagnostics == [])
        #expect(rules.map(\.rule.level) == [.high, .low, .low, .medium])
        #expect(rules.map(\.rule.title) == ["Sample", "Sample", "Sample", "Other"])
        #expect(rules.map(\.rule.name) == ["f", "f-2", "f-3", "f-4"])
        #expect(rules[2].rule.condition == "sigma.like(sigma.field(raw, 'a'), ['z'])")
    }

    @Test("A filter narrows the rules that it names and no others")
    func filters() {
        let text = """
            title: One
            name: one
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {a: x}, condition: sel}
            ---
            title: Two
            name: two
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {a: y}, condition: sel}
            ---
            title: Not in the lab
            logsource: {product: kubernetes}
            filter:
              rules: [one, gone]
              lab: {ns: lab}
              condition: not lab
            """
        let (rules, diagnostics) = compile(text)
        #expect(rules[0].rule.condition.hasSuffix("&& (!(sigma.like(sigma.field(raw, 'ns'), ['lab'])))"))
        #expect(rules[1].rule.condition == "sigma.like(sigma.field(raw, 'a'), ['y'])")
        #expect(diagnostics.count == 1 && diagnostics[0].contains("warning: the filter names the rule 'gone'"))
    }

    @Test("A condition on verb and resource tells the index what an event must be")
    func requirement() throws {
        let (rules, _) = compile(
            rule("sel: {verb: [list, watch], objectRef.resource: [pods, secrets]}\ncondition: sel"))
        let requirement = try #require(rules.first).requirement
        #expect(requirement.resources == ["pods", "secrets"])
        #expect(requirement.sources == Requirement.bit(SourceType.kubernetesAudit))
        #expect(requirement.texts[.verb] == ["list", "watch"])
        let (open, _) = compile(rule("sel: {objectRef.resource: 'p*'}\ncondition: sel"))
        #expect(open.first?.requirement.resources == nil)
    }

    private static let answers: [(String, EventFlags)] = [
        ("[401, 403]", .unwell), ("403", .unwell), ("ALLOW", .unwell), ("[200, 403]", []), ("'4*'", []),
    ]

    @Test("A condition on the answer's code tells the index whether it must be no success", arguments: answers)
    func answer(_ codes: String, _ flags: EventFlags) throws {
        let (rules, _) = compile(rule("sel: {responseStatus.code: \(codes)}\ncondition: sel"))
        #expect(try #require(rules.first).requirement.flags == flags)
    }

    @Test("What is said of an event that a rule without a message found can be said")
    func summary() throws {
        let (rules, _) = compile(rule("sel: {verb: create}\ncondition: sel"))
        let parts = try #require(rules.first).message.parts
        #expect(parts.count == 3)
        _ = try ConditionCompiler(lists: RuleLists()).compile(SigmaDraft.summary)
    }

    @Test("A correlation says in a line what it counts")
    func described() {
        let text = """
            title: One
            name: one
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {a: x}, condition: sel}
            ---
            title: Together
            correlation:
              type: value_count
              rules: [one]
              group-by: [user.username]
              timespan: 5m
              condition: {gte: 3, lt: 9, field: objectRef.name}
            """
        let (rules, diagnostics) = compile(text)
        #expect(diagnostics == [])
        #expect(
            rules.last?.aggregation?.description
                == "value_count of one by user.username within 300 s is gte 3 and lt 9")
    }

    static let correlationFaults: [(correlation: String, expected: String)] = [
        ("type: event_counts, rules: [one], timespan: 5m, condition: {gte: 3}", "'event_counts' is no type"),
        (
            "type: event_count, rules: [on], timespan: 5m, condition: {gte: 3}",
            "there is no rule 'on'; did you mean 'one'?"
        ),
        ("type: event_count, rules: [one], timespan: 5, condition: {gte: 3}", "'5' is no timespan"),
        ("type: event_count, rules: [one], timespan: 5m, condition: {gte: many}", "'gte' must be a number"),
        ("type: event_count, rules: [one], timespan: 5m", "'condition' is missing"),
        ("type: value_count, rules: [one], timespan: 5m, condition: {gte: 3}", "'value_count' needs the 'field'"),
        (
            "type: value_percentile, rules: [one], timespan: 5m, condition: {gte: 3, field: a}",
            "'percentile' is missing"
        ),
        ("type: temporal, rules: [one], timespan: 5m, condition: one and not one", "'not' asks for what will not come"),
        (
            "type: temporal_ordered, rules: [one], timespan: 5m, condition: one",
            "a condition on rules says nothing of their order"
        ),
        ("type: event_count, rules: [one], timespan: 5m, condition: {gte: 1000000}", "counting goes up to 100000"),
        ("type: event_count, rules: [one], timespan: 5m, condition: {gte: 3}, gropu-by: [a]", "has no key 'gropu-by'"),
        ("type: event_count, rules: [together], timespan: 5m, condition: {gte: 3}", "builds on itself"),
    ]

    @Test("A correlation that cannot be counted is refused", arguments: correlationFaults)
    func correlationFault(_ sample: (correlation: String, expected: String)) {
        let text = """
            title: One
            name: one
            logsource: {product: kubernetes, service: audit}
            detection: {sel: {a: x}, condition: sel}
            ---
            title: Together
            name: together
            correlation: {\(sample.correlation)}
            """
        let (rules, diagnostics) = compile(text)
        #expect(rules.count == 1)
        #expect(diagnostics.contains { $0.contains(sample.expected) && $0.hasPrefix("f.yml:8:") }, "\(diagnostics)")
    }

    @Test("All rules of the field load", .enabled(if: SharedFolder.path != nil))
    func corpus() throws {
        let names = SharedFolder.files("data/corpora/rules/sigma", suffix: ".yml")
        let files = names.compactMap { name in
            SharedFolder.contents(name).map {
                RuleFile(name: name, path: name, text: String(decoding: $0, as: UTF8.self))
            }
        }
        var diagnostics: [Diagnostic] = []
        #expect(files.allSatisfy(SigmaLanguage.reads))
        let rules = SigmaLanguage.compile(
            files, with: ConditionCompiler(lists: RuleLists()), diagnostics: &diagnostics)
        #expect(rules.count == files.count)
        #expect(diagnostics.filter { $0.severity == .error } == [])
    }
}
