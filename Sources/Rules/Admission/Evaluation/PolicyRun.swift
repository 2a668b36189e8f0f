internal import CEL
internal import JSONView

/// One policy judging one request with one parameter.
struct PolicyRun {
    /// What came out of it.
    struct Result {
        var failures: [PolicyVerdict.Failure] = []
        var unknowns: [String] = []
        var ignoredErrors: [String] = []
        var annotations: [(key: String, value: String)] = []
        /// A match condition was false: the policy is not about the request.
        var isOutside = false
    }

    private let entry: AdmissionPolicySet.Entry
    let values: PolicyValues
    let parameter: String?
    let evaluator: Evaluator
    private(set) var result = Result()

    init(
        _ entry: AdmissionPolicySet.Entry, _ values: PolicyValues, parameter: String?, _ evaluator: Evaluator
    ) {
        self.entry = entry
        self.values = values
        self.parameter = parameter
        self.evaluator = evaluator
    }

    private var policy: AdmissionPolicy { _read { yield entry.policy } }

    /// What all match conditions of a request may cost together, in the API server.
    private static let matchBudget: UInt64 = Kubernetes.requestBudget / 4
    static let messageLimit = 5 * 1024
    private static let annotationLimit = 10 * 1024
    private static let outOfBudget =
        "validation failed due to running out of cost budget, no further validation rules will be run"

    mutating func run() -> Result {
        guard matches() else { return result }
        validate()
        annotate()
        return result
    }

    // MARK: Match conditions

    private mutating func matches() -> Bool {
        guard !policy.matchConditions.isEmpty else { return true }
        let activation = policy.variables.activation(values)
        var budget = Self.matchBudget
        var (errors, unknowns): ([String], [String]) = ([], [])
        for condition in policy.matchConditions {
            switch evaluate(condition.program, activation, &budget, { condition.text }) {
            case .value(.bool(true)): break
            case .value(.bool(false)):
                result.isOutside = true
                return false
            case .value: break
            case .failure(let message): errors.append(message)
            case .unknown(let names): unknowns += names
            case .overBudget:
                fail(.error, Self.outOfBudget)
                return false
            }
        }
        if !unknowns.isEmpty {
            result.unknowns += unknowns
            return false
        }
        guard !errors.isEmpty else { return true }
        // The failure policy Ignore passes over a request that may not have been meant.
        fail(.error, errors.count == 1 ? errors[0] : "[\(Self.once(errors).joined(separator: ", "))]")
        return false
    }

    private static func once(_ texts: [String]) -> [String] {
        texts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    // MARK: Validations

    private mutating func validate() {
        let activation = policy.variables.activation(values)
        var words: PolicyActivation?
        var budget = policy.budget
        // All expressions are evaluated before the first message is. Most come to true, of which nothing is kept.
        var outcomes: [(index: Int, outcome: Outcome)] = []
        for index in policy.validations.indices {
            let outcome = evaluate(policy.validations[index].program, activation, &budget) {
                entry.policy.validations[index].text
            }
            switch outcome {
            case .value(.bool(true)): continue
            case .overBudget:
                fail(.error, Self.outOfBudget)
                return
            default: outcomes.append((index, outcome))
            }
        }
        for (index, outcome) in outcomes {
            switch outcome {
            case .failure(let message): fail(.error, message, index: index)
            case .unknown(let names): result.unknowns += names
            case .value, .overBudget:
                // What a message's expression makes is its own and is paid for by itself.
                let shown = words ?? policy.variables.activation(values)
                words = shown
                let validation = policy.validations[index]
                let message = message(of: validation, shown, &budget)
                if case .overBudget = message.outcome {
                    fail(.error, "failed messageExpression: \(Self.outOfBudget)", index: index)
                    continue
                }
                result.failures.append(
                    PolicyVerdict.Failure(
                        kind: .violation, message: message.text, reason: validation.reason ?? "Invalid", index: index,
                        parameter: parameter))
            }
        }
    }

    private mutating func message(
        of validation: AdmissionPolicy.Validation, _ activation: PolicyActivation, _ budget: inout UInt64
    ) -> (text: String, outcome: Outcome?) {
        var text = ""
        var outcome: Outcome?
        if let program = validation.messageProgram {
            let found = evaluate(program, activation, &budget) { validation.text }
            outcome = found
            if case .value(let value) = found, let said = value.asText {
                text = said.trimmed
                if text.utf8.count > Self.messageLimit || text.utf8.contains(UInt8(ascii: "\n")) { text = "" }
            }
        }
        if text.isEmpty { text = validation.message.trimmed }
        if text.isEmpty { text = "failed expression: \(validation.text.trimmed)" }
        return (text, outcome)
    }

    // MARK: Audit annotations

    private mutating func annotate() {
        guard !policy.auditAnnotations.isEmpty else { return }
        let activation = policy.variables.activation(values)
        var budget = policy.budget
        for annotation in policy.auditAnnotations {
            switch evaluate(annotation.program, activation, &budget, { annotation.text }) {
            case .value(.null): continue
            case .value(let value):
                let text = value.asText?.trimmed ?? ""
                if !text.isEmpty {
                    result.annotations.append((annotation.key, text.prefix(bytes: Self.annotationLimit)))
                }
            case .failure(let message): fail(.error, message)
            case .unknown: continue
            case .overBudget:
                fail(.error, Self.outOfBudget)
                return
            }
        }
    }

    // MARK: Expressions

    enum Outcome {
        case value(Value)
        case failure(String)
        case unknown([String])
        case overBudget
    }

    private func evaluate(
        _ program: Program, _ activation: PolicyActivation, _ budget: inout UInt64, _ text: () -> String
    ) -> Outcome {
        let before = activation.cost
        let value = program.evaluate(activation, using: evaluator)
        let (cost, overflow) = evaluator.cost.addingReportingOverflow(activation.cost &- before)
        if overflow || cost > budget { return .overBudget }
        budget -= cost
        switch value {
        case .error(let error): return .failure("expression '\(text())' resulted in error: \(error.message)")
        case .unknown(let names): return .unknown(names.sorted())
        default: return .value(value)
        }
    }

    private mutating func fail(_ kind: PolicyVerdict.Failure.Kind, _ message: String, index: Int? = nil) {
        guard policy.failurePolicy == .fail else {
            result.ignoredErrors.append(message)
            return
        }
        result.failures.append(
            PolicyVerdict.Failure(
                kind: kind, message: message, reason: "Invalid", index: index, parameter: parameter))
    }
}

extension Value {
    /// The value as text, where it is one.
    var asText: String? {
        switch self {
        case .string(let text): text
        case .text(let text): String(text)
        case .json(let value): value.string
        default: nil
        }
    }
}

extension String {
    /// Without white space around it.
    var trimmed: String {
        let end = lastIndex { !$0.isWhitespace }
        return end.map { String(self[...$0].drop(while: \.isWhitespace)) } ?? ""
    }

    /// At most so many bytes of it.
    func prefix(bytes: Int) -> String {
        utf8.count <= bytes ? self : String(decoding: utf8.prefix(bytes), as: UTF8.self)
    }
}
