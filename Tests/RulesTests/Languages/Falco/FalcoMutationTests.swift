import Foundation
import SecurityEvents
import TestSupport
import Testing

@testable import Rules

/// Conditions and files that nobody wrote.
@Suite("Falco's files, changed at random")
struct FalcoMutationTests {
    private static let compiler = ConditionCompiler(lists: RuleLists())

    private static let pieces = [
        "and", "or", "not", "(", ")", "[", "]", ",", "=", "!=", "<", ">=", "\"", "'", "\\", "\\\"", " ", "\n", "in",
        "exists",
        "glob", "regex", "pmatch", "intersects", "val(", "join(", "len(", "ka.verb", "ka.user.groups", "jevt.value[",
        "0x", "-",
        "\u{0}", "\u{202E}", "é", "😀", "%", "*", "?", "!(", "{", "}", "a", "1",
    ]

    private static func change(_ text: String, _ numbers: inout SeededGenerator) -> String {
        var scalars = Array(text.unicodeScalars)
        for _ in 0..<Int.random(in: 1...6, using: &numbers) {
            let at = Int.random(in: 0...scalars.count, using: &numbers)
            switch Int.random(in: 0..<3, using: &numbers) {
            case 0:
                scalars.insert(contentsOf: Array((pieces.randomElement(using: &numbers) ?? "").unicodeScalars), at: at)
            case 1: scalars.removeSubrange(at..<min(scalars.count, at + Int.random(in: 0...8, using: &numbers)))
            default:
                let other = Int.random(in: 0...scalars.count, using: &numbers)
                scalars.insert(
                    contentsOf: Array(scalars[min(at, other)..<min(max(at, other), min(at, other) + 12)]), at: at)
            }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        return String(view)
    }

    @Test("A condition gives a rule with an answer or a fault inside its file, and no trap", arguments: 0..<4)
    func conditions(_ seed: Int) {
        var numbers = SeededGenerator(seed: UInt64(seed) &+ 1)
        let sound = FalcoConditionTests.holding
        for _ in 0..<150 {
            let condition = Self.change(sound.randomElement(using: &numbers) ?? "", &numbers)
            // In a quoted scalar, so that the YAML around it stays sound.
            let text = """
                - rule: Sample
                  desc: a sample
                  condition: '\(condition.replacing("'", with: "''").replacing("\n", with: " ").replacing("\u{0}", with: ""))'
                  output: seen
                  priority: WARNING
                  source: k8s_audit
                """
            var diagnostics: [Diagnostic] = []
            let rules = FalcoLanguage.compile(
                [falcoFile(text)], with: Self.compiler, diagnostics: &diagnostics)
            if let rule = rules.first {
                #expect(isTrue(rule) != nil, "\(condition)")
            } else {
                #expect(diagnostics.contains { $0.severity == .error && (1...7).contains($0.line) }, "\(condition)")
            }
        }
    }

    @Test("A file gives rules or faults, and no trap", arguments: 0..<4)
    func files(_ seed: Int) {
        var numbers = SeededGenerator(seed: UInt64(seed) &+ 77)
        let sound =
            "- list: verbs\n  items: [get, create]\n- macro: m\n  condition: ka.verb in (verbs)\n"
            + falcoRule(
                "m and ka.user.name = mary", output: "%ka.verb %20ka.uri",
                more: "  tags: [T1610]\n  exceptions:\n    - {name: a, fields: [ka.verb], comps: [in], values: [[get]]}"
            )
        for _ in 0..<150 {
            let text = Self.change(sound, &numbers)
            var diagnostics: [Diagnostic] = []
            let rules = FalcoLanguage.compile(
                [falcoFile(text)], with: Self.compiler, diagnostics: &diagnostics)
            #expect(!rules.isEmpty || !diagnostics.isEmpty, "\(text)")
        }
    }
}
