import CEL
import JSONView
import SecurityEvents
import Testing

@testable import Rules

/// What a rule with one selection says of a record.
func sigmaMatches(
    _ detection: String, _ record: String, lists: [RuleFile] = []
) throws -> Bool? {
    let text = """
        title: Sample
        logsource: {product: kubernetes, service: audit}
        detection:
        \(detection.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n"))
        """
    let file = RuleFile(name: "sample.yml", path: "rules/sample.yml", text: text)
    let library = try RuleLibrary(layers: [[file] + lists])
    let rule = try #require(library.rules.first)
    let document = try JSONParser().parse(record)
    let event = Event(
        source: .kubernetesAudit, position: SourcePosition(name: "log", line: 1), document: document)
    let context = EventContext(lists: library.lists, event: event)
    return withExtendedLifetime(document) { rule.program.matches(context, using: Evaluator()) }
}

@Suite("What Sigma's selections are true of")
struct SigmaMatchingTests {
    struct Case: CustomTestStringConvertible, Sendable {
        var item: String
        var yes: [String]
        var no: [String]
        var testDescription: String { item }

        init(_ item: String, yes: [String], no: [String]) {
            self.item = item
            self.yes = yes
            self.no = no
        }
    }

    // Expected values follow the specification's text for each modifier.
    static let cases: [Case] = [
        Case(
            "a: create", yes: [#"{"a":"create"}"#, #"{"a":"CREATE"}"#], no: [#"{"a":"created"}"#, "{}", #"{"a":null}"#]),
        Case("a: 'cre*e'", yes: [#"{"a":"create"}"#, #"{"a":"cree"}"#], no: [#"{"a":"cre"}"#]),
        Case("a: 'p?d'", yes: [#"{"a":"pod"}"#, #"{"a":"pöd"}"#], no: [#"{"a":"pd"}"#, #"{"a":"pood"}"#]),
        Case(#"a: 'a\*b'"#, yes: [#"{"a":"a*b"}"#], no: [#"{"a":"axb"}"#]),
        Case(#"a: 'c:\\*'"#, yes: [#"{"a":"C:\\x"}"#], no: [#"{"a":"c:x"}"#]),
        Case(#"a: 'c:\x'"#, yes: [#"{"a":"c:\\x"}"#], no: [#"{"a":"c:x"}"#]),
        Case("a: ['x', 'y*']", yes: [#"{"a":"x"}"#, #"{"a":"yes"}"#], no: [#"{"a":"z"}"#]),
        Case(
            "a: [b, c, d, e, f, g, h, i]", yes: [#"{"a":"I"}"#, #"{"a":"b"}"#],
            no: [#"{"a":"ii"}"#, #"{"a":""}"#]),
        Case("a: ''", yes: [#"{"a":""}"#], no: ["{}", #"{"a":"x"}"#]),
        Case("a: null", yes: ["{}", #"{"a":null}"#], no: [#"{"a":""}"#, #"{"a":0}"#]),
        Case("a: '*'", yes: [#"{"a":""}"#, #"{"a":{"b":1}}"#], no: ["{}", #"{"a":null}"#]),
        Case("a: 403", yes: [#"{"a":403}"#, #"{"a":"403"}"#], no: [#"{"a":4030}"#, #"{"a":403.5}"#]),
        Case("a: '403'", yes: [#"{"a":403}"#], no: [#"{"a":"ALLOW"}"#]),
        Case("a: -1.5", yes: [#"{"a":-1.5}"#], no: [#"{"a":1.5}"#]),
        Case("a: true", yes: [#"{"a":true}"#, #"{"a":"True"}"#], no: [#"{"a":false}"#, #"{"a":1}"#]),
        Case("a|contains: rea", yes: [#"{"a":"cREAte"}"#], no: [#"{"a":"re a"}"#]),
        Case("a|startswith: system", yes: [#"{"a":"system:x"}"#], no: [#"{"a":"a system"}"#]),
        Case("a|endswith: exec", yes: [#"{"a":"pods/exec"}"#], no: [#"{"a":"executed"}"#]),
        Case("a|contains|all: [x, y]", yes: [#"{"a":"y-x"}"#], no: [#"{"a":"x"}"#]),
        Case("a|cased: Create", yes: [#"{"a":"Create"}"#], no: [#"{"a":"create"}"#]),
        Case("a|contains|cased: Re", yes: [#"{"a":"xRex"}"#], no: [#"{"a":"xrex"}"#]),
        Case("a|neq: x", yes: [#"{"a":"y"}"#, "{}"], no: [#"{"a":"X"}"#]),
        Case("a|neq: [x, y]", yes: [#"{"a":"z"}"#], no: [#"{"a":"y"}"#]),
        Case("a|re: '^a+$'", yes: [#"{"a":"aaa"}"#], no: [#"{"a":"AAA"}"#, #"{"a":"ab"}"#]),
        Case("a|re|i: 'b.d'", yes: [#"{"a":"xBADx"}"#], no: [#"{"a":"b\nd"}"#]),
        Case("a|re|s: 'b.d'", yes: [#"{"a":"b\nd"}"#], no: [#"{"a":"bd"}"#]),
        Case("a|re|m: '^two$'", yes: [#"{"a":"one\ntwo"}"#], no: [#"{"a":"one two"}"#]),
        Case("a|re: '4..'", yes: [#"{"a":404}"#], no: [#"{"a":500}"#]),
        Case(
            "a|cidr: 10.0.0.0/8", yes: [#"{"a":"10.1.2.3"}"#, #"{"a":["x","10.0.0.1"]}"#],
            no: [#"{"a":"11.0.0.1"}"#, #"{"a":"10."}"#]),
        Case(
            "a|cidr: '2001:db8::/32'", yes: [#"{"a":"2001:DB8::1"}"#],
            no: [#"{"a":"2001:db9::1"}"#, #"{"a":"10.0.0.1"}"#]),
        Case("a|exists: true", yes: [#"{"a":0}"#, #"{"a":{}}"#], no: ["{}", #"{"a":null}"#, #"{"a":[]}"#]),
        Case("a|exists: false", yes: ["{}"], no: [#"{"a":""}"#]),
        Case("a|lt: 10", yes: [#"{"a":9}"#, #"{"a":"9.5"}"#], no: [#"{"a":10}"#, #"{"a":"x"}"#, "{}"]),
        Case("a|lte: 10", yes: [#"{"a":10}"#], no: [#"{"a":10.5}"#]),
        Case("a|gt: 10", yes: [#"{"a":11}"#], no: [#"{"a":10}"#]),
        Case("a|gte: -1", yes: [#"{"a":-1}"#], no: [#"{"a":-2}"#]),
        Case(
            "a|fieldref: b", yes: [#"{"a":"x","b":"X"}"#, #"{"a":1,"b":1}"#],
            no: [#"{"a":"x","b":"y"}"#, "{}", #"{"a":"*","b":"z"}"#]),
        Case("a|fieldref|startswith: b", yes: [#"{"a":"xyz","b":"xy"}"#], no: [#"{"a":"xyz","b":"yz"}"#]),
        Case("a|fieldref|endswith: b", yes: [#"{"a":"xyz","b":"yz"}"#], no: [#"{"a":"xyz","b":"xy"}"#]),
        Case("a|fieldref|contains: b", yes: [#"{"a":"xyz","b":"y"}"#], no: [#"{"a":"xyz","b":"*"}"#]),
        // printf 'foobar' | base64
        Case("a|base64: foobar", yes: [#"{"a":"Zm9vYmFy"}"#], no: [#"{"a":"foobar"}"#]),
        // printf ' foobar' | base64: IGZvb2Jhcg==, printf '  foobar' | base64: ICBmb29iYXI=
        Case(
            "a|base64offset|contains: foobar",
            yes: [#"{"a":"xZm9vYmFyx"}"#, #"{"a":"..Zvb2Jhc.."}"#, #"{"a":"..mb29iYX.."}"#],
            no: [#"{"a":"foobar"}"#]),
        // printf 'ab' | iconv -t UTF-16LE | base64: YQBiAA==
        Case("a|wide|base64: ab", yes: [#"{"a":"YQBiAA=="}"#], no: [#"{"a":"YWI="}"#]),
        // printf 'ab' | iconv -t UTF-16BE | base64: AGEAYg==
        Case("a|utf16be|base64: ab", yes: [#"{"a":"AGEAYg=="}"#], no: [#"{"a":"YQBiAA=="}"#]),
        // The byte order mark first: printf '\xff\xfea\0b\0' | base64: //5hAGIA
        Case("a|utf16|base64: ab", yes: [#"{"a":"//5hAGIA"}"#], no: [#"{"a":"YQBiAA=="}"#]),
        Case(
            "a|windash|contains: ' -x'", yes: [#"{"a":"cmd -x"}"#, #"{"a":"cmd /x"}"#, #"{"a":"cmd –x"}"#],
            no: [#"{"a":"cmd +x"}"#]),
        Case(
            "a|minute: 5", yes: [#"{"a":"2026-11-23T13:05:59Z"}"#],
            no: [#"{"a":"2026-11-23T13:06:00Z"}"#, #"{"a":"x"}"#]),
        Case(
            "a|hour: 13", yes: [#"{"a":"2026-11-23T13:05:59.5Z"}"#, #"{"a":"2026-11-23T14:05:59+01:00"}"#],
            no: [#"{"a":"2026-11-23T14:05:59Z"}"#]),
        Case("a|hour|gte: 22", yes: [#"{"a":"2026-11-23T23:00:00Z"}"#], no: [#"{"a":"2026-11-23T21:59:59Z"}"#]),
        Case("a|day: 23", yes: [#"{"a":"2026-11-23T13:05:59Z"}"#], no: [#"{"a":"2026-11-22T13:05:59Z"}"#]),
        // date -d 2026-11-23 +%V
        Case("a|week: 48", yes: [#"{"a":"2026-11-23T00:00:00Z"}"#], no: [#"{"a":"2026-11-22T23:59:59Z"}"#]),
        // date -d 2027-01-01 +%V
        Case("a|week: 53", yes: [#"{"a":"2027-01-01T00:00:00Z"}"#], no: [#"{"a":"2027-01-04T00:00:00Z"}"#]),
        Case("a|month: 11", yes: [#"{"a":"2026-11-30T00:00:00Z"}"#], no: [#"{"a":"2026-12-01T00:00:00Z"}"#]),
        Case("a|year: 2026", yes: [#"{"a":"2026-01-01T00:00:00Z"}"#], no: [#"{"a":"2025-12-31T23:59:59Z"}"#]),
        Case("a|contains|expand: '%names%'", yes: [#"{"a":"an alice"}"#, #"{"a":"bob"}"#], no: [#"{"a":"names"}"#]),
        Case("a|expand: 'u-%names%-x'", yes: [#"{"a":"u-bob-x"}"#], no: [#"{"a":"bob"}"#]),
        Case("a: '%names%'", yes: [#"{"a":"%names%"}"#], no: [#"{"a":"bob"}"#]),
        Case(
            "a.b: x", yes: [#"{"a":{"b":"x"}}"#, #"{"a":[{"b":"y"},{"b":["x"]}]}"#, #"{"a.b":"x"}"#],
            no: [#"{"a":"x"}"#]),
        Case(
            "a.b.c: x", yes: [#"{"a":{"q":1},"a.b":{"c":"x"}}"#, #"{"a":{"b":{"q":1},"b.c":"x"}}"#],
            no: [#"{"a":{"b":{"q":"x"}}}"#]),
        Case("a.1.b: x", yes: [#"{"a":[{"b":"y"},{"b":"x"}]}"#], no: [#"{"a":[{"b":"x"}]}"#]),
        Case(
            "a.app.kubernetes.io/name: x", yes: [#"{"a":{"app.kubernetes.io/name":"x"}}"#], no: [#"{"a":{"app":"x"}}"#]),
        Case("kubernetes.audit.objectRef.resource: pods", yes: [#"{"objectRef":{"resource":"pods"}}"#], no: ["{}"]),
        Case("user.name: eve", yes: [#"{"user":{"username":"eve"}}"#], no: [#"{"user":{"username":"bob"}}"#]),
    ]

    @Test("A line is true of what the specification says and of nothing else", arguments: cases)
    func lines(_ sample: Case) throws {
        let lists = [listFile("names", members: "[alice, bob]")]
        let detection = "sel:\n  \(sample.item)\ncondition: sel"
        for record in sample.yes { #expect(try sigmaMatches(detection, record, lists: lists) == true, "\(record)") }
        for record in sample.no { #expect(try sigmaMatches(detection, record, lists: lists) == false, "\(record)") }
    }

    static let conditions: [(condition: String, truths: [String])] = [
        ("a1 and a2", ["12", "12b"]), ("a1 or b", ["1", "12", "b", "12b"]), ("not a1", ["", "b"]),
        ("1 of a*", ["1", "12", "12b"]),
        ("all of a*", ["12", "12b"]), ("1 of them", ["1", "12", "b", "12b"]), ("all of them", ["12b"]),
        ("any of a*", ["1", "12", "12b"]), ("a1 and not (a2 or b)", ["1"]), ("not not a1", ["1", "12", "12b"]),
        ("a1 or b and a2", ["1", "12", "12b"]), ("(a1 or b) and a2", ["12", "12b"]), ("not 1 of a*", ["", "b"]),
    ]

    @Test("Conditions bind as the specification says", arguments: conditions)
    func condition(_ sample: (condition: String, truths: [String])) throws {
        for (name, record) in [
            ("", "{}"), ("1", #"{"x":1}"#), ("12", #"{"x":1,"y":2}"#), ("b", #"{"z":3}"#),
            ("12b", #"{"x":1,"y":2,"z":3}"#),
        ] {
            let detection = "a1: {x: 1}\na2: {y: 2}\nb: {z: 3}\n_c: {q: 1}\ncondition: \(sample.condition)"
            #expect(try sigmaMatches(detection, record) == sample.truths.contains(name), "\(record)")
        }
    }

    @Test("Lists of maps, keywords and lists of conditions")
    func shapes() throws {
        let maps = "sel:\n  - {a: 1, b: 2}\n  - {c: 3}\ncondition: sel"
        #expect(try sigmaMatches(maps, #"{"a":1,"b":2}"#) == true)
        #expect(try sigmaMatches(maps, #"{"a":1}"#) == false)
        #expect(try sigmaMatches(maps, #"{"c":3}"#) == true)
        let keywords = "words: ['evil', 'b?d']\ncondition: words"
        #expect(try sigmaMatches(keywords, #"{"a":{"b":["very EVIL thing"]}}"#) == true)
        #expect(try sigmaMatches(keywords, #"{"a":"a bad one"}"#) == true)
        #expect(try sigmaMatches(keywords, #"{"evil":"x"}"#) == false)
        let all = "words:\n  '|all': [one, two]\ncondition: words"
        #expect(try sigmaMatches(all, #"{"a":"one","b":"two"}"#) == true)
        #expect(try sigmaMatches(all, #"{"a":"one"}"#) == false)
        let several = "a: {x: 1}\nb: {y: 2}\ncondition: [a, b]"
        #expect(try sigmaMatches(several, #"{"y":2}"#) == true)
        #expect(try sigmaMatches(several, #"{"y":1}"#) == false)
    }
}
