import JSONView
import Rules
import Testing

@testable import Detection

@Suite("Names and texts in one stretch of memory")
struct TextPairsTests {
    private func pairs(_ texts: [(String, String)]) -> TextPairs {
        var pairs = TextPairs()
        for (name, text) in texts { name.withText { name in text.withText { pairs.set(name, $0) } } }
        return pairs
    }

    private func text(_ pairs: TextPairs, _ name: String) -> String? {
        name.withText { pairs.withText($0) { text in text.map { String($0) } } }
    }

    @Test("a text is found by its name, the last one of a name counts")
    func found() {
        let made = pairs([("a", "1"), ("bb", ""), ("", "empty"), ("a", "2")])
        #expect(text(made, "a") == "2")
        #expect(text(made, "bb") == "")
        #expect(text(made, "") == "empty")
        #expect(text(made, "b") == nil)
        var names: [String] = []
        made.forEach { name, _ in names.append(String(name)) }
        #expect(names == ["bb", "", "a"])
        #expect(!made.isCut && !made.isEmpty && TextPairs().isEmpty)
    }

    @Test("what is beyond the limit is left out and said to be")
    func cut() {
        let long = String(repeating: "x", count: 4000)
        var made = pairs((0..<40).map { ("\($0)", long) })
        #expect(made.isCut)
        #expect(text(made, "0") == long && text(made, "39") == nil)
        made.removeAll()
        #expect(made.isEmpty && !made.isCut)
    }
}
