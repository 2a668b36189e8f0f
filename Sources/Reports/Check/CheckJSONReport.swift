import JSONView
import SecurityEvents

/// An issue as one line of JSON.
public struct CheckJSONReport: Sendable {
    /// Makes the report.
    public init() {}

    /// Writes an issue.
    public func text(of issue: CheckIssue) -> String {
        var writer = JSONWriter()
        writer.object { object in
            object.member("rule", issue.rule)
            object.member("name", issue.ruleName)
            object.member("title", issue.title)
            object.member("level", issue.level.rawValue)
            object.member("message", issue.message)
            object.member("file", issue.file)
            object.member("line", issue.line)
            object.member("column", issue.column)
            object.member("subject", issue.subject)
            if let source = issue.source { object.member("source", source) }
            object.key("evidence")
            object.array { array in
                for piece in issue.evidence {
                    array.object { place in
                        place.member("path", piece.path)
                        place.member("value", piece.value)
                        place.member("line", piece.line)
                        place.member("column", piece.column)
                    }
                }
            }
            object.member("tags", issue.tags)
            object.member("remediation", issue.remediation)
            object.key("fixable")
            object.value(issue.isFixable)
        }
        return writer.text + "\n"
    }
}
