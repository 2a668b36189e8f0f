import SecurityEvents
import TestSupport
import Testing

@testable import Rules

/// How files build on one another: Falco's documentation of rules, overriding and exceptions.
@Suite("Falco's files")
struct FalcoFileTests {
    private func isTrue(_ texts: String..., record: String = falcoEvent) throws -> Bool? {
        let (rules, diagnostics) = falcoRules(texts)
        #expect(diagnostics.filter { $0.contains("error:") } == [])
        return RulesTests.isTrue(try #require(rules.first { $0.rule.title == "Sample" }), of: record)
    }

    // MARK: Lists and macros

    @Test("A list stands for its items, and lists in lists for theirs")
    func lists() throws {
        let lists = """
            - list: verbs
              items: [get, create]
            - list: more
              items: [list, verbs]
            - list: empty
              items: []

            """
        #expect(try isTrue(lists + falcoRule("ka.verb in (more)")) == true)
        #expect(try isTrue(lists + falcoRule("ka.verb in (watch, verbs)")) == true)
        #expect(try isTrue(lists + falcoRule("ka.verb in (empty)")) == false)
        #expect(try isTrue(lists + falcoRule("ka.verb in (empty, verbs)")) == true)
        #expect(try isTrue(lists + falcoRule("ka.verb in (\"verbs\")")) == false, "in quotes it is a text")
        #expect(try isTrue("- list: one\n  items: ['\"create\"']\n" + falcoRule("ka.verb = one")) == true)
    }

    @Test("A list sees only lists that were defined before its last change")
    func listOrder() throws {
        let late = "- list: outer\n  items: [inner]\n- list: inner\n  items: [create]\n"
        #expect(try isTrue(late + falcoRule("ka.verb in (outer)")) == false)
        let changed = late + "- list: outer\n  items: [x]\n  append: true\n"
        #expect(try isTrue(changed + falcoRule("ka.verb in (outer)")) == true)
    }

    @Test("A list is appended to and replaced, from other files too")
    func listChanges() throws {
        let base = "- list: verbs\n  items: [get]\n" + falcoRule("ka.verb in (verbs)")
        #expect(try isTrue(base) == false)
        #expect(try isTrue(base, "- list: verbs\n  items: [create]\n  append: true") == true)
        #expect(try isTrue(base, "- list: verbs\n  items: [create]\n  override: {items: append}") == true)
        #expect(try isTrue(base, "- list: verbs\n  items: [create]") == true)
        #expect(try isTrue(base, "- list: verbs\n  items: [create]\n  override: {items: replace}") == true)
    }

    @Test("Macros stand for their conditions, whole")
    func macros() throws {
        let macros = """
            - macro: either
              condition: ka.verb = get or ka.verb = create
            - macro: both
              condition: either and ka.user.name = mary

            """
        #expect(try isTrue(macros + falcoRule("both")) == true)
        #expect(try isTrue(macros + falcoRule("not either")) == false)
        #expect(try isTrue(macros + falcoRule("ka.user.name = nobody and either")) == false, "the macro is one part")
        let later = "- macro: either\n  condition: and ka.user.name = nobody\n  append: true\n"
        #expect(try isTrue(macros + later + falcoRule("either")) == false, "the last alternative has one part more")
        #expect(try isTrue(macros + falcoRule("both"), "- macro: either\n  condition: ka.verb = list") == false)
        #expect(
            try isTrue(
                macros + falcoRule("both"),
                "- macro: either\n  condition: or ka.verb = list\n  override: {condition: append}") == true)
    }

    // MARK: Rules

