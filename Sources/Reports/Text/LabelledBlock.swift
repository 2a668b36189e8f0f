/// Lines of a label and its texts, aligned: the form of findings and summaries.
struct LabelledBlock {
    let styling: Styling
    let indentation: String
    let labelWidth: Int
    private(set) var text = ""

    /// The columns of a line where the caller does not know the terminal's.
    private static let defaultWidth = 100
    /// How much of one text is shown.
    private static let textLimit = 4000

    init(styling: Styling, indentation: String, labelWidth: Int) {
        self.styling = styling
        self.indentation = indentation
        self.labelWidth = labelWidth
    }

    /// Adds a line as it is.
    mutating func add(line: String) { text += line + "\n" }

    /// Adds a label and its paragraphs, which are already visible, each beginning on a line of its own.
    mutating func add(_ label: String, _ paragraphs: [String]) {
        let margin = indentation.count + labelWidth
        let width = max(40, min(styling.width ?? Self.defaultWidth, 120)) - margin
        var isFirst = true
        for paragraph in paragraphs where !paragraph.isEmpty {
            for line in Wrapping.lines(of: Self.bounded(paragraph), width: width) {
                let padded = label + String(repeating: " ", count: max(1, labelWidth - label.count))
                let start = isFirst ? styling.paint(padded, .label) : String(repeating: " ", count: labelWidth)
                text += indentation + start + line + "\n"
                isFirst = false
            }
        }
    }

    private static func bounded(_ paragraph: String) -> String {
        guard paragraph.utf8.count > textLimit else { return paragraph }
        let start = paragraph.prefix(textLimit)
        return "\(start)… (\(paragraph.utf8.count - start.utf8.count) bytes more)"
    }
}
