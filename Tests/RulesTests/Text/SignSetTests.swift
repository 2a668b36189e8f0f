import JSONView
import Testing

@testable import Rules

@Suite("Literals looked for all at once")
struct SignSetTests {
    static let literals: [StaticString] = ["curl", "://", "zz", "-o", "/etc/"]

    @Test(
        "A literal is found wherever it stands",
        arguments: ["curl", "a curl", "curl x", "xcurly", "http://x", "zz", "azz", "-o", "/etc/", "x/etc/y", "zzz"])
    func found(_ text: String) { #expect(text.withText(SignSet(anywhere: Self.literals).stands)) }

    @Test("Nothing else is", arguments: ["", "c", "cur", "url", ":/", "z", "-", "/etc", "o-", "cu rl"])
    func notFound(_ text: String) { #expect(!text.withText(SignSet(anywhere: Self.literals).stands)) }

    @Test(
        "A word is found between separators, or before an equals sign",
        arguments: [
            ("--url", true), ("a --url b", true), ("--url=x", true), ("'--url'", true), ("--urls", false),
            ("x--url", false),
        ])
    func word(_ text: String, _ isFound: Bool) {
        #expect(text.withText(SignSet(anywhere: [], words: ["--url"]).stands) == isFound)
    }
}

@Suite("Numbers of texts")
struct TextNumbersTests {
    @Test("Texts have their numbers in order, and any other has none")
    func numbers() {
        let texts = (0..<300).map { "text-\($0 * $0)" } + ["", "a", "ab", "abc", "abcd", "deployments", "daemonsets"]
        let numbers = TextNumbers(texts)
        for (position, text) in texts.enumerated() { #expect(text.withText { numbers[$0] } == position + 1) }
        for text in ["text-2", "b", "abcde", "statefulsets"] { #expect(text.withText { numbers[$0] } == 0) }
        #expect(TextNumbers([]).isEmpty && "x".withText { TextNumbers([])[$0] } == 0)
    }
}
