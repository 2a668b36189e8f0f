/// How findings are printed.
package struct FindingsSection: ConfigSection {
    /// The forms of findings on standard output.
    package enum Form: String, CaseIterable, Sendable {
        case text, json, none
    }

    package var output = Form.text

    package init() {}

    package static let path = "findings"
    package static let summary = "How findings are printed on standard output."
    package static let keys: [ConfigKey<Self>] = [
        .choice("output", \.output, "For a person, for a program (one JSON object a line), or not at all.")
    ]
}
