internal import BoundedYAML
internal import CEL
internal import Yams

/// What the API server refuses of a ValidatingAdmissionPolicy that compiles: names, numbers, lengths
/// (`ValidateValidatingAdmissionPolicy` in `k8s.io/kubernetes/pkg/apis/admissionregistration/validation`).
struct PolicyLimits {
    /// The name of the policy, before the keys of its annotations.
    let policyName: String

    let matchConditions = 64
    let auditAnnotations = 20
    private let valueExpressionBytes = 5 * 1024
    /// The type's documentation names Unauthorized too; the validation takes these.
    let reasons = ["Forbidden", "Invalid", "RequestEntityTooLarge"]

    private static let reserved: Set = [
        "true", "false", "null", "in", "as", "break", "const", "continue", "else", "for", "function", "if", "import",
        "let", "loop", "package", "namespace", "return", "var", "void", "while",
    ]

    func checkVariable(_ name: String, _ fields: inout YAMLFields) {
        guard Self.reserved.contains(name) else { return }
        fields.fault(
            at: fields.value("name"),
            "'\(name)' is a reserved word of CEL, which the API server takes for no variable; give it another name")
    }

    func checkMatchCondition(_ name: String, isNew: Bool, _ fields: inout YAMLFields) {
        guard !name.isEmpty else { return }
        if !isNew { fields.fault(at: fields.value("name"), "there is a match condition '\(name)' already") }
        for fault in NameRule.qualifiedNameFaults(name) {
            fields.fault(at: fields.value("name"), "the name '\(name)': \(fault)")
        }
    }

    func checkMessage(_ message: String, _ fields: inout YAMLFields) {
        if let node = fields.value("message"), node.null == nil {
            if !message.isEmpty, message.trimmed.isEmpty {
                fields.fault(at: node, "'message' is white space; leave it out or say what must hold")
            } else if message.trimmed.utf8.contains(where: { $0 == UInt8(ascii: "\n") || $0 == UInt8(ascii: "\r") }) {
                fields.fault(
                    at: node,
                    "'message' has line breaks, which the API server refuses; fold it with '>-' instead of '|'")
            }
        }
        if let words = fields.value("messageExpression")?.scalar?.string, !words.isEmpty, words.trimmed.isEmpty {
            fields.fault(at: fields.value("messageExpression"), "'messageExpression' is white space; leave it out")
        }
    }

    func checkAnnotation(_ key: String, isNew: Bool, _ fields: inout YAMLFields) {
        if !isNew { fields.fault(at: fields.value("key"), "there is an audit annotation '\(key)' already") }
        if !key.isEmpty {
            for fault in NameRule.qualifiedNameFaults("\(policyName)/\(key)") {
                fields.fault(at: fields.value("key"), "the key '\(policyName)/\(key)': \(fault)")
            }
        }
        if let value = fields.value("valueExpression"), let written = value.scalar?.string,
            written.trimmed.utf8.count > valueExpressionBytes
        {
            fields.fault(
                at: value,
                "'valueExpression' has \(written.trimmed.utf8.count) bytes; the API server takes "
                    + "\(valueExpressionBytes): move parts of it to variables")
        }
    }

    /// What to write instead of a match condition that uses what it cannot.
    static func hint(for message: String) -> String {
        message.hasPrefix("undeclared reference to 'variables'")
            ? ": match conditions are judged before there are variables; write the variable's expression here" : ""
    }

    // MARK: Names

    /// What is wrong with a name within a path.
    static func pathSegmentFaults(_ name: String) -> [String] {
        if name == "." || name == ".." { return ["may not be '\(name)'"] }
        return ["/", "%"].filter { name.contains($0) }.map { "may not contain '\($0)'" }
    }

    /// What is wrong with a group and version: that of `paramKind`.
    static func groupVersionFaults(_ text: String) -> [String] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { String($0) }
        guard parts.count <= 2, let version = parts.last else { return ["unexpected GroupVersion string: \(text)"] }
        let group = parts.count == 2 ? parts[0] : ""
        return (group.isEmpty ? [] : NameRule.dns1123Subdomain.faults(group))
            + (version.isEmpty ? ["version must be specified"] : NameRule.dns1035Label.faults(version))
    }

    /// What is wrong with a kind.
    static func kindFaults(_ kind: String) -> [String] {
        NameRule.dns1035Label.faults(kind.lowercased()).map {
            "may have mixed case, but should otherwise match: \($0)"
        }
    }
}
