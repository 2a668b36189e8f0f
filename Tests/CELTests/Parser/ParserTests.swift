import CEL
import Testing

@Suite("Parsing")
struct ParserTests {
    private func message(_ text: String) -> String {
        do {
            _ = try Environment(variables: [Variable("x", .dyn)]).parse(text)
            return "parsed"
        } catch {
            return error.issues.map { "\($0.location.line):\($0.location.column): \($0.message)" }.joined(
                separator: "; ")
        }
    }

    @Test(
        "Faults name their place",
        arguments: [
            ("9223372036854775808", "1:1: invalid int literal"),
            ("18446744073709551616u", "1:1: invalid uint literal"),
            ("1e999", "1:1: invalid double literal"),
            (#"'\ud800'"#, "1:1: invalid unicode code point"),
            ("if", "1:1: reserved identifier: if"),
            ("has(x)", "1:5: invalid argument to has() macro"),
            ("[1].all(x.y, true)", "1:10: argument must be a simple name"),
        ])
    func faults(_ text: String, _ expected: String) { #expect(message(text) == expected) }

    @Test("What nests too deeply or is too long is refused, whatever it nests")
    func depth() {
        let deep = 300
        let texts = [
            String(repeating: "(", count: deep) + "x" + String(repeating: ")", count: deep),
            String(repeating: "[", count: deep) + String(repeating: "]", count: deep),
            "x" + String(repeating: " + x", count: deep), "x" + String(repeating: ".a", count: deep),
            "x" + String(repeating: "[0]", count: deep), "x" + String(repeating: " == x", count: deep),
            String(repeating: "x ? x : ", count: deep) + "x",
            String(repeating: "[x].map(y, ", count: deep) + "y" + String(repeating: ")", count: deep),
            String(repeating: "{1: ", count: deep) + "1" + String(repeating: "}", count: deep),
            // Found by fuzzing: `optMap` uses its target twice, and so a chain of them doubles with each.
            "optional.of(x)" + String(repeating: ".optMap(y, y)", count: 40),
        ]
        for text in texts {
            let found = message(text)
            #expect(
                found.hasSuffix("max recursion depth exceeded")
                    || found.hasSuffix("expression recursion limit exceeded: 250"), "\(text.prefix(20)): \(found)")
        }
        #expect(message(String(repeating: " ", count: 100_001)).contains("code point size exceeds limit"))
    }

    @Test("Long chains of && and || do not nest")
    func logicalChains() throws {
        let chain = Array(repeating: "x == 1", count: 3000).joined(separator: " || ")
        let environment = Environment(variables: [Variable("x", .int)])
        let program = environment.program(try environment.compile(chain))
        guard case .bool(true) = program.evaluate(SlotActivation([.int(1)])) else {
            Issue.record("not true")
            return
        }
    }
}
