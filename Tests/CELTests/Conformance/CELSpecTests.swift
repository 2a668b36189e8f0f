import CEL
import JSONView
import Testing

@Suite("The conformance cases of cel-spec")
struct CELSpecTests {
    @Test("Every case that needs no user-defined message gives what the specification says")
    func conformance() throws {
        guard let rows = try SharedCorpora.rows("cel-spec.jsonl") else { return }
        let skips = try SharedCorpora.skips("cel-spec.skip.txt")
        let evaluator = Evaluator()
        var (passed, skipped) = (0, 0)
        var failures: [String] = []
        for row in rows {
            guard row.root["needs_proto"]?.bool == false, let id = row.root.string("id") else { continue }
            if skips[id] != nil {
                skipped += 1
                continue
            }
            if let failure = Case(row.root).failure(evaluator) {
                failures.append("\(id): \(failure)")
            } else {
                passed += 1
            }
        }
        print("cel-spec: \(passed) passed, \(failures.count) failed, \(skipped) on the skip list")
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    private struct Case {
        let input: ExpressionCase
        let expected: JSONValue

        init(_ row: JSONValue) {
            input = ExpressionCase(row)
            expected = row["expected"] ?? row
        }

        /// What is wrong; nil when the case passes.
        func failure(_ evaluator: Evaluator) -> String? {
            let text = input.text
            guard let environment = input.environment else { return "unsupported declaration" }
            let isError = expected["eval_error"] != nil
            do {
                let checked = try input.checked(in: environment)
                if let deduced = expected["typed_result"]?["deduced_type"].flatMap({ TypedValue.type($0) }),
                    checked.type != deduced
                {
                    return "\(text): type \(checked.type), expected \(deduced)"
                }
                if input.isCheckOnly { return nil }
                let program = environment.program(checked)
                let activation = input.activation(environment)
                let result = program.evaluate(activation, using: evaluator)
                let traced = program.explain(activation, to: EvaluationTrace())
                if case .error(let error) = result {
                    return isError ? nil : "\(text): error \(error.message), expected \(describe())"
                }
                if isError { return "\(text): \(result), expected \(describe())" }
                guard let json = expected["value"] ?? expected["typed_result"]?["result"] else { return nil }
                guard let value = TypedValue.value(json) else { return "unsupported expected value" }
                let isType = json["type_value"] != nil
                guard TypedValue.matches(result, value, isType: isType) else {
                    return "\(text): \(result), expected \(describe())"
                }
                return TypedValue.matches(traced, value, isType: isType) ? nil : "\(text): traced \(traced)"
            } catch {
                return isError ? nil : "\(text): \(error)"
            }
        }

        private func describe() -> String {
            "\((expected["value"] ?? expected["eval_error"] ?? expected).debugText)"
        }
    }
}

extension JSONValue {
    /// The value in short, for messages.
    var debugText: String {
        switch kind {
        case .object: "{\(members.map { "\($0.key): \($0.value.debugText)" }.joined(separator: ", "))}"
        case .array: "[\(elements.map(\.debugText).joined(separator: ", "))]"
        case .string: "\"\(string ?? "")\""
        case .bool: "\(bool ?? false)"
        case .null: "null"
        default: "\(double ?? .nan)"
        }
    }
}
