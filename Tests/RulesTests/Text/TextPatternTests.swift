import Testing

@testable import Rules

@Suite("Patterns with stars")
struct TextPatternTests {
    @Test(
        "A star stands for any text, also none",
        arguments: [
            ("*", "", true), ("*", "x", true), ("a*", "a", true), ("a*", "ab", true), ("a*", "ba", false),
            ("*a", "ba", true),
            ("a*b*c", "aXbYc", true), ("a*b*c", "abc", true), ("a*b*c", "acb", false), ("a*a", "a", false),
            ("**", "x", true),
            ("a", "a", true), ("a", "ab", false), ("a*bc*d", "abbcd", true), ("", "", true), ("", "a", false),
        ])
    func matches(_ pattern: String, _ text: String, _ expected: Bool) {
        #expect(text.withText { TextPattern(pattern).matches($0) } == expected)
    }

    @Test("A pattern made to be slow is not")
    func hostile() {
        let pattern = TextPattern(String(repeating: "a*", count: 200) + "b")
        #expect(!String(repeating: "a", count: 20_000).withText { pattern.matches($0) })
    }

    @Test("Fingerprints are the same in every run")
    func fingerprint() {
        var print = Fingerprint("rule")
        print.add("container")
        #expect(print.hexadecimal.count == 32)
        #expect(Fingerprint("ab").hexadecimal != Fingerprint("ba").hexadecimal)
        var other = Fingerprint("rulecon")
        other.add("tainer")
        #expect(print != other, "parts do not run into each other")
    }
}
