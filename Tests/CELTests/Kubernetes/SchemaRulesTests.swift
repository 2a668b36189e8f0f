import CEL
import JSONView
import Testing

@Suite("Rules of custom resources")
struct SchemaRulesTests {
    private let schema = #"""
        {"type": "object", "properties": {
          "spec": {"type": "object", "properties": {
            "replicas": {"type": "integer", "x-kubernetes-validations": [
              {"rule": "self <= 5", "messageExpression": "'at most five, not ' + string(self)"}]},
            "names": {"type": "array", "x-kubernetes-list-type": "set", "items": {"type": "string"}}},
            "x-kubernetes-validations": [{"rule": "self.names == oldSelf.names", "message": "names stay"}]}}}
        """#

    private func report(_ value: String, _ old: String?) throws -> SchemaRules.Report {
        let documents = try ([schema, value] + (old.map { [$0] } ?? [])).map { try JSONParser().parse($0) }
        return withExtendedLifetime(documents) {
            SchemaRules(documents[0].root).validate(
                documents[1].root, old: documents.count > 2 ? documents[2].root : nil)
        }
    }

    @Test("Rules of transition wait for an update; what was wrong before is forgiven")
    func validation() throws {
        let six = #"{"spec": {"replicas": 6, "names": ["a", "b"]}}"#
        #expect(try report(six, nil).errors == ["root.spec.replicas: Invalid value: 6: at most five, not 6"])
        let forgiven = try report(#"{"spec": {"replicas": 6, "names": ["b", "a"]}}"#, six)
        #expect(forgiven.errors.isEmpty)
        #expect(forgiven.warnings == ["root.spec.replicas: Invalid value: 6: at most five, not 6"])
        #expect(
            try report(#"{"spec": {"replicas": 1, "names": ["c"]}}"#, six).errors == [
                "root.spec: Invalid value: names stay"
            ])
    }

    @Test("Variables of a policy are made once, and only when they are asked for")
    func variables() throws {
        let document = try JSONParser().parse(#"{"metadata": {"name": "a"}}"#)
        let policy = try PolicyVariables([
            ("name", "object.metadata.name"), ("broken", "object.nothing.at.all"),
            ("upper", "variables.name.upperAscii()"),
        ])
        let program = policy.environment.program(
            try policy.environment.compile("variables.upper == 'A' && variables.upper != variables.name"))
        var base = SlotActivation(Array(repeating: nil, count: policy.environment.variables.count))
        base.values[0] = .json(document.root)
        let activation = policy.activation(base)
        guard case .bool(true) = program.evaluate(activation) else {
            Issue.record("not true")
            return
        }
        #expect(activation.cost == 3 + 3)
        #expect(throws: PolicyVariables.Fault.self) { try PolicyVariables([("a", "variables.b"), ("b", "1")]) }
    }

    @Test("An explanation shows each part with its value")
    func explanation() throws {
        let document = try JSONParser().parse(#"{"a": 1, "list": [1, 2]}"#)
        let environment = Environment(variables: [Variable("object", .dyn)])
        let checked = try environment.compile("object.a == 2 && object.list.all(x, x > 0) ? 'y' : 'n'")
        let trace = EvaluationTrace()
        _ = environment.program(checked).explain(JSONActivation(document.root), to: trace)
        #expect(
            checked.explanation(trace) == """
                "n"  ←  object.a == 2 && object.list.all(x, x > 0) ? 'y' : 'n'
                └ false  ←  object.a == 2 && object.list.all(x, x > 0)
                  ├ false  ←  object.a == 2
                  │ └ 1  ←  object.a
                  └ not looked at  ←  object.list.all(x, x > 0)
                    ├ not looked at  ←  object.list
                    └ not looked at  ←  x > 0
                      └ not looked at  ←  x
                """)
    }

    @Test("An explanation has no line for a function's name, nor for a variable that holds all there is")
    func explanationOfCalls() throws {
        let document = try JSONParser().parse(#"{"a": "x", "b": {"c": 1}}"#)
        let environment = Environment(libraries: .kubernetes, variables: [Variable("object", .dyn)])
        let checked = try environment.compile("sets.contains([object.b.c], [1]) && size(object) == 2")
        let trace = EvaluationTrace()
        _ = environment.program(checked).explain(JSONActivation(document.root), to: trace)
        #expect(
            checked.explanation(trace) == """
                true  ←  sets.contains([object.b.c], [1]) && size(object) == 2
                ├ true  ←  sets.contains([object.b.c], [1])
                │ └ [1]  ←  [object.b.c]
                │   └ 1  ←  object.b.c
                └ true  ←  size(object) == 2
                  └ 2  ←  size(object)
                """)
    }
}