    @Test("A rule is redefined, changed and switched by later files")
    func rules() throws {
        let base = falcoRule("ka.verb = create", output: "%ka.verb")
        #expect(try isTrue(base, falcoRule("ka.verb = get")) == false)
        #expect(try isTrue(base, "- rule: Sample\n  condition: and ka.user.name = nobody\n  append: true") == false)
        #expect(
            try isTrue(
                base, "- rule: Sample\n  condition: or ka.verb exists\n  override: {condition: append}") == true)
        #expect(
            try isTrue(base, "- rule: Sample\n  condition: ka.verb = x\n  override: {condition: replace}") == false)
        let (rules, diagnostics) = falcoRules([
            base,
            """
            - rule: Sample
              output: by %ka.user.name
              desc: more
              tags: [T1610, mitre_initial_access, our]
              priority: critical
              override: {output: append, desc: replace, tags: append, priority: replace}
            """,
        ])
        #expect(diagnostics == [])
        let rule = try #require(rules.first)
        #expect(message(of: rule) == "create by mary")
        #expect(rule.rule.description == "more")
        #expect(rule.rule.level == .critical)
        #expect(rule.rule.tags == ["attack.t1610", "T1610", "attack.initial-access", "mitre_initial_access", "our"])
        let off = falcoRules([base, "- rule: Sample\n  enabled: false"]).rules
        #expect(off.first?.waitsFor == ["being enabled (it says enabled: false)"])
        #expect(
            falcoRules([base, "- rule: Sample\n  enabled: false", "- rule: Sample\n  enabled: true"]).rules.first?
                .waitsFor == [])
    }

    @Test(
        "A priority is one of Falco's, in any case, and gives a level",
        arguments: [
            ("EMERGENCY", Level.critical), ("alert", .critical), ("Critical", .critical), ("ERROR", .high),
            ("warning", .medium), ("NOTICE", .low), ("INFO", .informational), ("informational", .informational),
            ("debug", .informational),
        ])
    func priorities(_ priority: String, _ level: Level) {
        let text = falcoRule("ka.verb exists").replacing("WARNING", with: priority)
        #expect(falcoRules([text]).rules.first?.rule.level == level)
    }

    // MARK: Exceptions

    private func exception(_ text: String, condition: String = "ka.verb exists", changes: String...) throws -> Bool? {
        let rule = falcoRule(
            condition, more: "  exceptions:\n" + text.split(separator: "\n").map { "    \($0)" }.joined(separator: "\n")
        )
        let (rules, diagnostics) = falcoRules([rule] + changes)
        #expect(diagnostics.filter { $0.contains("error:") } == [])
        return RulesTests.isTrue(try #require(rules.first))
    }

    @Test("Exceptions of one field: any of the values, by in, pmatch or intersects")
    func singleExceptions() throws {
        #expect(try exception("- {name: a, fields: ka.user.name, values: [bob, mary]}") == false)
        #expect(try exception("- {name: a, fields: ka.user.name, values: [bob]}") == true)
        #expect(try exception("- {name: a, fields: ka.uri, comps: pmatch, values: [/api/v1, /x]}") == false)
        #expect(
            try exception("- {name: a, fields: ka.user.groups, comps: intersects, values: ['system:masters']}") == false
        )
        #expect(try exception("- {name: a, fields: ka.user.name}") == true, "no values, no exception")
        #expect(try exception("- {name: a, fields: ka.user.name, values: []}") == true)
    }

    @Test("Exceptions of several fields: one of the tuples, all of its values")
    func tupleExceptions() throws {
        #expect(try exception("- {name: a, fields: [ka.user.name, ka.verb], values: [[mary, create]]}") == false)
        #expect(
            try exception("- {name: a, fields: [ka.user.name, ka.verb], values: [[mary, get], [bob, create]]}") == true)
        #expect(
            try exception(
                "- {name: a, fields: [ka.user.name, ka.uri], comps: [=, startswith], values: [[mary, /api]]}") == false)
        #expect(
            try exception(
                "- {name: a, fields: [ka.user.name, ka.verb], comps: [=, in], values: [[mary, [get, create]]]}")
                == false)
        #expect(
            try exception("- {name: a, fields: [ka.verb], comps: [in], values: [[\"(get, create)\"]]}") == false,
            "parentheses as Falco takes them")
        #expect(
            try exception("- {name: a, fields: ['ka.req.pod.containers.image[1]'], comps: [intersects], values: [[x]]}")
                == true)
        #expect(
            try exception(
                "- {name: a, fields: [ka.user.name], values: [[no]]}\n- {name: b, fields: [ka.verb], values: [[create]]}"
            )
                == false, "each exception counts")
    }

    @Test("Values with blanks are texts, and names of lists are their items")
    func exceptionValues() throws {
        #expect(
            try exception("- {name: a, fields: ['ka.uri.param[command]'], values: [[sh -c]]}") == false)
        let list = "- list: people\n  items: [mary]\n"
        let rule =
            list
            + falcoRule(
                "ka.verb exists", more: "  exceptions:\n    - {name: a, fields: ka.user.name, values: [people]}")
        #expect(RulesTests.isTrue(try #require(falcoRules([rule]).rules.first)) == false)
    }

    @Test("Values are appended, new exceptions added, all replaced")
    func exceptionChanges() throws {
        let base = "- {name: a, fields: [ka.user.name], values: [[bob]]}"
        #expect(
            try exception(base, changes: "- rule: Sample\n  exceptions: [{name: a, values: [[mary]]}]\n  append: true")
                == false)
        #expect(
            try exception(
                base,
                changes: "- rule: Sample\n  exceptions: [{name: a, values: [[mary]]}]\n  override: {exceptions: append}"
            )
                == false)
        #expect(
            try exception(
                base,
                changes: "- rule: Sample\n  exceptions: [{name: b, fields: ka.verb, values: [create]}]\n  append: true")
                == false)
        #expect(
            try exception(
                "- {name: a, fields: [ka.user.name], values: [[mary]]}",
                changes:
                    "- rule: Sample\n  exceptions: [{name: b, fields: ka.verb, values: [x]}]\n  override: {exceptions: replace}"
            )
                == true)
    }

    @Test("What is appended behind an 'or' belongs to the last alternative, with a warning")
    func alternatives() throws {
        let rule = falcoRule(
            "ka.verb = create or ka.verb = get",
            more: "  exceptions:\n    - {name: a, fields: ka.user.name, values: [mary]}")
        let (rules, diagnostics) = falcoRules([rule])
        #expect(RulesTests.isTrue(try #require(rules.first)) == true)
        #expect(diagnostics.count == 1)
        #expect(
            diagnostics.first?.hasPrefix("falco.yaml:4:5: warning: what is added to this condition with 'and'") ?? false
        )
    }

    // MARK: Faults

    static let faulty: [(String, String)] = [
        (
            "- macro: a\n  condition: b\n- macro: b\n  condition: ka.verb = x\n" + falcoRule("a"),
            "falco.yaml:2:14: error: the macro 'b' is defined later; a macro sees only those before it "
                + "(in what the rule 'Sample' is made of)"
        ),
        (
            "- macro: a\n  condition: ka.verb = x\n- macro: b\n  condition: a\n- macro: a\n  condition: b\n"
                + falcoRule("a"),
            "falco.yaml:4:14: error: the macro 'a' names itself, through others or directly (in what the rule 'Sample' is made of)"
        ),
        (
            "- macro: kevents\n  condition: ka.verb = x\n" + falcoRule("kevent"),
            "falco.yaml:6:5: error: there is no macro 'kevent'; did you mean 'kevents'?"
        ),
        (
            "- macro: a\n  condition: ka.verb = x\n  append: true",
            "falco.yaml:1:10: error: no macro 'a' was defined before this, so nothing can be appended or replaced"
        ),
        (
            "- list: a\n  items: [x]\n  override: {item: append}",
            "falco.yaml:3:14: error: 'item' cannot be overridden; did you mean 'items'?"
        ),
        ("- list: a\n  items: x", "falco.yaml:2:10: error: the list 'a' needs 'items', a list of texts"),
        ("- rule: a\n  condition: ka.verb exists", "falco.yaml:1:3: error: 'output' is missing"),
        (
            falcoRule("ka.verb exists").replacing("WARNING", with: "WARN"),
            "falco.yaml:6:13: error: 'WARN' is no priority; it is one of emergency, alert, critical, error, warning, notice, "
                + "informational, debug"
        ),
        (
            falcoRule(
                "ka.verb exists",
                more: "  exceptions: [{name: a, fields: [ka.verb], comps: [=, in], values: [[x]]}]"),
            "falco.yaml:8:52: error: 'comps' has 2 entries, 'fields' 1"
        ),
        (
            falcoRule("ka.verb exists", more: "  exceptions: [{name: a, fields: [ka.vrb], values: [[x]]}]"),
            "falco.yaml:8:35: error: the source k8s_audit has no field 'ka.vrb'; did you mean 'ka.verb'?"
        ),
        (
            falcoRule("ka.verb exists", more: "  exceptions: [{name: a, fields: ka.verb, values: [[x]]}]"),
            "falco.yaml:8:52: error: the values of an exception with a single field are texts, not lists"
        ),
        (
            falcoRule("ka.verb exists", more: "  append: true\n  override: {condition: append}"),
            "falco.yaml:8:11: error: 'append' and 'override' cannot be used together; write 'override' alone"
        ),
        (
            "- required_engine_version: soon",
            "falco.yaml:1:28: error: 'required_engine_version' must be a number or a version such as 0.57.0"
        ),
    ]

    @Test("A fault is found where it stands", arguments: faulty)
    func faults(_ text: String, _ expected: String) {
        let (_, diagnostics) = falcoRules([text])
        #expect(diagnostics.contains(expected), "\(diagnostics)")
    }

    @Test("What is no fault is said all the same")
    func warnings() {
        #expect(
            falcoRules(["- required_engine_version: 0.99.0\n" + falcoRule("ka.verb exists")]).diagnostics == [
                "falco.yaml:1:28: warning: the file asks for Falco's engine 0.99.0; version 0.57.0 is implemented here, and "
                    + "what it does not know is refused"
            ])
        #expect(falcoRules(["- required_engine_version: 15\n" + falcoRule("ka.verb exists")]).diagnostics == [])
        #expect(
            falcoRules([
                "- required_plugin_versions:\n    - {name: cloudtrail, version: 0.8.0}\n" + falcoRule("ka.verb exists")
            ]).diagnostics == [
                "falco.yaml:2:7: warning: the file asks for the plugin cloudtrail 0.8.0; its fields are not known here, so "
                    + "rules with them are refused or wait"
            ])
        #expect(
            falcoRules([falcoRule("ka.verb exists", more: "  auther: me")]).diagnostics == [
                "falco.yaml:8:3: warning: a rule has no key 'auther', which is passed over"
            ])
        #expect(
            falcoRules(["- list: allowed_users\n  items: [x]\n" + falcoRule("ka.verb in (allowed_usres)")]).diagnostics
                == [
                    "falco.yaml:6:17: warning: there is no list 'allowed_usres', so it is compared as a text; did you mean "
                        + "'allowed_users'?"
                ])
    }

    @Test("Macros that double each other are stopped")
    func doubling() {
        var text = "- macro: m0\n  condition: ka.verb = x\n"
        for level in 1...60 { text += "- macro: m\(level)\n  condition: m\(level - 1) or m\(level - 1)\n" }
        let (rules, diagnostics) = falcoRules([text + falcoRule("m60")])
        #expect(rules.isEmpty)
        #expect(diagnostics.contains { $0.contains("more than 10000 comparisons") })
    }

    // MARK: Sources

    @Test("Rules about system calls are checked, listed and wait; so do rules of sources that nobody reads")
    func waiting() {
        let (rules, diagnostics) = falcoRules([
            falcoRule(
                "proc.name in (sh) and fd.num >= 0 and evt.arg.flags contains O_CREAT", output: "%proc.aname[2]",
                source: "syscall")
                + "\n" + falcoRule("ct.name = x", output: "%ct.name", name: "Cloud", source: "aws_cloudtrail")
        ])
        #expect(
            Dictionary(rules.map { ($0.rule.title, $0.waitsFor) }) { first, _ in first } == [
                "Sample": ["kernel events (Falco source syscall)"],
                "Cloud": ["events of the source 'aws_cloudtrail', which is not read"],
            ])
        #expect(diagnostics.allSatisfy { $0.contains("warning:") && $0.contains("not evaluated") })
        #expect(rules.allSatisfy { RulesTests.isTrue($0) == false })
        #expect(
            falcoRules([falcoRule("proc.nmae = sh", source: "syscall")]).diagnostics == [
                "falco.yaml:4:5: error: the source syscall has no field 'proc.nmae'; did you mean 'proc.name'?"
            ])
        #expect(
            falcoRules([falcoRule("fd.num startswith 1", source: "syscall")]).diagnostics == [
                "falco.yaml:4:5: error: 'startswith' does not compare a number; here exists, =, !=, <, <=, >, >=, in, "
                    + "intersects do"
            ])
    }

    @Test("A rule that its macros switch off waits, until they are overridden")
    func switchedOff() {
        let base = "- macro: off\n  condition: (jevt.rawtime = 0)\n" + falcoRule("ka.verb = create and off")
        #expect(
            falcoRules([base]).rules.first?.waitsFor
                == ["a change of its macros or lists: as they are, the condition is never true"])
        let changed = falcoRules([base, "- macro: off\n  condition: (ka.user.name = mary)"]).rules.first
        #expect(changed?.waitsFor == [] && changed.flatMap { RulesTests.isTrue($0) } == true)
    }

    @Test("A rule with an unknown field waits where it says skip-if-unknown-filter")
    func skipsUnknown() {
        let (rules, diagnostics) = falcoRules([falcoRule("ka.new = x", more: "  skip-if-unknown-filter: true")])
        #expect(rules.first?.waitsFor == ["fields that are not known here (skip-if-unknown-filter)"])
        #expect(
            diagnostics.contains { $0.hasPrefix("falco.yaml:4:5: warning: the source k8s_audit has no field 'ka.new'") }
        )
    }

    @Test(
        "A file is Falco's when it is a list with a rule, macro, list or required version",
        arguments: [
            ("- rule: x", true), ("# comment\n---\n- macro: x", true), ("- desc: x\n  rule: y", true),
            ("- {list: a, items: []}", true),
            ("title: x\nrule: y", false), ("- name: x\n  value: rule", false), ("", false),
        ])
    func recognized(_ text: String, _ isFalco: Bool) {
        #expect(FalcoLanguage.reads(falcoFile(text)) == isFalco)
    }

    @Test("Documents of one file are read one after the other, and places stay right")
    func documents() {
        let text = "- list: verbs\n  items: [create]\n---\n" + falcoRule("ka.verb in (verbs) and ka.nope = x")
        #expect(
            falcoRules([text]).diagnostics.map { String($0.prefix(49)) } == [
                "falco.yaml:7:28: error: the source k8s_audit has "
            ])
    }

    @Test("A file of very many documents is stopped")
    func manyDocuments() {
        let text = (0..<300).map { "- list: l\($0)\n  items: [a]\n" }.joined(separator: "---\n")
        #expect(
            falcoRules([text]).diagnostics
                == ["falco.yaml:301: error: more than 100 documents"])
    }

    @Test("The published files load with no loss")
    func published() {
        let names = ["falco_rules", "falco-incubating_rules", "falco-sandbox_rules", "k8s_audit_rules"]
        let texts = names.compactMap { name in
            SharedFolder.contents("data/corpora/rules/falco/\(name).yaml").map { String(decoding: $0, as: UTF8.self) }
        }
        guard texts.count == names.count else { return }
        let (rules, diagnostics) = falcoRules(texts)
        #expect(diagnostics.filter { $0.contains("error:") } == [])
        let written = texts.reduce(0) { $0 + $1.split(separator: "\n").count { $0.hasPrefix("- rule: ") } }
        #expect(rules.count == written)
        #expect(rules.count { $0.rule.logsource.service == "syscall" && $0.waitsFor.isEmpty } == 0)
        // Those are switched on by overriding a macro, as the file says.
        #expect(
            rules.filter { $0.rule.logsource.service == "audit" && !$0.waitsFor.isEmpty }.map(\.rule.title) == [
                "All K8s Audit Events", "Create Disallowed Pod", "Full K8s Administrative Access",
                "Untrusted Node Successfully Joined the Cluster",
                "Untrusted Node Unsuccessfully Tried to Join the Cluster",
            ])
    }
}
