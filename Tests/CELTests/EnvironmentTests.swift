import JSONView
import Testing

@testable import CEL

@Suite("A first use of the library")
struct SmokeTests {
    @Test(
        "Expressions over a JSON document",
        arguments: [
            ("object.spec.replicas <= 5", true),
            ("has(object.spec.x) || object.name == 'a'", true),
            ("object.list.all(x, x in [1, 2, 3])", true),
            ("object.list.exists(x, x > 2)", true),
            ("(object.list + object.list).filter(x, x == 1).size() == 2", true),
            ("object.name.startsWith('b')", false),
            ("object.name.matches('^[a-z]$')", true),
            ("object.list.map(x, x * 2) == [2, 4, 6]", true),
            ("{'a': 1}.a == 1 && 'a' in {'a': 2}", true),
            ("object.spec == {'replicas': 3.0}", true),
            ("size(object.name) == 1 ? true : false", true),
            ("type(object.spec) == map && string(1.5) == '1.5'", true),
            ("timestamp('2020-01-01T00:00:00Z') + duration('1h') > timestamp('2020-01-01T00:00:00Z')", true),
        ])
    func evaluates(_ expression: String, _ expected: Bool) throws {
        let parser = JSONParser()
        let document = try parser.parse(#"{"name": "a", "spec": {"replicas": 3}, "list": [1, 2, 3]}"#)
        let environment = Environment(variables: [Variable("object", .dyn)])
        let program = environment.program(try environment.compile(expression))
        let evaluator = Evaluator()
        #expect(program.matches(JSONActivation(document.root), using: evaluator) == expected)
        #expect(program.matches(JSONActivation(document.root), using: evaluator) == expected)
        if case .bool(let value) = program.explain(JSONActivation(document.root), to: EvaluationTrace()) {
            #expect(value == expected)
        } else {
            Issue.record("no boolean")
        }
    }

    @Test("Faults are reported together, each with its line and a caret")
    func faults() {
        let environment = Environment(variables: [Variable("x", .int)])
        #expect {
            _ = try environment.compile("x + 'a' == y")
        } throws: { error in
            (error as? CompileErrors)?.description == """
                ERROR: <input>:1:3: found no matching overload for '_+_' applied to '(int, string)'
                 | x + 'a' == y
                 | ..^
                ERROR: <input>:1:12: undeclared reference to 'y' (in container '')
                 | x + 'a' == y
                 | ...........^
                """
        }
    }
}
