import JSONView
import Synchronization
import Testing

@testable import CEL

@Suite("Functions that are prepared when a program is planned")
struct PreparedFunctionTests {
    /// How often something was done.
    private final class Count: Sendable {
        let prepared = Mutex(0)
        let called = Mutex(0)
    }

    private func environment(_ count: Count) -> Environment {
        let repeated = Overload(
            id: "t_repeat", function: "t.repeat", parameters: [.string, .int], result: .string
        ) { constants in
            guard constants.count == 2, case .int(let times)? = constants[1], times < 10 else { return nil }
            count.prepared.withLock { $0 += 1 }
            return { arguments in
                count.called.withLock { $0 += 1 }
                return .string(String(repeating: arguments.text(0).map { String($0) } ?? "", count: Int(times)))
            }
        }
        return Environment(
            libraries: .core + [Library("t", overloads: [repeated])],
            variables: [Variable("text", .string), Variable("number", .int)])
    }

    private func values(_ text: String, _ number: Int64 = 0) -> SlotActivation {
        SlotActivation([.string(text), .int(number)])
    }

    @Test("A call with a constant is prepared once, however often it runs")
    func once() throws {
        let count = Count()
        let environment = environment(count)
        let program = environment.program(try environment.compile("t.repeat(text, 2)"))
        for text in ["a", "b", "c"] {
            guard case .string(let result) = program.evaluate(values(text)) else {
                Issue.record("no text")
                continue
            }
            #expect(result == text + text)
        }
        #expect(count.prepared.withLock { $0 } == 1)
        #expect(count.called.withLock { $0 } == 3)
    }

    @Test("A call without the constant is prepared each time, and one that cannot be has no answer")
    func late() throws {
        let count = Count()
        let environment = environment(count)
        let program = environment.program(try environment.compile("t.repeat(text, number)"))
        guard case .string(let result) = program.evaluate(values("ab", 3)) else {
            Issue.record("no text")
            return
        }
        #expect(result == "ababab")
        guard case .error = program.evaluate(values("ab", 11)) else {
            Issue.record("an answer")
            return
        }
    }

    @Test("Equal calls of a set of programs run once, also of functions with a dot in their name")
    func shared() throws {
        let count = Count()
        let environment = environment(count)
        let set = ProgramSet(
            try ["t.repeat(text, 2) == 'aa'", "t.repeat(text, 2) == 'bb'"].map { try environment.compile($0) })
        var truths: [Bool?] = []
        set.evaluate(values("b"), using: Evaluator()) { _, truth in truths.append(truth) }
        #expect(truths == [false, true])
        #expect(count.called.withLock { $0 } == 1)
    }
}
