import CEL
import Foundation
import JSONView
import Testing

@Suite("The expression cases of Kubernetes")
struct KubernetesCELTests {
    @Test("Every value and error case gives what Kubernetes gives")
    func values() throws {
        guard let rows = try SharedCorpora.rows("k8s-cel.jsonl") else { return }
        let skips = try SharedCorpora.skips("k8s-cel.skip.txt")
        var (passed, skipped) = (0, 0)
        var failures: [String] = []
        for row in rows {
            let id = row.root.string("id") ?? ""
            guard row.root["expected"]?.string("verdict") != "cost" else { continue }
            if skips[id] != nil {
                skipped += 1
            } else if let failure = KubernetesCase(row.root).failure() {
                failures.append("\(id): \(failure)")
            } else {
                passed += 1
            }
        }
        print("k8s-cel values: \(passed) passed, \(failures.count) failed, \(skipped) on the skip list")
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    @Test("The cost of rules is estimated as Kubernetes estimates it")
    func estimates() throws {
        guard let rows = try SharedCorpora.rows("k8s-cel.jsonl") else { return }
        let skips = try SharedCorpora.skips("k8s-cel.skip.txt")
        var (passed, skipped) = (0, 0)
        var failures: [String] = []
        for row in rows {
            let id = row.root.string("id") ?? ""
            guard row.root["expected"]?.string("verdict") == "cost", id.contains("EstimatedCost") else { continue }
            if skips[id] != nil {
                skipped += 1
            } else if let failure = KubernetesCase(row.root).estimateFailure() {
                failures.append("\(id): \(failure)")
            } else {
                passed += 1
            }
        }
        print("k8s-cel estimates: \(passed) passed, \(failures.count) failed, \(skipped) on the skip list")
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }

    @Test("Evaluations cost what they cost in Kubernetes")
    func costs() throws {
        guard let rows = try SharedCorpora.rows("k8s-cel.jsonl") else { return }
        let skips = try SharedCorpora.skips("k8s-cel.skip.txt")
        var (passed, skipped) = (0, 0)
        var failures: [String] = []
        for row in rows {
            let id = row.root.string("id") ?? ""
            guard row.root["expected"]?.string("verdict") == "cost", !id.contains("EstimatedCost") else { continue }
            if skips[id] != nil {
                skipped += 1
            } else if let failure = KubernetesCase(row.root).costFailure() {
                failures.append("\(id): \(failure)")
            } else {
                passed += 1
            }
        }
        print("k8s-cel costs: \(passed) passed, \(failures.count) failed, \(skipped) on the skip list")
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }
}

/// A case of the corpus.
struct KubernetesCase {
    let input: JSONValue
    let expected: JSONValue
    let row: JSONValue

    init(_ row: JSONValue) {
        self.row = row
        input = row["input"] ?? row
        expected = row["expected"] ?? row
    }

    var text: String { input.string("expr") ?? "" }

    var schema: StructuralSchema? {
        input["schema"].flatMap { StructuralSchema.read($0, isResourceRoot: row["isRoot"]?.bool ?? namesResource) }
    }

    /// The cost cases do not say whether the schema is that of a whole resource; what they read does.
    private var namesResource: Bool {
        ["self.kind", "self.apiVersion", "self.metadata"].contains { text.contains($0) }
    }

    private static let policyVariables = ["object", "oldObject", "params", "namespaceObject", "request"]

    func environment() -> Environment {
        var variables: [Variable] = []
        if let schema {
            variables = [Variable("self", schema.type), Variable("oldSelf", schema.type)]
        } else if let variablesGiven = input["variables"] {
            _ = variablesGiven
            variables = [Variable("object", .dyn), Variable("variables", .dyn)]
        } else if input["object"] != nil || input["oldObject"] != nil {
            variables = Self.policyVariables.map { Variable($0, .dyn) }
        }
        if text.contains("authorizer"), input["hasAuthorizer"]?.bool != false {
            variables.append(Variable("authorizer", .opaque("kubernetes.authorization.Authorizer", [])))
        }
        return Environment(
            libraries: .kubernetes, variables: variables,
            options: input["libraries"] == nil ? .kubernetes : [])
    }

