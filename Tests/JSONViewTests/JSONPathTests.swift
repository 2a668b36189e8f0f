import JSONView
import Testing

@Suite("Paths as texts")
struct JSONPathTests {
    @Test(
        "A path that was written is read again",
        arguments: [
            [.key("spec"), .key("containers"), .position(0), .key("image")], [.position(3)], [],
            [.key("metadata"), .key("a.b/c"), .key("d")], [.key("x\"y\\\n\u{1B}"), .position(1)], [.key("")],
        ] as [[JSONPath.Step]])
    func roundTrip(_ steps: [JSONPath.Step]) {
        #expect(JSONPath(JSONPath(steps).description)?.steps == steps)
    }

    @Test("What is no path is refused", arguments: [".a", "a.", "a[", "a[x]", "a[\"b]", "a[-1]", "a[1]b", "a..b"])
    func refused(_ text: String) { #expect(JSONPath(text) == nil) }
}
