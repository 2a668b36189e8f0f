import Foundation
import JSONView
import SecurityEvents
import TestSupport
import Testing

@testable import Reports

@Suite("Issues as SARIF")
struct SARIFReportTests {
    static let issues = [
        CheckIssue(
            rule: "69c56a79-8afe-5375-9295-73037db03795", ruleName: "privileged-container", title: "Full privileges",
            level: .high, message: "container web runs with full privileges", file: "deploy/a b.yaml", line: 16,
            column: 11, text: "          privileged: yes", subject: "Deployment shop/web",
            evidence: [.init(path: "spec.x", value: "true", line: 16, column: 11)], tags: ["attack.t1610"],
            remediation: "Remove it."),
        CheckIssue(
            rule: "x", ruleName: "dockerfile-root-user", title: "Root", level: .low, message: "", file: "Dockerfile",
            line: 0, column: 0, text: "", subject: "the image"),
        CheckIssue(
            rule: "69c56a79-8afe-5375-9295-73037db03795", ruleName: "privileged-container", title: "Full privileges",
            level: .medium, message: "\u{1B}]0;x", file: "standard input", line: 1, column: 1, text: "\u{202E}",
            subject: "Pod p"),
    ]

    private var text: String {
        SARIFReport(version: "1.2.3").text(
            of: Self.issues, diagnostics: [Diagnostic(file: "b.yaml", line: 2, column: 3, message: "no YAML")])
    }

    @Test("is the golden file")
    func golden() throws {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("issues.sarif")
        let expected = try String(contentsOf: file, encoding: .utf8)
        #expect(text == expected)
    }

    @Test("has what the specification requires, and indices that point to their rules")
    func required() throws {
        try withJSON(text) { log in
            #expect(log["version"]?.string == "2.1.0")
            let run = try #require(log["runs"]?[0])
            #expect(run["tool"]?["driver"]?["name"]?.string == "tallyman")
            let rules = try #require(run["tool"]?["driver"]?["rules"])
            #expect(rules.count == 2)
            for result in try #require(run["results"]).elements {
                let index = try #require(result["ruleIndex"]?.int64)
                #expect(rules[Int(index)]?["id"]?.string == result["ruleId"]?.string)
                #expect(result["message"]?["text"]?.string?.isEmpty == false)
                #expect(["error", "warning", "note"].contains(result["level"]?.string))
            }
            #expect(run["invocations"]?[0]?["executionSuccessful"]?.bool == false)
        }
    }

    @Test(
        "Files are URI references",
        arguments: [
            ("a/b c.yaml", "a/b%20c.yaml"), ("./x", "x"), ("/abs/é", "file:///abs/%C3%A9"), ("standard input", "stdin"),
            ("100%", "100%25"),
        ])
    func uris(_ file: String, _ uri: String) { #expect(SARIFReport.uri(of: file) == uri) }
}