    func activation(_ environment: Environment) -> SlotActivation {
        SlotActivation(
            environment.variables.map { variable in
                switch variable.name {
                case "self": input["self"].map { schema?.value($0) ?? .json($0) }
                case "oldSelf": input["oldSelf"].map { schema?.value($0) ?? .json($0) }
                case "authorizer": .opaque(AuthorizerValue(NobodyMay()))
                default: input.member(JSONKey(variable.name)).map { .json($0) }
                }
            })
    }

    private final class NobodyMay: AuthorizationProvider {
        func authorize(_ request: AuthorizationRequest) -> AuthorizationDecision {
            AuthorizationDecision(isAllowed: false)
        }
    }

    /// What is wrong; nil when the case passes.
    func failure() -> String? {
        let verdict = expected.string("verdict") ?? ""
        let environment = environment()
        let result: Result<Value, CompileErrors>
        do {
            let checked = try environment.compile(text)
            result = .success(environment.program(checked).evaluate(activation(environment)))
        } catch {
            result = .failure(error)
        }
        switch verdict {
        case "value":
            guard case .success(let value) = result else { return "\(text): \(result)" }
            if case .error(let error) = value { return "\(text): error \(error.message)" }
            guard let wanted = expected["value"] else { return nil }
            return Self.matches(value, wanted) ? nil : "\(text): \(value), expected \(wanted.debugText)"
        case "error", "runtime-error", "compile-error":
            let message: String
            switch result {
            case .failure(let errors): message = errors.description
            case .success(.error(let error)): message = error.message
            case .success(let value): return "\(text): \(value), expected \(expected.debugText)"
            }
            return self.explains(message) ? nil : "\(text): \(message), expected \(expected.debugText)"
        case "compiles":
            guard case .failure(let errors) = result else { return nil }
            return "\(text): \(errors)"
        default: return "unsupported verdict \(verdict)"
        }
    }

    /// What is wrong with the cost of an evaluation; nil when it is right.
    func costFailure() -> String? {
        let environment = environment()
        do {
            let checked = try environment.compile(text)
            let program = environment.program(
                checked, metering: input["libraries"] == nil ? .kubernetes : .unoptimized)
            let evaluator = Evaluator()
            let value = program.evaluate(activation(environment), using: evaluator)
            if case .error(let error) = value { return "\(text): \(error.message)" }
            let wanted = expected["runtime_cost"]?.uint64
            return evaluator.cost == wanted ? nil : "\(text): \(evaluator.cost), expected \(wanted ?? 0)"
        } catch {
            return "\(text): \(error)"
        }
    }

    /// What is wrong with the estimate; nil when it is right.
    func estimateFailure() -> String? {
        do {
            let checked = try environment().compile(text)
            let estimate = schema.map { checked.estimatedCost(SchemaSizes($0)) } ?? checked.estimatedCost()
            let wanted = expected["runtime_cost"]?.uint64
            return estimate.max == wanted ? nil : "\(text): \(estimate.max), expected \(wanted ?? 0)"
        } catch {
            return "\(text): \(error)"
        }
    }

    private func explains(_ message: String) -> Bool {
        // What the API server puts around the message is not the language's.
        let outer = ["compilation failed: ", "compile error: ", "program instantiation failed: "]
        guard var wanted = expected.string("error_contains") else { return true }
        for part in outer { wanted = wanted.replacing(part, with: "") }
        if let end = wanted.range(of: " evaluating rule:") { wanted = String(wanted[..<end.lowerBound]) }
        return message.contains(wanted)
    }

    static func matches(_ value: Value, _ wanted: JSONValue) -> Bool {
        switch value {
        case .bool(let value): wanted.bool == value
        case .int(let value): wanted.int64 == value
        case .double(let value): wanted.double == value
        case .string(let value): wanted.string == value
        case .null: wanted.isNull
        case .optional(nil): wanted["$optional"]?.isNull == true
        default: false
        }
    }
}
