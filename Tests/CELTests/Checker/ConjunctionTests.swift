import Testing

@testable import CEL

@Suite("Parts of a condition")
struct ConjunctionTests {
    private static let environment = Environment(
        libraries: .standard, variables: [Variable("a", .bool), Variable("b", .bool), Variable("c", .bool)])

    private struct Values: Activation {
        var values: [Value]
        func value(slot: Int) -> Value? { values[slot] }
    }

    @Test(
        "The parts that are wanted are joined again",
        arguments: [
            ("a && b && c", "a", "a"), ("a && b && c", "b c", "b && c"), ("(a && c) && (b && a)", "a", "a && a"),
            ("a && (b || c) && c", "b c", "(b || c) && c"), ("a || b && c", "b", ""), ("!(a && b)", "a", ""),
        ])
    func joined(_ condition: String, _ wanted: String, _ expected: String) throws {
        let checked = try Self.environment.compile(condition, name: "condition")
        let names = Set(wanted.split(separator: " ").map(String.init))
        let part = checked.conjunction { $0.reads.allSatisfy { names.contains($0.variable) } }
        if expected.isEmpty {
            #expect(part == nil)
            return
        }
        let kept = try #require(part)
        let same = try Self.environment.compile(expected, name: "expected")
        for bits in 0..<8 {
            let values = Values(values: (0..<3).map { .bool(bits >> $0 & 1 == 1) })
            let set = ProgramSet([kept, same])
            var truths: [Bool?] = [nil, nil]
            set.evaluate(values, using: Evaluator()) { truths[$0] = $1 }
            #expect(truths[0] != nil && truths[0] == truths[1])
        }
    }
}
