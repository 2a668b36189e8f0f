import CEL
import JSONView
import Testing

@Suite("Evaluating")
struct EvaluationTests {
    private static let personType = ObjectType(
        "Person",
        fields: [
            ObjectField("name", .string), ObjectField("age", .int), ObjectField("friends", .list(.dyn)),
            ObjectField("extra", .dyn),
        ])

    private final class Person: ObjectValue {
        let name: String
        var asked = 0

        init(_ name: String) { self.name = name }

        var objectType: ObjectType { EvaluationTests.personType }

        func field(_ index: Int) -> Value {
            asked += 1
            switch index {
            case 0: return .string(name)
            case 1: return .error(EvaluationError("no such key: age"))
            case 2: return .list(ListValue([.object(Person("Anna")), .object(Person("Bert"))]))
            default: return .null
            }
        }

        func hasField(_ index: Int) -> Bool { index != 1 }
    }

    private let environment = Environment(
        libraries: .standard + [
            Library(
                "test",
                overloads: [
                    Overload(
                        id: "shout", function: "shout", isMember: true, parameters: [.string], result: .string,
                        documentation: "The text, louder."
                    ) { arguments in .string(String(arguments.text(0) ?? JSONText(start: "", count: 0)).uppercased()) },
                    Overload(
                        id: "is_listed", function: "isListed", parameters: [.string, .list(.string)], result: .bool
                    ) { arguments in
                        guard case .list(let list) = arguments.value(1) else { return .bool(false) }
                        return .bool(list.elements.count == 2)
                    },
                ])
        ],
        variables: [
            Variable("person", .object(personType)), Variable("n", .int), Variable("json", .dyn),
            Variable("gone", .dyn),
        ],
        constants: [NamedConstant("names", .strings(["Anna", "Bert"]))])

