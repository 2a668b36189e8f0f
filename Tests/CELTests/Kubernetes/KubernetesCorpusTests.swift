import CEL
import Foundation
import JSONView
import Testing

@Suite("The expression cases of Kubernetes")
struct KubernetesCorpusTests {
    @Test("Values, errors, messages and costs are those of the API server")
    func conformance() throws {
        guard let rows = try SharedCorpora.rows("k8s-cel.jsonl") else { return }
        let skips = try SharedCorpora.skips("../Kubernetes/k8s-cel.skip.txt")
        var counts: [String: (passed: Int, failed: Int, skipped: Int)] = [:]
        var failures: [String] = []
        let evaluator = Evaluator()
        for row in rows {
            let `case` = KubernetesCorpusCase(row.root)
            let family = `case`.family
            if skips[`case`.id] != nil {
                counts[family, default: (0, 0, 0)].skipped += 1
            } else if let failure = `case`.failure(evaluator) {
                counts[family, default: (0, 0, 0)].failed += 1
                failures.append("\(`case`.id): \(failure)")
            } else {
                counts[family, default: (0, 0, 0)].passed += 1
            }
        }
        for (family, count) in counts.sorted(by: { $0.key < $1.key }) {
            print("k8s-cel \(family): \(count.passed) passed, \(count.failed) failed, \(count.skipped) skipped")
        }
        print("k8s-cel: the skip list has \(skips.count) lines")
        #expect(failures.isEmpty, "\(failures.joined(separator: "\n"))")
    }
}

/// A case of the corpus, with what Kubernetes gives.
struct KubernetesCorpusCase {
    let `case`: ExpressionCase
    let expected: JSONValue

    init(_ row: JSONValue) {
        `case` = ExpressionCase(row)
        expected = row["expected"] ?? row
    }

    var id: String { `case`.id }

    var family: String {
        let parts = id.split(separator: "/")
        return "\(parts.dropFirst().prefix(2).joined(separator: "/"))/\(expected.string("verdict") ?? "")"
    }

    /// What is wrong; nil when the case passes.
    func failure(_ evaluator: Evaluator) -> String? {
        switch expected.string("verdict") ?? "" {
        case "schema-valid", "schema-invalid": return ruleFailure(evaluator)
        case "compile": return compilationFailure()
        default: break
        }
        let outcome = `case`.run(using: evaluator)
        switch expected.string("verdict") ?? "" {
        case "value":
            if let error = outcome.error { return error }
            guard let wanted = expected["value"], let value = outcome.value else { return nil }
            return Self.matches(value, wanted) ? nil : "\(TypedValue.json(value)), expected \(wanted.debugText)"
        case "skipped": return nil
        case "compiles": return outcome.error
        case "cost":
            let cost = id.contains("Estimated") ? outcome.estimate?.max : outcome.cost
            let wanted = expected["runtime_cost"]?.uint64
            return cost == wanted
                ? nil
                : "\(`case`.text): cost \(cost.map { "\($0)" } ?? outcome.error ?? ""), expected \(wanted ?? 0)"
        case "error", "runtime-error", "compile-error":
            guard let error = outcome.error else {
                return "\(outcome.value.map { TypedValue.json($0) } ?? "no error"), expected \(expected.debugText)"
            }
            return explains(error) ? nil : "\(error), expected \(expected.debugText)"
        default: return "unsupported verdict"
        }
    }

    private func explains(_ message: String) -> Bool {
        if let wanted = expected.string("error_contains") { return message.contains(wanted) }
        let patterns = (expected["error_regexes"]?.listed ?? []) + (expected["error_regex"]?.listed ?? [])
        return patterns.compactMap(\.string).allSatisfy { pattern in
            message.contains(pattern) || (try? Regex(pattern)).map { message.contains($0) } ?? false
        }
    }

    private func ruleFailure(_ evaluator: Evaluator) -> String? {
        guard let report = `case`.validate(using: evaluator) else { return "no schema" }
        if (expected.string("verdict") == "schema-valid") != report.errors.isEmpty {
            return "errors \(report.errors), expected \(expected.debugText)"
        }
        for wanted in expected["errors_contain"]?.listed.compactMap(\.string) ?? []
        where !report.errors.contains(where: { $0.contains(wanted) }) {
            return "\(report.errors), expected \(wanted)"
        }
        guard let warnings = expected["warnings"], warnings.kind == .array else { return nil }
        let wanted = warnings.listed.compactMap(\.string)
        return wanted.sorted() == report.warnings.sorted() ? nil : "warnings \(report.warnings), expected \(wanted)"
    }

    private func compilationFailure() -> String? {
        let rules = `case`.rules
        for (position, result) in (expected["results"]?.listed ?? []).enumerated() {
            guard rules.indices.contains(position) else { return "no rule \(position)" }
            if let failure = compare(rules[position], result) { return "\(rules[position].text): \(failure)" }
        }
        return nil
    }

    private func compare(_ rule: ValidationRule, _ wanted: JSONValue) -> String? {
        if wanted["noError"] != nil { return rule.fault }
        if let parts = wanted["messageExpressionError"]?.listed.compactMap(\.string) {
            guard let fault = rule.messageFault else { return "no fault of the message, expected \(parts)" }
            return parts.allSatisfy { fault.contains($0) } ? nil : "\(fault), expected \(parts)"
        }
        if let flag = wanted["transitionRule"]?.listed.first?.bool {
            return rule.isTransitionRule == flag ? nil : "transition rule: \(rule.isTransitionRule)"
        }
        if let parts = wanted["invalidError"]?.listed.compactMap(\.string) {
            guard let fault = rule.fault else { return "no fault, expected \(parts)" }
            return parts.allSatisfy { fault.contains($0) } ? nil : "\(fault), expected \(parts)"
        }
        for part in wanted["all"]?.listed ?? [] {
            if let failure = compare(rule, part) { return failure }
        }
        return nil
    }

    private static func matches(_ value: Value, _ wanted: JSONValue) -> Bool {
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
