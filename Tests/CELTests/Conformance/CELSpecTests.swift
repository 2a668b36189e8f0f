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
        let input: JSONValue
        let expected: JSONValue

        init(_ row: JSONValue) {
            input = row["input"] ?? row
            expected = row["expected"] ?? row
        }

        /// What is wrong; nil when the case passes.
        func failure(_ evaluator: Evaluator) -> String? {
            let text = input.string("expr") ?? ""
            guard let environment = environment() else { return "unsupported declaration" }
            let isError = expected["eval_error"] != nil
            do {
                let checked =
                    input["disable_check"]?.bool == true ? try environment.parse(text) : try environment.compile(text)
                if let deduced = expected["typed_result"]?["deduced_type"].flatMap({ TypedValue.type($0) }),
                    checked.type != deduced
                {
                    return "\(text): type \(checked.type), expected \(deduced)"
                }
                if input["check_only"]?.bool == true { return nil }
                let program = environment.program(checked)
                let result = program.evaluate(SlotActivation(bindings(environment)), using: evaluator)
                let traced = program.explain(SlotActivation(bindings(environment)), to: EvaluationTrace())
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

        private func environment() -> Environment? {
            var variables: [Variable] = []
            var overloads: [Overload] = []
            for declaration in input["type_env"]?.listed ?? [] {
                let name = declaration.string("name") ?? ""
                if let type = declaration["ident"]?["type"].flatMap({ TypedValue.type($0) }) {
                    variables.append(Variable(name, type))
                }
                for overload in declaration["function"]?["overloads"]?.listed ?? [] {
                    let parameters = overload["params"]?.listed.compactMap { TypedValue.type($0) } ?? []
                    overloads.append(
                        Overload(
                            id: overload.string("overload_id") ?? "", function: name, parameters: parameters,
                            result: overload["result_type"].flatMap { TypedValue.type($0) } ?? .dyn
                        ) { _ in .null })
                }
            }
            for binding in input["bindings"]?.listed ?? [] {
                let name = binding.string("key") ?? ""
                if !variables.contains(where: { $0.name == name }) { variables.append(Variable(name, .dyn)) }
            }
            return Environment(
                libraries: .standard + [Library("declared", overloads: overloads)], variables: variables,
                container: input.string("container") ?? "")
        }

        private func bindings(_ environment: Environment) -> [Value?] {
            environment.variables.map { variable in
                input["bindings"]?.listed.first { $0.string("key") == variable.name }
                    .flatMap { $0["value"]?["value"] }.flatMap { TypedValue.value($0) }
            }
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
