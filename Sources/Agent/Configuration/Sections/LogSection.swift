/// What the agent says of itself.
package struct LogSection: ConfigSection {
    /// The forms of log lines.
    package enum Form: String, CaseIterable, Sendable {
        case text, json
    }

    /// How much is said, as swift-log spells it.
    package enum Severity: String, CaseIterable, Sendable {
        case debug, info, notice, warning, error
    }

    package var form = Form.text
    package var level = Severity.info

    package init() {}

    package static let path = "log"
    package static let summary = "What the agent says of itself on standard error; findings are not part of it."
    package static let keys: [ConfigKey<Self>] = [
        .choice("form", \.form, "Lines for a person, or one JSON object a line."),
        .choice("level", \.level, "What is less serious is left out."),
    ]
}
