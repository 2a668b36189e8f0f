import CEL
import Testing

/// The expected texts are what cel-go says of expressions of these shapes, as its own tests and its users' reports show.
@Suite("Faults of syntax")
struct SyntaxDiagnosisTests {
    private static let operand =
        "{'[', '{', '(', '.', '-', '!', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}"
    private static let mapEntry =
        "{'[', '{', '}', '(', '.', ',', '-', '!', '?', 'true', 'false', 'null', NUM_FLOAT, NUM_INT, NUM_UINT, STRING, "
        + "BYTES, IDENTIFIER}"
    private static let field = "{'}', ',', '?', IDENTIFIER, ESC_IDENTIFIER}"

    private func messages(_ text: String) -> [String] {
        do {
            _ = try Environment(variables: [Variable("x", .dyn)]).parse(text)
            return []
        } catch {
            return error.issues.map {
                "\($0.location.line):\($0.location.column): "
                    + $0.message.replacing("Syntax error: ", with: "").replacing(Self.operand, with: "OPERAND")
                    .replacing(Self.mapEntry, with: "MAP ENTRY").replacing(Self.field, with: "FIELD")
            }
        }
    }

    @Test(
        "A fault is told as cel-go tells it",
        arguments: [
            ("", ["1:1: mismatched input '<EOF>' expecting OPERAND"]),
            ("{", ["1:2: mismatched input '<EOF>' expecting MAP ENTRY"]),
            (
                "*@a | b",
                [
                    "1:1: extraneous input '*' expecting OPERAND", "1:2: token recognition error at: '@'",
                    "1:5: token recognition error at: '| '", "1:7: extraneous input 'b' expecting <EOF>",
                ]
            ),
            ("a | b", ["1:3: token recognition error at: '| '", "1:5: extraneous input 'b' expecting <EOF>"]),
            ("ObjectOfSpec(){}", ["1:15: mismatched input '{' expecting <EOF>"]),
            ("ObjectOfSpec{}()", ["1:15: mismatched input '(' expecting <EOF>"]),
            ("1 + $", ["1:5: token recognition error at: '$'", "1:6: mismatched input '<EOF>' expecting OPERAND"]),
            ("1 + 2\n3 +", ["2:1: mismatched input '3' expecting <EOF>"]),
            (
                "1 + +",
                [
                    "1:5: mismatched input '+' expecting OPERAND", "1:6: mismatched input '<EOF>' expecting OPERAND",
                ]
            ),
            (#"{"a": 1}."a""#, [#"1:10: no viable alternative at input '."a"'"#]),
            (
                "'😁' in ['😁']\n   && in.😁",
                [
                    "2:7: extraneous input 'in' expecting OPERAND", "2:10: token recognition error at: '😁'",
                    "2:11: no viable alternative at input '.'",
                ]
            ),
            (
                "in",
                [
                    "1:1: mismatched input 'in' expecting OPERAND", "1:3: mismatched input '<EOF>' expecting OPERAND",
                ]
            ),
            (
                "spec{{a}}",
                [
                    "1:6: extraneous input '{' expecting FIELD", "1:8: mismatched input '}' expecting ':'",
                    "1:9: extraneous input '}' expecting <EOF>",
                ]
            ),
            ("obj{:a}", ["1:5: extraneous input ':' expecting FIELD", "1:7: mismatched input '}' expecting ':'"]),
            ("{a}", ["1:3: mismatched input '}' expecting ':'"]),
            ("{:a}", ["1:2: extraneous input ':' expecting MAP ENTRY", "1:4: mismatched input '}' expecting ':'"]),
            ("arr[a{b}]", ["1:8: mismatched input '}' expecting ':'"]),
            (
                "--",
                ["1:3: no viable alternative at input '-'", "1:3: mismatched input '<EOF>' expecting OPERAND"]
            ),
            ("?", ["1:1: mismatched input '?' expecting OPERAND", "1:2: mismatched input '<EOF>' expecting OPERAND"]),
            ("self.true == 1", ["1:6: mismatched input 'true' expecting IDENTIFIER"]),
            ("max(a,b,)", ["1:9: mismatched input ')' expecting OPERAND"]),
            ("-!x", ["1:2: no viable alternative at input '-!'"]),
            ("!-x", ["1:3: no viable alternative at input '-x'"]),
            (
                "a.in",
                ["1:3: no viable alternative at input '.in'", "1:5: mismatched input '<EOF>' expecting OPERAND"]
            ),
            ("....", ["1:2: no viable alternative at input '..'"]),
            ("(a){}", ["1:4: mismatched input '{' expecting <EOF>"]),
            ("(a.b){}", ["1:6: mismatched input '{' expecting <EOF>"]),
            ("a.`k-l`{}", ["1:8: mismatched input '{' expecting <EOF>"]),
            ("'host'.contains('n'", ["1:20: missing ')' at '<EOF>'"]),
            (
                "has(x.`$k`)",
                [
                    "1:7: token recognition error at: '`$'", "1:10: token recognition error at: '`)'",
                    "1:12: missing ')' at '<EOF>'",
                ]
            ),
            (
                "Obj{`$k`: 1}",
                [
                    "1:5: token recognition error at: '`$'", "1:8: token recognition error at: '`:'",
                    "1:11: missing ':' at '1'",
                ]
            ),
            (
                "variables.need.filter(l, !(lin resource.labels))",
                ["1:32: mismatched input 'resource' expecting ')'", "1:48: extraneous input ')' expecting <EOF>"]
            ),
        ])
    func grammar(_ text: String, _ expected: [String]) { #expect(messages(text) == expected) }

    @Test(
        "What is no string ends where cel-go finds that out",
        arguments: [
            (
                #""\xEz""#,
                [
                    #"1:1: token recognition error at: '"\xEz'"#, #"1:6: token recognition error at: '"'"#,
                    "1:7: mismatched input '<EOF>' expecting OPERAND",
                ]
            ),
            (
                #"x.matches('\d')"#,
                [
                    #"1:11: token recognition error at: ''\d'"#, "1:14: token recognition error at: '')'",
                    "1:16: mismatched input '<EOF>' expecting {'[', '{', '(', ')', '.', '-', '!', 'true', 'false', 'null', "
                        + "NUM_FLOAT, NUM_INT, NUM_UINT, STRING, BYTES, IDENTIFIER}",
                ]
            ),
            (
                "\"\"\"lorem\nipsum",
                [#"1:3: token recognition error at: '"lorem\n'"#, "2:1: extraneous input 'ipsum' expecting <EOF>"]
            ),
            (
                "\"lorem\nipsum\"",
                [#"1:1: token recognition error at: '"lorem\n'"#, #"2:6: token recognition error at: '"'"#]
            ),
            (
                "r\"lorem\nipsum\"",
                [
                    #"1:2: token recognition error at: '"lorem\n'"#, "2:1: extraneous input 'ipsum' expecting <EOF>",
                    #"2:6: token recognition error at: '"'"#,
                ]
            ),
            ("1 \u{0B} + 2", ["1:3: token recognition error at: '\u{0B}'"]),
            (
                "x = 1",
                ["1:3: token recognition error at: '= '", "1:5: extraneous input '1' expecting <EOF>"]
            ),
        ])
    func strings(_ text: String, _ expected: [String]) { #expect(messages(text) == expected) }

    @Test("Long names before braces and long texts with a fault at their end are told quickly")
    func length() {
        let chain = Array(repeating: "x", count: 200).joined(separator: ".")
        #expect(messages("\(chain){a}").last?.hasSuffix("mismatched input '}' expecting ':'") == true)
        let sum = Array(repeating: "x == -1", count: 500).joined(separator: " && ")
        #expect(messages("\(sum) && )").count == 1)
        #expect(messages(String(repeating: "- -1 ", count: 1000) + ")").count == 1)
        #expect(!messages(String(repeating: "a ? ", count: 2000)).isEmpty)
        #expect(messages(String(repeating: ") ", count: 2000)).last?.contains("limit exceeded") == true)
    }

    @Test("No order of tokens falls through: each is an expression or has a fault that the grammar explains")
    func orders() throws {
        let words = [
            "x", "1", "-", "!", ".", "?", ":", "(", ")", "[", "]", "{", "}", ",",
        ]
        let pairs = words.flatMap { first in words.map { "\(first) \($0)" } }
        for text in words + pairs + pairs.flatMap({ pair in words.map { "\(pair) \($0)" } }) {
            let found = messages(text)
            #expect(!found.contains { $0.contains("unexpected input") }, "\(text): \(found)")
        }
    }
}
