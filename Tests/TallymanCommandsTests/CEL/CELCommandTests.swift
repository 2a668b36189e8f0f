import ArgumentParser
import Testing

@testable import TallymanCommands

@Suite("Expressions on the command line")
struct CELCommandTests {
    @Test(
        "An expression or a file of cases is given, and variables have names and files",
        arguments: [
            ["cel", "eval"], ["cel", "eval", "1", "--batch", "cases.jsonl"], ["cel", "check"],
            ["cel", "eval", "1", "--var", "x"], ["cel", "eval", "1", "--dialect", "sql"],
        ])
    func refused(_ arguments: [String]) {
        #expect(throws: (any Error).self) { try TallymanCommand.parseAsRoot(arguments) }
    }

    @Test("A file of cases gives one result a line, also for lines that are no case")
    func batch() {
        let cases = #"""
            {"id": "sum", "input": {"expr": "x + 1", "bindings": [{"key": "x", "value": {"value": {"int64_value": "4"}}}]}}

            no case
            {"id": "syntax", "input": {"expr": "1 +"}}
            {"id": "empty"}
            {"id": "spent", "input": {"expr": "object.a.all(x, x > 0)", "object": {"a": [1, 2]}, "costLimit": 3}}
            """#
        var results: [String] = []
        CaseBatch.run(Array(cases.utf8)) { line in
            results.append(line)
            return true
        }
        #expect(results.count == 5)
        let wanted = [
            #"{"id":"sum","value":{"int64_value":5},"json":5"#, #"{"id":null,"error":"line 3: "#,
            #"{"id":"syntax","error":"ERROR: <input>:1:4: Syntax error: mismatched input '<EOF>' expecting {"#,
            #"{"id":"empty","error":"the case has no expression (input.expr)"}"#,
            #"{"id":"spent","error":"operation cancelled: actual cost limit exceeded""#,
        ]
        for (result, start) in zip(results, wanted) { #expect(result.hasPrefix(start)) }
    }

    @Test("What is well said is taken")
    func accepted() throws {
        let command = try TallymanCommand.parseAsRoot(["cel", "eval", "1 + 1", "--cost", "--var", "a=b.json"])
        #expect((command as? CELEvalCommand)?.options.variables == ["a=b.json"])
    }
}
