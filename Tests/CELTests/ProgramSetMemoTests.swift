import CEL
import JSONView
import Testing

@Suite("Programs planned together")
struct ProgramSetMemoTests {
    @Test("A shared part and a path never take each other's place")
    func memosAreApart() throws {
        let environment = Environment(variables: [Variable("a", .dyn), Variable("b", .dyn)])
        let texts = [
            "a.kind == 'x' && size(b.list) > 1", "size(b.list) > 1 && b.name == 'n'", "b.name == 'n' && a.kind == 'x'",
            "a.other == 'y' || size(b.list) > 1",
        ]
        let set = ProgramSet(try texts.map { try environment.compile($0) })
        let document = try JSONParser().parse(
            #"{"a":{"kind":"x","other":"z"},"b":{"list":[1,2],"name":"n"}}"#)
        let root = document.root
        var truths: [Bool?] = []
        set.evaluate(
            SlotActivation([root["a"].map { .json($0) }, root["b"].map { .json($0) }]), using: Evaluator()
        ) { truths.append($1) }
        #expect(truths == [true, true, true, true])
        withExtendedLifetime(document) {}
    }
}
