public import JSONView

/// A rule of `x-kubernetes-validations`, compiled.
public struct ValidationRule: Sendable {
    /// The expression, without white space around it.
    public let text: String
    /// What keeps the rule from being used, in the API server's words.
    public let fault: String?
    /// What keeps `messageExpression` from being used.
    public let messageFault: String?
    /// Whether the rule compares with the value before, so that it runs on updates alone.
    public let isTransitionRule: Bool
    /// What an evaluation may cost at most.
    public let maxCost: UInt64
    let message: String
    let program: Program?
    let messageProgram: Program?
    let hasOptionalOldSelf: Bool

    /// Compiles a rule.
    ///
    /// - Parameters:
    ///   - json: The rule.
    ///   - schema: The schema at its place; nil where expressions do not see that.
    ///   - hasOptionalOldSelf: Whether `oldSelf` is optional even if the rule does not say so.
    ///   - libraries: Functions beside Kubernetes' own.
    public init(
        _ json: JSONValue, schema: StructuralSchema?, hasOptionalOldSelf: Bool = false, libraries: [Library] = []
    ) {
        func trimmed(_ key: StaticString) -> String {
            let text = json[key]?.string ?? ""
            let end = text.lastIndex { !$0.isWhitespace }
            return end.map { String(text[...$0].drop(while: \.isWhitespace)) } ?? ""
        }
        let optional = hasOptionalOldSelf || json["optionalOldSelf"]?.bool == true
        self.hasOptionalOldSelf = optional
        text = trimmed("rule")
        message = trimmed("message")
        var (fault, isTransitionRule, maxCost): (String?, Bool, UInt64) = (nil, false, 0)
        var (program, messageProgram): (Program?, Program?)
        var messageFault: String?
        if let schema {
            let environment = Environment.kubernetes(
                schema: schema, hasOptionalOldSelf: optional, libraries: libraries)
            do throws(CompileErrors) {
                let checked = try environment.compile(json["rule"]?.string ?? "")
                isTransitionRule = checked.uses("oldSelf")
                maxCost = checked.estimatedCost(SchemaSizes(schema)).max
                if checked.type != .bool {
                    fault = "cel expression must evaluate to a bool"
                } else if let found = checked.programFault {
                    fault = "program instantiation failed: \(found)"
                } else {
                    program = environment.program(checked)
                }
            } catch {
                fault = "compilation failed: \(error.description)"
            }
            if let text = json["messageExpression"]?.string, !text.isEmpty {
                do throws(CompileErrors) {
                    let checked = try environment.compile(text)
                    if checked.type == .string {
                        messageProgram = environment.program(checked)
                    } else {
                        messageFault = "messageExpression must evaluate to a string"
                    }
                } catch {
                    messageFault = "messageExpression compilation failed: \(error.description)"
                }
            }
        } else {
            fault = "rule declared on schema that does not support validation rules"
        }
        self.fault = fault
        self.isTransitionRule = isTransitionRule
        self.maxCost = maxCost
        self.program = program
        self.messageProgram = messageProgram
        self.messageFault = messageFault
    }

    /// What the API server says when an evaluation fails.
    static func describe(_ error: String, _ text: String) -> String {
        if error.hasPrefix("no such overload") {
            return
                "'\(error)': call arguments did not match a supported operator, function or macro signature for rule: "
                + text
        }
        if error.hasPrefix("operation cancelled: actual cost limit exceeded") {
            return
                "'\(error)': no further validation rules will be run due to call cost exceeds limit for rule: \(text)"
        }
        return "\(error) evaluating rule: \(text)"
    }

    /// What the API server says when the rule is false.
    func explanation(_ activation: SlotActivation, _ evaluator: Evaluator) -> String {
        if let messageProgram, case .string(let text) = messageProgram.evaluate(activation, using: evaluator),
            text.contains(where: { !$0.isWhitespace }), !text.contains("\n"), text.utf8.count <= 5120
        {
            return text
        }
        return message.isEmpty ? "failed rule: \(text)" : message
    }
}