    private func evaluate(_ text: String, _ evaluator: Evaluator = Evaluator()) throws -> Value {
        let document = try JSONParser().parse(
            #"{"a": {"b": [1, 2, {"c": "x"}]}, "big": 18446744073709551615, "null": null}"#)
        let program = environment.program(try environment.compile(text))
        return withExtendedLifetime(document) {
            program.evaluate(
                SlotActivation([.object(Person("Carl")), .int(3), .json(document.root), nil]), using: evaluator)
        }
    }

    @Test(
        "Records, functions and constants of the host",
        arguments: [
            "person.name == 'Carl'", "!has(person.age) && has(person.name)",
            "person.friends.exists(f, f.name == 'Bert')",
            "person.friends.map(f, f.name) == names", "'Anna' in names && !('Carl' in names)",
            "person.name.shout() == 'CARL'", "isListed('a', names)", "names.all(x, x.size() == 4)",
            "person == person && person.friends[0] != person.friends[1]", "person.?age.orValue(7) == 7",
            "type(person) == type(person)", "dyn(person).name == 'Carl'", "json.a.b[2].c == 'x'",
            "json.big == 18446744073709551615u", "json['null'] == null && has(json.a.b) && !has(json.a.z)",
            "json.a.b.size() == 3 && 2 in json.a.b", "json.a.?z.?y.orValue('none') == 'none'",
            // What is no optional is itself the answer (cel-go up to 0.27).
            "json.a.b.orValue([]).size() == 3 && dyn(dyn(1).or(optional.of(2))) == 1",
            "cel.bind(b, json.a.b, b[0] + b[1]) == n", "(json.a.b + [4]).exists(x, x == 4)",
        ])
    func holds(_ text: String) throws {
        let value = try evaluate(text)
        guard case .bool(true) = value else {
            Issue.record("\(text): \(value)")
            return
        }
    }

    @Test(
        "Errors say what happened",
        arguments: [
            ("json.a.z == 1", "no such key: z"), ("json.a.b[7] == 1", "index out of bounds: 7"),
            ("n / 0 == 1", "division by zero"), ("n % 0 == 1", "modulus by zero"),
            ("9223372036854775807 + n == 0", "integer overflow"), ("json.a.b.c", "no such overload"),
            ("gone == 1", "no such attribute(s): gone"),
            ("{'a': 1, 'a': 2}.size() == n", "insert failed: key a already exists"),
            ("int('x') == n", "type conversion error from 'string' to 'int'"), ("person.age == 1", "no such key: age"),
            ("optional.none().value() == n", "optional.none() dereference"), ("json.a && true", "no such overload"),
        ])
    func fails(_ text: String, _ expected: String) throws {
        let value = try evaluate(text)
        guard case .error(let error) = value else {
            Issue.record("\(text): \(value)")
            return
        }
        #expect(error.message == expected)
        #expect(error.node != nil)
    }

    @Test(
        "Logic absorbs what fails where the rest decides",
        arguments: [
            ("n / 0 == 1 || true", true), ("true || n / 0 == 1", true), ("n / 0 == 1 && false", false),
            ("false && n / 0 == 1", false), ("[0, 1].exists(x, 1 / x == 1)", true),
            ("[0, 2].all(x, 2 / x == 0)", false),
            ("[1, 2].all(x, x > 0) || n / 0 == 1", true),
        ])
    func absorbs(_ text: String, _ expected: Bool) throws {
        let value = try evaluate(text)
        guard case .bool(expected) = value else {
            Issue.record("\(text): \(value)")
            return
        }
    }

    @Test("What is unknown stays unknown unless the rest decides")
    func unknowns() throws {
        func result(_ text: String) throws -> Value {
            environment.program(try environment.compile(text)).evaluate(
                SlotActivation([nil, .unknown(["n"]), nil, .unknown(["gone"])]))
        }
        guard case .unknown(let names) = try result("n == 1 && gone == 2") else {
            Issue.record("not unknown")
            return
        }
        #expect(names == ["n", "gone"])
        guard case .bool(false) = try result("n == 1 && false"), case .bool(true) = try result("n == 1 || true"),
            case .unknown = try result("n / 0 == 1 && gone == 1")
        else {
            Issue.record("not decided")
            return
        }
    }

    @Test("A field of a record is asked for once in an evaluation, a variable too")
    func readsOnce() throws {
        let person = Person("Carl")
        let program = environment.program(
            try environment.compile("person.name == 'x' || person.name == 'y' || person.name == 'Carl'"))
        let evaluator = Evaluator()
        #expect(program.matches(SlotActivation([.object(person), nil, nil, nil]), using: evaluator) == true)
        #expect(person.asked == 1)
    }

    @Test("A set of programs gives what each program gives")
    func sets() throws {
        let texts = [
            "type(json.a) == map && json.a.b.size() == 3", "type(json.a) == list || json.a.b.size() == n",
            "json.a.b.exists(x, x == 2)", "type(json.a.b) == list && type(json.a) != list", "n / 0 == 1",
            "json.a.b.size() == 3",
        ]
        let checked = try texts.map { try environment.compile($0) }
        let document = try JSONParser().parse(#"{"a": {"b": [1, 2, 3]}}"#)
        let activation = SlotActivation([nil, .int(3), .json(document.root), nil])
        let evaluator = Evaluator()
        let alone = checked.map { environment.program($0).matches(activation, using: evaluator) }
        for _ in 0..<2 {
            var together: [Bool?] = []
            ProgramSet(checked).evaluate(activation, using: evaluator) { _, truth in together.append(truth) }
            #expect(together == alone)
        }
        #expect(alone == [true, true, true, true, nil, true])
    }

    @Test("An evaluation ends where a budget is spent")
    func budgets() throws {
        var limits = Limits()
        limits.iterations = 1000
        limits.memory = 1 << 20
        func failure(_ text: String, _ change: (Evaluator) -> Void = { _ in }) throws -> String {
            let environment = Environment(variables: [Variable("s", .string)], limits: limits)
            let evaluator = Evaluator()
            change(evaluator)
            let value = environment.program(try environment.compile(text)).evaluate(
                SlotActivation([.string(String(repeating: "x", count: 1000))]), using: evaluator)
            if case .error(let error) = value { return error.message }
            return "\(value)"
        }
        let loop = "lists.range(100).all(x, lists.range(100).all(y, x + y >= 0))"
        #expect(try failure(loop).contains("iteration limit exceeded"))
        var doubling = "s"
        for depth in 0..<60 { doubling = "cel.bind(v\(depth), \(doubling), v\(depth) + v\(depth))" }
        #expect(try failure("(\(doubling)).size() == 0") == "memory limit exceeded")
        var lists = "[s]"
        for depth in 0..<60 { lists = "cel.bind(v\(depth), \(lists), v\(depth) + v\(depth))" }
        #expect(try failure("(\(lists)).size() == 0 && (\(lists)).all(x, true)") != "bool(true)")
        limits.iterations = 1_000_000
        #expect(try failure(loop) { $0.deadline = .now - .seconds(1) }.contains("deadline exceeded"))
        #expect(try failure(loop) { $0.isCancelled = { true } } == "operation interrupted")
        limits.cost = 100
        #expect(try failure(loop) == "operation cancelled: actual cost limit exceeded")
    }

    @Test("A trace tells the value of each node, JSON as it stands in its document")
    func traces() throws {
        let document = try JSONParser().parse(#"{"a": {"b": "x"}}"#)
        let checked = try environment.compile("json.a.b == 'x' && n > 5")
        let trace = EvaluationTrace()
        _ = environment.program(checked).explain(SlotActivation([nil, .int(3), .json(document.root), nil]), to: trace)
        let json = trace.entries.compactMap { entry -> JSONValue? in
            if case .json(let value) = entry.value { value } else { nil }
        }
        #expect(
            json.compactMap { document.root.path(to: $0)?.description }.contains {
                $0.contains("a") && $0.contains("b")
            })
        guard case .bool(false)? = trace.value(of: checked.root) else {
            Issue.record("no value for the root")
            return
        }
    }

    @Test("A program tells what it reads")
    func reads() throws {
        let program = environment.program(
            try environment.compile("json.a.b[0] == n && has(json.c) && json['d'].all(x, x.e == person.name)"))
        #expect(
            program.reads == [
                VariableRead(variable: "json", path: ["a", "b"]), VariableRead(variable: "json", path: ["c"]),
                VariableRead(variable: "json", path: ["d"]), VariableRead(variable: "n", path: []),
                VariableRead(variable: "person", path: ["name"]),
            ])
    }
}
