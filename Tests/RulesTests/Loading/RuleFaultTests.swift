import Testing

@testable import Rules

@Suite("Faults of rule files")
struct RuleFaultTests {
    struct Case: CustomTestStringConvertible {
        var name: String
        var text: String
        var expected: [String]
        var testDescription: String { name }

        init(_ name: String, _ text: String, _ expected: [String]) {
            self.name = name
            self.text = text
            self.expected = expected
        }
    }

    static let cases: [Case] = [
        Case("a sound rule has none", ruleText(), []),
        Case(
            "an unknown key is named with the nearest one", ruleText(more: "remedation: x"),
            ["sample/rule.yml:9:1: error: a rule has no key 'remedation'; did you mean 'remediation'?"]),
        Case(
            "a level that does not exist", ruleText(level: "hgh"),
            [
                "sample/rule.yml:3:8: error: 'hgh' is no level; it is one of informational, low, medium, high, critical; "
                    + "did you mean 'high'?"
            ]),
        Case("an id that is no UUID", ruleText(id: "7"), ["sample/rule.yml:2:5: error: '7' is no UUID"]),
        Case(
            "a condition in CEL beside a selection",
            ruleText(detection: "\n  selection: {verb: create}\n  cel: event.deploys", message: "seen"),
            ["sample/rule.yml:7:3: error: a condition in CEL stands alone: leave out 'selection'"]),
        Case(
            "a field that does not exist, in a folded text",
            ruleText(detection: "\n  cel: >-\n    event.deploys &&\n    container.priviliged"),
            ["sample/rule.yml:9:14: error: undefined field 'priviliged' (did you mean 'privileged'?)"]),
        Case(
            "a condition that is no condition", ruleText(detection: "\n  cel: container.name"),
            ["sample/rule.yml:7:8: error: a condition must be bool, this is string"]),
        Case(
            "a list that does not exist", ruleText(detection: "\n  cel: 'inList(container.name, \"nams\")'"),
            ["sample/rule.yml:7:32: error: there is no list 'nams'; did you mean 'names'?"]),
        Case(
            "a message whose brace is not closed", ruleText(message: "container {container.name"),
            ["sample/rule.yml:8:21: error: no '}' ends the '{' of this message"]),
        Case(
            "a log that nobody reads", ruleText(logsource: "{product: kubernets}"),
            ["sample/rule.yml:5:22: error: no log of product 'kubernets' is read; did you mean 'kubernetes'?"]),
        Case(
            "a container named only in the message",
            ruleText(detection: "\n  cel: event.deploys", message: "container {container.name}"),
            [
                "sample/rule.yml:8:10: error: 'message' names a container, but the condition does not: it is asked of the "
                    + "event as a whole"
            ]),
        Case(
            "an anchor", "title: &a x\nother: *a\n",
            ["sample/rule.yml:1:8: error: anchors and aliases are not read"]),
        Case("an empty file", "", ["sample/rule.yml: error: the file is empty"]),
        Case(
            "deep nesting", "title: " + String(repeating: "[", count: 100),
            ["sample/rule.yml:1: error: nested deeper than 32"]),
    ]

    @Test("Every fault has its place and its reason", arguments: cases)
    func fault(_ sample: Case) {
        #expect(faults(of: [listFile("names"), ruleFile(sample.text)]) == sample.expected)
    }

    @Test("All faults of all files are told at once")
    func collected() {
        let found = faults(of: [
            ruleFile(ruleText(level: "x"), folder: "one"), ruleFile(ruleText(more: "y: 1"), folder: "two"),
        ])
        #expect(found.count == 2)
    }

    @Test("Two rules of one id are a fault")
    func duplicate() {
        let found = faults(of: [ruleFile(ruleText(), folder: "one"), ruleFile(ruleText(), folder: "two")])
        #expect(
            found == [
                "two/rule.yml: error: the id 0e6f1f52-0000-4000-8000-000000000001 is also that of one/rule.yml"
            ])
    }

    @Test("The sound rules are kept when that is asked for")
    func keepSound() throws {
        let files = [ruleFile(ruleText()), ruleFile(ruleText(level: "x"), folder: "faulty")]
        let library = try RuleLibrary(layers: [files], keepSound: true)
        #expect(library.rules.map(\.rule.name) == ["sample"])
        #expect(library.diagnostics.count == 1)
    }

    @Test("A later layer replaces a rule by its id and adds others")
    func layers() throws {
        let library = try RuleLibrary(layers: [
            [ruleFile(ruleText(title: "Old"), folder: "old")],
            [
                ruleFile(ruleText(title: "New"), folder: "new"),
                ruleFile(ruleText(title: "Other", id: "0e6f1f52-0000-4000-8000-000000000002"), folder: "other"),
            ],
        ])
        #expect(library.rules.map(\.rule.title) == ["New", "Other"])
    }

    @Test("A list takes the place of the one with its name, or extends it when it says so")
    func lists() throws {
        func list(_ members: String, _ more: String = "", kind: String = "text") -> RuleFile {
            let text = "name: l\nkind: \(kind)\n\(more)members: [\(members)]\n"
            return RuleFile(name: "lists/l.yml", path: "lists/l.yml", text: text)
        }
        let replaced = try RuleLibrary(layers: [[list("a")], [list("b")]])
        #expect(replaced.lists["l"]?.members == ["b"])
        let extended = try RuleLibrary(layers: [[list("a")], [list("b", "extends: true\n")]])
        #expect(extended.lists["l"]?.members == ["a", "b"])
        #expect(throws: RuleFaults.self) { try RuleLibrary(layers: [[list("b", "extends: yes\n")]]) }
        #expect(throws: RuleFaults.self) {
            try RuleLibrary(layers: [[list("a")], [list("/etc", "extends: true\n", kind: "path")]])
        }
    }

    @Test(
        "No text makes the reader stop working",
        arguments: [
            "\u{0}", "- - - - a", "{", "a: b: c", "? [x]\n: y", "%YAML 9", "\"\\xzz\"", "title: !!binary x",
            "--- a\n--- b",
            String(repeating: "- ", count: 5000), String(repeating: "{a: ", count: 2000), "a: |\n\tx",
        ])
    func hostile(_ text: String) {
        #expect(!faults(of: [ruleFile(text)]).isEmpty)
    }
}
