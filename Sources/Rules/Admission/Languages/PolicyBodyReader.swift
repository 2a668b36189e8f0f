internal import BoundedYAML
internal import CEL
internal import SecurityEvents
internal import Yams

/// Reads what all policies in CEL have: match conditions, variables, validations, audit annotations.
struct PolicyBodyReader {
    let text: YAMLText
    let hasParameters: Bool
    private var expressions: ExpressionReader
    private var own: [Diagnostic] = []
    /// Changes an expression before it is compiled, as Kyverno's autogen does.
    var rewrite: (String) -> String = { $0 }
    var hasAuthorizer = true
    var libraries: [Library] = []
    /// Variables that the language has beside Kubernetes' own.
    var extraVariables: [Variable] = []
    /// Variables that the language defines before those of the policy.
    var builtIn: [(name: String, expression: String)] = []
    /// Whether expressions may be of unknown type where a truth is asked for.
    var allowsDynamicTruth = false
    /// Whether match conditions may use the policy's variables; the API server judges them before it makes any.
    var conditionsSeeVariables = true
    /// What the API server says of names and numbers in its own policies; nil where it is not asked.
    var limits: PolicyLimits?

    init(_ text: YAMLText, hasParameters: Bool) {
        self.text = text
        self.hasParameters = hasParameters
        expressions = ExpressionReader(text)
    }

    var diagnostics: [Diagnostic] { own + expressions.diagnostics }

    /// The names of the keys that hold the parts.
    struct Keys {
        var matchConditions = "matchConditions"
        var variables = "variables"
        var validations = "validations"
        var auditAnnotations = "auditAnnotations"
        var validation = ["expression", "message", "messageExpression", "reason"]
    }

    /// Reads the parts of a policy.
    ///
    /// - Parameters:
    ///   - name: the policy's name.
    ///   - origin: what it was written as.
    ///   - line: where it begins.
    ///   - selection: which requests it is about.
    ///   - spec: the mapping that holds the parts.
    ///   - keys: what the parts are called.
    ///   - conditions: the match conditions, where they stand elsewhere.
    ///   - exceptions: more conditions, in CEL.
    /// - Returns: the policy, without what was faulty; nil where its variables are.
    mutating func policy(
        named name: String, origin: AdmissionPolicy.Origin, line: Int, selection: any RequestSelection,
        spec: YAMLFields, keys: Keys = Keys(), conditions: Node? = nil, exceptions: [String] = []
    ) -> AdmissionPolicy? {
        let definitions = variables(spec.value(keys.variables))
        guard
            let variables = expressions.variables(
                definitions, before: builtIn, hasParameters: hasParameters, hasAuthorizer: hasAuthorizer,
                more: extraVariables, libraries: libraries)
        else { return nil }
        var policy = AdmissionPolicy(
            name: name, origin: origin, file: text.file, line: line, failurePolicy: .fail, selection: selection,
            variables: variables)
        let before: Environment =
            conditionsSeeVariables
            ? variables.environment
            : .admission(
                hasParameters: hasParameters, hasAuthorizer: hasAuthorizer, variables: extraVariables,
                libraries: libraries)
        policy.matchConditions = matchConditions(conditions ?? spec.value(keys.matchConditions), before)
        for exception in exceptions {
            let written = rewrite(exception)
            let program = expressions.compile(
                written, at: spec.node, types: truth, what: "an exception's condition", in: variables.environment)
            if let program {
                policy.matchConditions.append(
                    AdmissionPolicy.MatchCondition(name: "exception", text: written, program: program))
            }
        }
        policy.validations = validations(spec.value(keys.validations), keys.validation, variables.environment)
        policy.auditAnnotations = annotations(spec.value(keys.auditAnnotations), variables.environment)
        return policy
    }

    /// Compiles the expression that makes Kyverno's `exceptions`.
    mutating func lists(_ expression: String, at node: Node, in environment: Environment) -> Program? {
        expressions.compile(expression, at: node, types: [], what: "an exception", in: environment)
    }

    /// Each variable is compiled with those before it: no policy has nearly as many.
    private static let variableLimit = 256

    private var truth: [CELType] { allowsDynamicTruth ? [.bool, .dyn] : [.bool] }

    private mutating func elements(_ node: Node?, _ what: String) -> [Node] {
        guard let node, node.null == nil else { return [] }
        guard let sequence = node.sequence else {
            own.append(text.fault(at: node, "\(what) must be a list"))
            return []
        }
        return Array(sequence)
    }

    private mutating func variables(_ node: Node?) -> [(name: String, expression: String, node: Node)] {
        var names: Set<String> = []
        let written = elements(node, "'variables'")
        if written.count > Self.variableLimit, let node {
            own.append(text.fault(at: node, "more than \(Self.variableLimit) variables"))
            return []
        }
        return written.compactMap { element in
            var fields = YAMLFields(element, in: text, known: ["name", "expression"], what: "a variable")
            let name = fields.string("name", required: true)
            let isIdentifier =
                name.utf8.first.map { ASCII.isLetter($0) || $0 == UInt8(ascii: "_") } ?? false
                && name.utf8.allSatisfy { ASCII.isAlphanumeric($0) || $0 == UInt8(ascii: "_") }
            if !name.isEmpty, !isIdentifier {
                fields.fault(at: fields.value("name"), "'\(name)' is no name that expressions can use")
            }
            if !names.insert(name).inserted {
                fields.fault(at: fields.value("name"), "there is a variable '\(name)' already")
            }
            limits?.checkVariable(name, &fields)
            own += fields.diagnostics
            guard let found = expressions.expression(fields.value("expression"), "expression", of: element),
                fields.diagnostics.isEmpty
            else { return nil }
            return (name, rewrite(found.text), found.node)
        }
    }

