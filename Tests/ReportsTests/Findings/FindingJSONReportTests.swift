import Foundation
import JSONView
import SecurityEvents
import TestSupport
import Testing

@testable import Reports

@Suite("A finding as JSON")
struct FindingJSONReportTests {
    private let schema: JSONSchema
    private let schemaDocument: JSONDocument

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().deletingLastPathComponent()
        let text = try Data(contentsOf: root.appendingPathComponent("docs/finding.schema.json"))
        schemaDocument = try JSONParser().parse([UInt8](text))
        schema = JSONSchema(schemaDocument)
    }

    @Test("Written behind others, a finding is the same")
    func behind() {
        let report = FindingJSONReport()
        var lines: [UInt8] = []
        for finding in Self.findings { report.append(finding, to: &lines) }
        #expect(String(decoding: lines, as: UTF8.self) == Self.findings.map(report.text(of:)).joined())
    }

    /// Findings at the edges of what one can be.
    static var findings: [Finding] {
        var empty = Finding.sample()
        empty.time = nil
        empty.workload = nil
        empty.container = nil
        empty.actor = ActorSummary()
        (empty.evidence, empty.tags, empty.falsePositives, empty.remediation) = ([], [], [], nil)
        let hostile = Finding.sample(
            id: "\"\\\u{1B}\u{202E}\0", message: "a\n\t\r\u{8}\u{2028}😀\u{10FFFF}\u{E0041}", namespace: "\u{FEFF}")
        let times = [0, 1, -1, 1_795_440_909_845_086_001 as Int64].map { nanoseconds in
            var finding = Finding.sample()
            finding.time = Timestamp(nanoseconds: nanoseconds)
            return finding
        }
        let words = Level.allCases.map { Finding.sample(level: $0) }
        return [.sample(), empty, hostile] + times + words
    }

    @Test("fits its schema, is one line, and loses nothing", arguments: findings)
    func schema(finding: Finding) throws {
        let text = FindingJSONReport().text(of: finding)
        #expect(text.hasSuffix("\n"))
        #expect(text.dropLast().unicodeScalars.allSatisfy { !$0.isUnseen })
        try withJSON(text) { #expect(schema.faults(in: $0) == []) }
        let read = try withJSON(text) { try Finding(json: $0) }
        #expect(read == finding)
    }

    @Test("another program reads the same")
    func foundation() throws {
        let finding = Self.findings[2]
        let text = FindingJSONReport().text(of: finding)
        let object = try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any]
        #expect(object?["message"] as? String == finding.message)
        #expect(object?["id"] as? String == finding.id)
    }

    @Test("the schema names each member, and in the order they are written")
    func members() throws {
        func names(_ value: JSONValue?) -> [String] { value?.members.map { String($0.key) } ?? [] }
        func required(_ value: JSONValue?) -> [String] { value?["required"]?.elements.compactMap(\.string) ?? [] }
        let root = schemaDocument.root
        try withJSON(FindingJSONReport().text(of: .sample())) { json in
            #expect(names(json) == required(root))
            #expect(names(json) == names(root["properties"]))
            for name in ["actor", "workload", "container", "position"] {
                let part = root["$defs"]?.member(JSONKey(name))
                #expect(names(json.member(JSONKey(name))) == required(part))
                #expect(required(part) == names(part?["properties"]))
            }
        }
    }

    @Test("the schema's words are those of the model")
    func words() {
        func words(_ value: JSONValue?) -> [String] { value?["enum"]?.elements.compactMap(\.string) ?? [] }
        let properties = schemaDocument.root["properties"]
        let parts = schemaDocument.root["$defs"]
        #expect(words(properties?["level"]) == Level.allCases.map(\.rawValue))
        #expect(words(properties?["source"]) == SourceType.allCases.map(\.rawValue))
        #expect(words(properties?["action"]) == Action.allCases.map(\.rawValue))
        #expect(words(properties?["outcome"]) == Outcome.allCases.map(\.rawValue))
        #expect(words(parts?["actor"]?["properties"]?["authentication"]) == Authentication.allCases.map(\.rawValue))
        #expect(words(parts?["workload"]?["properties"]?["platform"]) == Platform.allCases.map(\.rawValue))
        #expect(words(parts?["container"]?["properties"]?["role"]) == Container.Role.allCases.map(\.rawValue))
    }

    @Test(
        "the schema refuses what is no finding",
        arguments: [
            (#""level":"high""#, #""level":"urgent""#), (#""line":12"#, #""line":-1"#), (#""line":12"#, #""line":1.5"#),
            (#""id":"f-1""#, #""id":"""#), (#""time":"2026-11-23T13:35:09.845086Z""#, #""time":"yesterday""#),
            (#""time":"2026-11-23T13:35:09.845086Z""#, #""time":"2026-13-23T13:35:09Z""#),
            (#""title":"#, #""title2":"#),
            (#""groups":["dev","#, #""groups":[1,"#), (#""workload":{"#, #""workload":[],"x":{"#),
        ])
    func refused(part: String, replacement: String) throws {
        let text = FindingJSONReport().text(of: .sample())
        try #require(text.contains(part))
        try withJSON(text.replacing(part, with: replacement)) { #expect(schema.faults(in: $0) != []) }
    }

    @Test("the validator says which keyword it does not check")
    func honest() throws {
        let schema = JSONSchema(try JSONParser().parse(#"{"properties":{"a":{"maxLength":1}}}"#))
        try withJSON(#"{"a":"long"}"#) { value in
            #expect(schema.faults(in: value) == ["$.a: the keyword maxLength is not checked"])
        }
    }
}
