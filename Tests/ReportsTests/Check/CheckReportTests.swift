import JSONView
import SecurityEvents
import TestSupport
import Testing

@testable import Reports

@Suite("Issues of a check")
struct CheckReportTests {
    private func issue(text: String, column: Int) -> CheckIssue {
        CheckIssue(
            rule: "r", ruleName: "privileged-container", title: "t", level: .high, message: "is\u{1B}[2J privileged",
            file: "a.yaml", line: 7, column: column, text: text, subject: "Pod p", evidence: [], isFixable: true)
    }

    @Test("The caret stands below the field, also behind wide and hostile characters")
    func caret() throws {
        for (line, column) in [("  privileged: true", 3), ("日本: x", 5), ("\tx", 2), ("\u{1B}x", 2), ("", 1)] {
            let lines = CheckTextReport().text(of: issue(text: line, column: column)).split(separator: "\n")
            guard let caret = lines.first(where: { $0.hasSuffix("^") }) else {
                #expect(line.isEmpty)
                continue
            }
            let shown = try #require(lines.first { $0.hasPrefix("    7 | ") })
            let before = String(shown.dropFirst(8))
            let width = DisplayWidth.of(String(caret.dropFirst(8).dropLast()))
            let mark = try #require(line.unicodeScalars.dropFirst(column - 1).first)
            let rest = DisplayWidth.prefix(before, columns: width)
            #expect(before.dropFirst(rest.count).unicodeScalars.first == mark, "\(line)")
        }
    }

    @Test("The first line is one that editors follow, and nothing reaches the terminal unseen")
    func firstLine() {
        let text = CheckTextReport().text(of: issue(text: "a", column: 1))
        #expect(text.hasPrefix("a.yaml:7:1: high: is\\u{1B}[2J privileged [privileged-container]\n"))
        #expect(text.contains("--fix"))
    }

    @Test("A line far too long is shown around the field")
    func longLine() {
        let line = String(repeating: "x", count: 5000) + "Y" + String(repeating: "z", count: 5000)
        let text = CheckTextReport().text(of: issue(text: line, column: 5001))
        #expect(text.contains("Y") && text.utf8.count < 1500)
    }

    @Test("As JSON it is one line with all of it")
    func json() throws {
        let text = CheckJSONReport().text(of: issue(text: "a", column: 2))
        #expect(text.split(separator: "\n").count == 1)
        try withJSON(text) { value in
            #expect(value["line"]?.int64 == 7 && value["column"]?.int64 == 2)
            #expect(value["name"]?.string == "privileged-container" && value["fixable"]?.bool == true)
        }
    }
}
