import JSONView
import Testing

@Suite("Parsing JSON")
struct JSONParserTests {
    struct Fault: CustomTestStringConvertible, Sendable {
        let text: String
        let reason: JSONError.Reason
        let offset: Int
        var testDescription: String { text.debugDescription }
    }

    static let faults: [Fault] = [
        Fault(text: "", reason: .empty, offset: 0),
        Fault(text: "  ", reason: .empty, offset: 2),
        Fault(text: #"{"a":1"#, reason: .unexpectedEnd, offset: 6),
        Fault(text: #"{"a" 1}"#, reason: .unexpectedByte(UInt8(ascii: "1")), offset: 5),
        Fault(text: #"{a:1}"#, reason: .unexpectedByte(UInt8(ascii: "a")), offset: 1),
        Fault(text: #"[1,]"#, reason: .unexpectedByte(UInt8(ascii: "]")), offset: 3),
        Fault(text: #"{"a":1,}"#, reason: .unexpectedByte(UInt8(ascii: "}")), offset: 7),
        Fault(text: #"[1] x"#, reason: .trailingData, offset: 4),
        Fault(text: #"{"a":tru}"#, reason: .invalidLiteral, offset: 5),
        Fault(text: #"[01]"#, reason: .invalidNumber, offset: 1),
        Fault(text: #"[1.]"#, reason: .invalidNumber, offset: 1),
        Fault(text: #"["\x"]"#, reason: .invalidEscape, offset: 2),
        Fault(text: #"["\ud800"]"#, reason: .invalidEscape, offset: 2),
        Fault(text: "[\"a\nb\"]", reason: .controlCharacter(0x0A), offset: 3),
    ]

    @Test("A fault is named with its reason and byte position", arguments: faults)
    func faultIsLocated(_ fault: Fault) {
        #expect(throws: JSONError(fault.reason, at: fault.offset)) {
            try JSONParser().parse(fault.text)
        }
    }

    @Test("Invalid UTF-8 is refused where it stands")
    func invalidUTF8() {
        let overlong: [UInt8] = [0x5B, 0x22, 0x61, 0xC0, 0xAF, 0x22, 0x5D]
        #expect(throws: JSONError(.invalidUTF8, at: 3)) { try JSONParser().parse(overlong) }
    }

    @Test("Nesting and size stop at their limits")
    func limits() throws {
        let limits = JSONLimits(size: 100, depth: 8)
        let parser = JSONParser(limits: limits)
        #expect(try parser.parse(nested(8)).root.kind == .array)
        #expect(throws: JSONError(.tooDeep(limit: 8), at: 8)) { try parser.parse(nested(9)) }
        #expect(throws: JSONError(.tooLarge(limit: 100), at: 100)) {
            try parser.parse(String(repeating: " ", count: 101))
        }
        #expect(throws: JSONError(.tooDeep(limit: 512), at: 512)) { try JSONParser().parse(nested(100_000)) }
    }

    @Test("A document that somebody holds is not parsed into again")
    func documentsAreNotOverwritten() throws {
        let parser = JSONParser()
        let first = try parser.parse(#"{"a":"one"}"#)
        let second = try parser.parse(#"{"a":"two"}"#)
        #expect(first.root["a"]?.string == "one")
        #expect(second.root["a"]?.string == "two")
    }

    @Test("Who holds one document until the next is parsed makes no new ones")
    func documentsTakeTurns() throws {
        let parser = JSONParser()
        var held = try parser.parse(#"{"a":0}"#)
        var known = [ObjectIdentifier(held)]
        for number in 1..<10 {
            let next = try parser.parse(#"{"a":\#(number)}"#)
            #expect(held.root["a"]?.int64 == Int64(number - 1))
            if !known.contains(ObjectIdentifier(next)) { known.append(ObjectIdentifier(next)) }
            held = next
        }
        #expect(known.count == 2)
    }

    @Test("A parser that met a fault goes on with the next text")
    func faultLeavesNoTrace() throws {
        let parser = JSONParser()
        #expect(throws: JSONError.self) { try parser.parse("[1,") }
        #expect(try parser.parse("[1,2]").root.count == 2)
    }

    private func nested(_ depth: Int) -> String {
        String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
    }
}
