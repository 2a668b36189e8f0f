import CEL
import JSONView
import Testing

@Suite("What evaluations cost")
struct CostTests {
    private let document: JSONDocument

    init() throws {
        document = try JSONParser().parse(
            #"{"name": "abcdefghijklmnopqrst", "list": ["a", "b", "c"], "map": {"k": "v"}, "empty": ""}"#)
    }

    @Test(
        "Costs over an untyped object are cel-go's",
        arguments: [
            // Where several overloads may be meant, the price of a call is one.
            ("object.name + object.name == ''", 5 as UInt64), ("object.name + 'x' == ''", 5), ("'a' in object.list", 3),
            ("object.name < object.name", 5), ("object.name < 'zzzzzzzzzzzzzzzzzzzzzzzzz'", 4),
            ("object.name == object.name", 6), ("object.empty == 'x'", 2), ("object.?nothing.orValue('') == ''", 1),
            ("object.?name.orValue('') == ''", 2), ("object.map[?'k'].hasValue()", 4),
            ("has(object.name) ? object.name : 'x'", 2), ("object.name in ['a', 'b']", 2),
            ("object.list[object.list.size() - 3] == 'a'", 8),
            ("object.list.exists(x, x == 'b') || object.name == 'x'", 18),
        ])
    func costs(_ expression: String, _ cost: UInt64) throws {
        let environment = Environment.kubernetes(variables: [Variable("object", .dyn)])
        let evaluator = Evaluator()
        let value = environment.program(try environment.compile(expression))
            .evaluate(JSONActivation(document.root), using: evaluator)
        if case .error(let error) = value { Issue.record("\(error)") }
        #expect(evaluator.cost == cost)
    }

    @Test("An evaluation ends when it has cost too much")
    func limit() throws {
        var limits = Limits.kubernetes
        limits.cost = 20
        let environment = Environment.kubernetes(variables: [Variable("object", .dyn)], limits: limits)
        let program = environment.program(try environment.compile("object.list.all(x, x + x != object.name)"))
        guard case .error(let error) = program.evaluate(JSONActivation(document.root)) else {
            Issue.record("no error")
            return
        }
        #expect(error.message == "operation cancelled: actual cost limit exceeded")
    }

    @Test("In a set of programs each has a limit of its own")
    func limitsOfSets() throws {
        var limits = Limits.kubernetes
        limits.cost = 10
        let environment = Environment.kubernetes(variables: [Variable("object", .dyn)], limits: limits)
        let programs = ProgramSet(
            try ["object.empty == ''", "object.list.all(x, x != object.name)", "object.empty == ''"].map {
                try environment.compile($0)
            })
        var truths: [Bool?] = []
        programs.evaluate(JSONActivation(document.root), using: Evaluator()) { truths.append($1) }
        #expect(truths == [true, nil, true])
    }

    @Test("Sharing and folding change no cost")
    func metering() throws {
        let environment = Environment.kubernetes(variables: [Variable("object", .dyn)])
        let checked = try environment.compile("('a' + 'b').startsWith('a') && object.name == object.name")
        let evaluator = Evaluator()
        _ = environment.program(checked, metering: .kubernetes).evaluate(
            JSONActivation(document.root), using: evaluator)
        #expect(evaluator.cost == 8)
    }
}
