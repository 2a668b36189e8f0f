import SecurityEvents

/// An issue for a person: `file:line:column: level: what [rule]`, the line with a caret, and what to do.
public struct CheckTextReport: Sendable {
    private static let evidenceLimit = 6
    private static let textLimit = 160
    private let styling: Styling

    /// Makes the report.
    public init(styling: Styling = .plain) { self.styling = styling }

    /// Writes an issue.
    ///
    /// - Parameter issue: what was found.
    /// - Returns: whole lines, with an empty one behind them.
    public func text(of issue: CheckIssue) -> String {
        var block = LabelledBlock(styling: styling, indentation: "  ", labelWidth: 8)
        let level = styling.paint(issue.level.rawValue, .level(issue.level))
        block.add(line: "\(place(issue)): \(level): \(visible(issue.message)) [\(visible(issue.ruleName))]")
        snippet(issue).forEach { block.add(line: $0) }
        block.add("in", [visible(issue.subject) + (issue.source.map { ", made of \(visible($0))" } ?? "")])
        block.add("why", evidence(issue))
        block.add("do", [paragraph(issue.remediation ?? "")])
        block.add("unless", issue.falsePositives.map(visible))
        if issue.isFixable { block.add("fix", ["a safe patch is known: run again with --fix"]) }
        block.add(line: "")
        return block.text
    }

    private func place(_ issue: CheckIssue) -> String {
        var place = visible(issue.file)
        if issue.line > 0 { place += ":\(issue.line)" }
        if issue.line > 0, issue.column > 0 { place += ":\(issue.column)" }
        return styling.paint(place, .title)
    }

    private func snippet(_ issue: CheckIssue) -> [String] {
        guard issue.line > 0, !issue.text.isEmpty else { return [] }
        let number = String(issue.line)
        let gutter = String(repeating: " ", count: max(0, 5 - number.count)) + number + " | "
        let scalars = Array(issue.text.unicodeScalars)
        let column = min(max(1, issue.column), scalars.count + 1)
        // A long line is shown from somewhat before the fault.
        let begin = column > Self.textLimit / 2 ? column - Self.textLimit / 2 : 0
        func shown(_ part: ArraySlice<Unicode.Scalar>) -> String {
            var view = String.UnicodeScalarView()
            view.append(contentsOf: part)
            return visible(String(view).replacing("\t", with: " "))
        }
        let before = shown(scalars[min(begin, scalars.count)..<min(max(begin, column - 1), scalars.count)])
        let whole = shown(scalars[min(begin, scalars.count)..<min(begin + Self.textLimit, scalars.count)])
        let blank = String(repeating: " ", count: DisplayWidth.of(before))
        return [gutter + whole, "      | " + blank + styling.paint("^", .level(issue.level))]
    }

    private func evidence(_ issue: CheckIssue) -> [String] {
        let pieces = issue.evidence.prefix(Self.evidenceLimit).map { piece in
            let line = piece.line > 0 && piece.line != issue.line ? " (line \(piece.line))" : ""
            return "\(visible(piece.path)) = \(visible(piece.value))\(line)"
        }
        let left = issue.evidence.count - pieces.count
        return left > 0 ? pieces + ["and \(left) more"] : pieces
    }

    /// Lines of a rule's own text are one paragraph here.
    private func paragraph(_ text: String) -> String {
        text.split(whereSeparator: { $0.isNewline }).map { visible(String($0.drop { $0 == " " })) }.joined(
            separator: " ")
    }
}