    private mutating func matchConditions(
        _ node: Node?, _ environment: Environment
    ) -> [AdmissionPolicy.MatchCondition] {
        var names: Set<String> = []
        return limited(elements(node, "match conditions"), to: limits?.matchConditions, "match conditions", node)
            .compactMap { element in
                var fields = YAMLFields(element, in: text, known: ["name", "expression"], what: "a match condition")
                let name = fields.string("name", required: true)
                limits?.checkMatchCondition(name, isNew: names.insert(name).inserted, &fields)
                own += fields.diagnostics
                guard let found = expressions.expression(fields.value("expression"), "expression", of: element) else {
                    return nil
                }
                let written = rewrite(found.text)
                let faults = expressions.diagnostics.count
                let program = expressions.compile(
                    written, at: found.node, types: truth, what: "a match condition", in: environment)
                for position in faults..<expressions.diagnostics.count {
                    expressions.diagnostics[position].message += PolicyLimits.hint(
                        for: expressions.diagnostics[position].message)
                }
                return program.map { AdmissionPolicy.MatchCondition(name: name, text: written, program: $0) }
            }
    }

    /// Elements of which there may be so many; a fault where there are more.
    private mutating func limited(_ elements: [Node], to limit: Int?, _ what: String, _ node: Node?) -> [Node] {
        guard let limit, let node, elements.count > limit else { return elements }
        own.append(
            text.fault(at: node, "\(elements.count) \(what); the API server takes \(limit): join some with '&&'"))
        return Array(elements.prefix(limit))
    }

    private mutating func validations(
        _ node: Node?, _ known: [String], _ environment: Environment
    ) -> [AdmissionPolicy.Validation] {
        elements(node, "validations").compactMap { element in
            var fields = YAMLFields(element, in: text, known: known, what: "a validation")
            let message = fields.string("message")
            let reason = fields.string("reason")
            let reasons = limits?.reasons ?? ValidatingAdmissionPolicyReader.reasons
            if !reason.isEmpty, !reasons.contains(reason) {
                fields.fault(
                    at: fields.value("reason"),
                    "'\(reason)' is no reason; it is one of " + reasons.joined(separator: ", "))
            }
            limits?.checkMessage(message, &fields)
            own += fields.diagnostics
            guard let found = expressions.expression(fields.value("expression"), "expression", of: element) else {
                return nil
            }
            let written = rewrite(found.text)
            let program = expressions.compile(
                written, at: found.node, types: truth, what: "a validation", in: environment)
            let words = messageProgram(fields.value("messageExpression"), environment)
            return program.map {
                AdmissionPolicy.Validation(
                    text: written, program: $0, message: rewrite(message), messageProgram: words,
                    reason: reason.isEmpty ? nil : reason)
            }
        }
    }

    private mutating func messageProgram(_ node: Node?, _ environment: Environment) -> Program? {
        guard let node, let scalar = node.scalar, !scalar.string.trimmed.isEmpty else { return nil }
        let types: [CELType] = allowsDynamicTruth ? [.string, .dyn] : [.string]
        let program = expressions.compile(
            rewrite(scalar.string), at: node, types: types, what: "'messageExpression'", in: environment)
        if let program, program.reads.contains(where: { $0.variable.hasPrefix("authorizer") }) {
            own.append(text.fault(at: node, "'messageExpression' cannot use 'authorizer'"))
            return nil
        }
        return program
    }

    private mutating func annotations(
        _ node: Node?, _ environment: Environment
    ) -> [AdmissionPolicy.AuditAnnotation] {
        let written = elements(node, "'auditAnnotations'")
        if let limits, let node, written.count > limits.auditAnnotations {
            own.append(
                text.fault(
                    at: node,
                    "\(written.count) audit annotations; the API server takes \(limits.auditAnnotations): write the "
                        + "others into a policy of their own"))
        }
        var keys: Set<String> = []
        return written.compactMap { element in
            var fields = YAMLFields(element, in: text, known: ["key", "valueExpression"], what: "an audit annotation")
            let key = fields.string("key", required: true)
            limits?.checkAnnotation(key, isNew: keys.insert(key).inserted, &fields)
            own += fields.diagnostics
            guard let found = expressions.expression(fields.value("valueExpression"), "valueExpression", of: element)
            else { return nil }
            let written = rewrite(found.text)
            return expressions.compile(
                written, at: found.node, types: [.string, .null, .nullable(.string)], what: "'valueExpression'",
                in: environment
            ).map { AdmissionPolicy.AuditAnnotation(key: key, text: written, program: $0) }
        }
    }
}
