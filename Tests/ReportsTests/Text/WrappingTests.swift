import SecurityEvents
import Testing

@testable import Reports

@Suite("Lines that fit")
struct WrappingTests {
    @Test(
        "break at spaces, and within words that are too long",
        arguments: [
            ("short", ["short"]),
            ("", [""]),
            ("one two three four", ["one two", "three four"]),
            ("0123456789abcdefghij!", ["0123456789", "abcdefghij", "!"]),
            ("a 0123456789abc d", ["a", "0123456789", "abc d"]),
            ("容器容器容器容器", ["容器容器容", "器容器"]),
            ("          ", ["          "]),
        ])
    func lines(text: String, lines: [String]) {
        #expect(Wrapping.lines(of: text, width: 10) == lines)
    }

    @Test("colours take no columns")
    func colours() {
        let styling = Styling(isColored: true)
        #expect(DisplayWidth.of(styling.paint("four", .level(.critical)) + "容") == 6)
    }

    @Test("cutting keeps within the columns", arguments: 0..<12)
    func cutting(columns: Int) {
        #expect(DisplayWidth.of(DisplayWidth.cut("a容b器c容器", columns: columns)) <= max(1, columns))
    }
}
