import SecurityEvents

/// What the caller reads of a refusal: `docker` prints it as it is.
enum DecisionText {
    private static let limit = 3

    static func refusal(_ decision: Decision) -> String {
        guard decision.verdict == .deny else { return "" }
        var parts = decision.reasons.filter { $0.mode == .enforce }.prefix(limit).map(sentence)
        parts += decision.unjudged.prefix(limit - min(parts.count, limit)).map(\.detail)
        let count = decision.reasons.filter { $0.mode == .enforce }.count + decision.unjudged.count
        let rest = count > parts.count ? " (and \(count - parts.count) more)" : ""
        return plain("tallyman refuses this (\(decision.id)): \(parts.joined(separator: "; "))\(rest)")
    }

    private static func sentence(_ reason: Decision.Reason) -> String {
        // Who called and by which route is no reason that a caller could take away.
        let telling = reason.fields.first { !$0.path.hasPrefix("Request") && !$0.path.hasPrefix("Caller.") }
        let place = telling.map { " (\($0.path) is \($0.value))" } ?? ""
        let rule = reason.origin == .reading ? reason.rule : "rule \(reason.ruleName)"
        return "\(reason.message)\(reason.origin == .reading ? "" : place) [\(rule)]"
    }

    /// Control characters are for terminals, and messages hold what callers wrote.
    static func plain(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(4000).map { scalar in
                    scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
                        || scalar.properties.generalCategory == .format ? "\u{FFFD}" : scalar
                }))
    }
}
