import JSONView

/// A rule for names, with the words in which Kubernetes reports that a name breaks it.
package struct NameRule: Sendable {
    let pattern: String
    let limit: Int
    let message: String
    let examples: [String]
    private let regex: RegularExpression?

    private init(_ pattern: String, limit: Int, _ message: String, _ examples: [String]) {
        self.pattern = pattern
        self.limit = limit
        self.message = message
        self.examples = examples
        var whole = "^(?:\(pattern))$"
        regex = whole.withUTF8 { bytes in
            bytes.baseAddress.flatMap { try? RegularExpression(JSONText(start: $0, count: bytes.count)) }
        }
    }

    private static let label = "[a-z0-9]([-a-z0-9]*[a-z0-9])?"

    static let dns1123Label = NameRule(
        label, limit: 63,
        "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end "
            + "with an alphanumeric character", ["my-name", "123-abc"])

    package static let dns1123Subdomain = NameRule(
        "\(label)(\\.\(label))*", limit: 253,
        "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start "
            + "and end with an alphanumeric character", ["example.com"])

    package static let dns1035Label = NameRule(
        "[a-z]([-a-z0-9]*[a-z0-9])?", limit: 63,
        "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic "
            + "character, and end with an alphanumeric character", ["my-name", "abc-123"])

    package static let labelValue = NameRule(
        "(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", limit: 63,
        "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start "
            + "and end with an alphanumeric character", ["MyValue", "my_value", "12345"])

    private static let qualifiedPart = NameRule(
        "([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", limit: 63,
        "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric "
            + "character", ["MyName", "my.name", "123-abc"])

    private func matches(_ text: String) -> Bool {
        var text = text
        return text.withUTF8 { bytes in
            guard let start = bytes.baseAddress else { return regex?.matches(.empty) ?? false }
            return regex?.matches(JSONText(start: start, count: bytes.count)) ?? false
        }
    }

    /// What is wrong with a name; empty when nothing is.
    package func faults(_ name: String) -> [String] {
        var faults: [String] = []
        if name.utf8.count > limit { faults.append("must be no more than \(limit) characters") }
        if !matches(name) {
            faults.append(
                pattern == Self.label && Self.dns1123Subdomain.matches(name) ? "must not contain dots" : explanation)
        }
        return faults
    }

    private var explanation: String {
        let shown = examples.map { "'\($0)', " }.joined(separator: " or ")
        return "\(message) (e.g. \(shown)regex used for validation is '\(pattern)')"
    }

    /// A prefix with its trailing hyphen replaced, so that the rules for whole names apply.
    static func masked(_ prefix: String) -> String {
        prefix.utf8.count > 1 && prefix.hasSuffix("-") ? prefix.dropLast(2) + "a" : prefix
    }

    /// What is wrong with a name that may have a subdomain before a slash.
    package static func qualifiedNameFaults(_ text: String) -> [String] {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard parts.count <= 2, let name = parts.last else {
            return [
                "a qualified name \(qualifiedPart.explanation) with an optional DNS subdomain prefix and '/' "
                    + "(e.g. 'example.com/MyName')"
            ]
        }
        var faults: [String] = []
        if parts.count == 2 {
            faults += (parts[0].isEmpty ? ["must be non-empty"] : dns1123Subdomain.faults(parts[0])).map {
                "prefix part \($0)"
            }
        }
        if name.isEmpty { faults.append("name part must be non-empty") }
        return faults + qualifiedPart.faults(name).map { "name part \($0)" }
    }
}
