import JSONView
import SecurityEvents
import Testing

@testable import Manifests

@Suite("YAML with places")
struct YAMLReaderTests {
    private func read(_ text: String, _ dialect: YAMLScalar.Dialect = .kubernetes) throws -> PlacedValue {
        try YAMLReader.read(.init(text: text, linesBefore: 0), file: "a.yaml", dialect: dialect)
    }

    private func fault(_ text: String) -> Diagnostic? {
        do {
            _ = try read(text)
            return nil
        } catch {
            return error as? Diagnostic
        }
    }

    @Test(
        "Plain scalars mean what kubectl reads",
        arguments: [
            ("yes", .bool(true)), ("Off", .bool(false)), ("y", .bool(true)), ("~", .null), ("", .null),
            ("0777", .int(511)), ("0x1F", .int(31)), ("0o17", .int(15)), ("1_000", .int(1000)), ("-5", .int(-5)),
            ("1.5", .double(1.5)), ("1e3", .double(1000)), ("22:22", .text("22:22")), ("1.2.3", .text("1.2.3")),
            ("'yes'", .text("yes")), ("\"1\"", .text("1")), ("!!str 1", .text("1")),
            ("9999999999999999999999", .double(1e22)),
        ] as [(String, PlacedValue.Content)])
    func scalars(_ text: String, _ content: PlacedValue.Content) throws {
        #expect(try read("a: " + text)["a"]?.content == content)
    }

    @Test("Compose keeps yes and on as texts")
    func composeWords() throws {
        #expect(try read("a: yes", .compose)["a"]?.content == .text("yes"))
        #expect(try read("a: true", .compose)["a"]?.content == .bool(true))
    }

    @Test("Values and keys know their line and column")
    func places() throws {
        let root = try YAMLReader.read(.init(text: "a:\n  - b: 1\n    c: {d: x}", linesBefore: 10), file: "a")
        let found = root.find(.init([.key("a"), .position(0), .key("c"), .key("d")]))
        #expect(found.isWhole && found.place == Place(line: 13, column: 9) && found.value.place.column == 12)
        let absent = root.find(.init([.key("a"), .position(0), .key("x"), .key("y")]))
        #expect(!absent.isWhole && absent.place == Place(line: 12, column: 5))
    }

    @Test("Merge keys: what is written counts more than what is merged, the first merged more than the next")
    func mergeKeys() throws {
        let root = try read("x: &x {a: 1, b: 1}\ny: &y {b: 2, c: 2}\nz:\n  <<: [*x, *y]\n  a: 3")
        let z = try #require(root["z"])
        #expect(z["a"]?.content == .int(3) && z["b"]?.content == .int(1) && z["c"]?.content == .int(2))
    }

    @Test("Anchors that stand for more than anybody can hold are refused, with a place")
    func bomb() throws {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n"
        for level in 1...12 {
            text +=
                "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ",") + "]\n"
        }
        let fault = try #require(self.fault(text))
        #expect(fault.message.contains("200000 values") && fault.line > 0)
        let key = try #require(self.fault(text + "? *a12\n: 1\n"))
        #expect(key.message.contains("plain text") && key.line == 14)
        #expect(try read(#"{"a":"[x]: *b","c":"{d}:"}"#)["c"]?.text == "{d}:")
        #expect(self.fault(text + "*a12 : 1\n")?.line == 14)
        // Brackets within a text are no collection, whatever aliases stand elsewhere.
        #expect(
            try read("a: &x {b: c}\nd: *x\ne:\n- --listen=[$(HOST_IP)]:9100\n- ${A[0]}:x\nf: 1")["e"]?.elements.map(
                \.text)
                == ["--listen=[$(HOST_IP)]:9100", "${A[0]}:x"])
        #expect(self.fault(text + "{[*a12]: 1}\n")?.line == 14)
    }

    @Test(
        "Faults name their place and what to do",
        arguments: [
            ("a: 1\nb: 2\na: 3", "same key more than once: 'a'"), ("a:\n\t- b", "tab"), ("a: [1, 2", ""),
            ("a: *nothing", "undefined alias"), ("<<: 3", "merges mappings only"),
            (String(repeating: "[", count: 5000), ""), ("[a, b]: 1\nc: 2", "plain text"),
        ])
    func faults(_ text: String, _ part: String) throws {
        let fault = try #require(self.fault(text))
        #expect(fault.message.contains(part), "\(fault)")
        #expect(fault.line > 0)
    }

    @Test("Streams are divided at --- and ..., whatever stands between, and know Helm's sources")
    func documents() {
        let text =
            "%YAML 1.1\n---\n# Source: web/a.yaml\na: |\n  ---\n  x\n--- # c\n\n---\n# only a comment\n...\n---\nb: 1"
        let parts = Array(YAMLDocuments(lines: text.split(separator: "\n", omittingEmptySubsequences: false)))
        #expect(parts.count == 2)
        #expect(parts.first?.source == "web/a.yaml" && parts.first?.linesBefore == 1)
        #expect(parts.last?.linesBefore == 11)
    }

    @Test("JSON objects one behind the other are documents of their own")
    func objectsInARow() {
        let text = "{\"a\": 1}\n{\n  \"b\": {\n  }\n}\n\n{\"c\": 3}\n"
        let parts = Array(YAMLDocuments(lines: text.textLines()))
        #expect(parts.map(\.linesBefore) == [0, 1, 6])
        // A list's elements, and YAML that goes on, are no new documents.
        let list = "[{\"a\": 1},\n{\"b\": 2}]\n"
        #expect(Array(YAMLDocuments(lines: list.textLines())).count == 1)
    }

    @Test("Windows' line ends divide lines as others do", arguments: ["a: 1\r\n---\r\nb: 2\r\n", "a: 1\n---\nb: 2\n"])
    func lineEnds(_ text: String) {
        let parts = Array(YAMLDocuments(lines: text.textLines()))
        #expect(parts.map(\.linesBefore) == [0, 1])
        #expect(parts.allSatisfy { !$0.text.contains("\r") })
    }
}
